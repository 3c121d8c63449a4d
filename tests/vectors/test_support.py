"""The worked vectors of K30, and the rules beside them."""

# ruff: noqa: N802 - a vector carries its label as kpis.md writes it

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from holdfast.metrics.kaplan_meier import curve
from tests.vectors.adapter import Engine, Figure
from tests.vectors.rows import Records, at
from tests.vectors.rows_feedback import answer, said, ticket, user

NAMES = [
    f"first_contact_resolution{variant}" for variant in ("", ".seed_closed_first", ".of_resolved", ".net")
]
SIXTY_DAYS_ON = at("2024-06-29")
SOLVED = at("2024-04-11T12:00")


def sums(figure: Figure) -> tuple[Any, Any]:
    return figure.numerator, figure.denominator


def within(figure: Figure, low: float, high: float) -> bool:
    assert figure.low is not None
    assert figure.high is not None
    return (figure.low, figure.high) == pytest.approx((low, high), abs=0.0005)


def ten_tickets(reopened: timedelta = timedelta(days=5)) -> Records:
    """K30's ten: six closed after one reply, two after several, one open, one spam."""
    once = [ticket(solved="2024-04-11T12:00") for _ in range(6)]
    once[0]["reopened_at"] = SOLVED + reopened
    once[1]["user_id"] = "asks again"
    several = [ticket(solved="2024-04-12T12:00", agent_replies=3) for _ in range(2)]
    several[0] |= {"user_id": "asks again", "created_at": SOLVED + timedelta(days=3)}
    several[0]["solved_at"] = SOLVED + timedelta(days=4)
    return said(tickets=[*once, *several, ticket(level1_resolvable=False), ticket(spam=True)])


def ask(figure: Engine, variant: str, records: Records) -> Figure:
    return figure(f"first_contact_resolution{variant}", records, as_of=SIXTY_DAYS_ON)


def test_K30_V1_default(figure: Engine) -> None:
    rate = ask(figure, "", ten_tickets())
    assert sums(rate) == (4, 9)
    assert rate.value is not None
    assert float(rate.value) == pytest.approx(4 / 9, abs=1e-6)
    assert within(rate, 0.189, 0.733)


def test_K30_V2_seed(figure: Engine) -> None:
    assert sums(ask(figure, ".seed_closed_first", ten_tickets())) == (6, 10)


def test_K30_V3_of_resolved(figure: Engine) -> None:
    assert sums(ask(figure, ".of_resolved", ten_tickets())) == (4, 8)


def test_K30_V4_net(figure: Engine) -> None:
    assert sums(ask(figure, ".net", ten_tickets())) == (4, 8)


def test_K30_V5_reopened_at_exactly_seven_days(figure: Engine) -> None:
    assert sums(ask(figure, "", ten_tickets(reopened=timedelta(days=7)))) == (5, 9)
    almost = ten_tickets(reopened=timedelta(days=7) - timedelta(microseconds=1))
    assert sums(ask(figure, "", almost)) == (4, 9)


@pytest.mark.parametrize("name", [*NAMES, "first_contact_resolution.survey"])
def test_K30_V6_none(figure: Engine, name: str) -> None:
    none = figure(name, said())
    assert (none.value, none.reason) == (None, "empty_denominator")


def one(
    figure: Engine, *tickets: dict[str, Any], as_of: str = "2024-06-29", **tables: Any
) -> tuple[Any, Any]:
    return sums(figure("first_contact_resolution", said(tickets=tickets, **tables), as_of=at(as_of)))


def test_K30_opened_again_and_solved_again(figure: Engine) -> None:
    assert one(figure, ticket(solved="2024-04-20", reopened_at=at("2024-04-12"))) == (0, 1)


def test_K30_who_solved_it(figure: Engine) -> None:
    assert one(figure, ticket(solved="2024-04-11", agent_replies=0)) == (0, 1)
    assert one(figure, ticket(solved="2024-04-11", agent_replies=0, bot_solved=True)) == (1, 1)
    assert one(figure, ticket(solved="2024-04-11", agent_replies=2, bot_solved=True)) == (0, 1)


@pytest.mark.parametrize(("solved", "first"), [("2024-05-10T07:59:59.999999", 1), ("2024-05-10T08:00", 0)])
def test_K30_solved_within_thirty_days(figure: Engine, solved: str, first: int) -> None:
    late = ticket(solved=solved)
    assert one(figure, late) == (first, 1)
    assert sums(figure("first_contact_resolution.of_resolved", said(tickets=[late]))) == (first, 1)


@pytest.mark.parametrize(("as_of", "counted"), [("2024-04-18T11:59:59.999999", 0), ("2024-04-18T12:00", 1)])
def test_K30_a_solved_ticket_counts_once_its_window_is_over(figure: Engine, as_of: str, counted: int) -> None:
    assert one(figure, ticket(solved="2024-04-11T12:00"), as_of=as_of) == (counted, counted)


@pytest.mark.parametrize(("as_of", "counted"), [("2024-05-10T07:59:59.999999", 0), ("2024-05-10T08:00", 1)])
def test_K30_an_open_ticket_counts_once_time_has_run_out(figure: Engine, as_of: str, counted: int) -> None:
    assert one(figure, ticket(), as_of=as_of) == (0, counted)
    assert one(figure, ticket(solved="2024-05-20"), as_of=as_of) == (0, counted)


AGAIN: list[tuple[dict[str, Any], int]] = [
    ({}, 0),
    ({"topic": "bug"}, 1),
    ({"topic": None}, 1),
    ({"user_id": "other"}, 1),
    ({"spam": True}, 1),
    ({"merged_into": "T"}, 1),
    ({"created_at": SOLVED}, 0),
    ({"created_at": SOLVED - timedelta(microseconds=1)}, 1),
    ({"created_at": SOLVED + timedelta(days=7)}, 1),
    ({"created_at": SOLVED + timedelta(days=7, microseconds=-1)}, 0),
]
"""The next ticket, and whether the one before it was resolved at first contact all the same."""


def test_K30_raised_again_is_the_same_requester_and_topic_within_the_window(figure: Engine) -> None:
    for wanted in (0, 1):
        tickets = []
        for place, (more, _) in enumerate(case for case in AGAIN if case[1] == wanted):
            tickets.append(ticket(solved="2024-04-11T12:00", user_id=f"u{place}"))
            tickets.append(ticket("2024-04-14", user_id=f"u{place}") | more)
        solved = len(tickets) // 2
        assert one(figure, *tickets)[0] == wanted * solved


def test_K30_without_users_the_account_is_the_requester(figure: Engine) -> None:
    solved, again = ticket(solved="2024-04-11T12:00", user_id=None), ticket("2024-04-14", user_id=None)
    assert one(figure, solved, again) == (0, 2)


def test_K30_replies_that_were_imported_stand_over_counts(figure: Engine) -> None:
    solved = ticket(solved="2024-04-11T12:00", agent_replies=None)
    sent = [
        ("agent", "2024-04-11"),
        ("requester", "2024-04-11"),
        ("bot", "2024-04-11"),
        ("agent", "2024-04-18T12:00"),
    ]
    replies = [
        {"reply_id": f"r{n}", "ticket_id": solved["ticket_id"], "by": by, "at": at(when)}
        for n, (by, when) in enumerate(sent)
    ]
    assert one(figure, solved, ticket_replies=replies) == (1, 1)
    within_window = [*replies[:3], replies[3] | {"at": at("2024-04-18T11:59")}]
    assert one(figure, solved, ticket_replies=within_window) == (0, 1)
    assert one(figure, solved, ticket(agent_replies=None), ticket_replies=replies) == (1, 2)


def test_K30_where_replies_are_never_told_there_is_no_rate(figure: Engine) -> None:
    records = said(tickets=[ticket(solved="2024-04-11", agent_replies=None), ticket(agent_replies=None)])
    for name in NAMES:
        rate = figure(name, records)
        assert (rate.value, rate.reason) == (None, "empty_denominator")


def test_K30_survey(figure: Engine) -> None:
    tickets = [ticket(solved="2024-04-10T10:00") for _ in range(7)]
    told = [
        '{"choice": "Yes"}',
        '{"choice": "no"}',
        '{"choice": true}',
        '{"choice": "maybe"}',
        '["yes"]',
        None,
        None,
    ]
    scores = [None, None, None, None, None, 0, None]
    given = [
        answer("custom", score, trigger_ref=each["ticket_id"], answer=words)
        for each, words, score in zip(tickets, told, scores, strict=True)
    ]
    given.append(answer("custom", 1, trigger_ref="no ticket of ours"))
    rate = figure("first_contact_resolution.survey", said(tickets=tickets, survey_responses=given))
    assert sums(rate) == (2, 4)


def waiting(hours: list[tuple[float, bool]]) -> Records:
    """Tickets replied to and solved after so many hours, or still open."""
    created = at("2024-04-10T08:00")
    found = []
    for lasted, done in hours:
        end = created + timedelta(hours=lasted)
        found.append(ticket() | {"solved_at": end if done else None, "first_reply_at": end if done else None})
    return said(tickets=found)


@pytest.mark.parametrize("name", ["first_reply_time", "resolution_time"])
def test_K30_the_median_wait_counts_open_tickets(figure: Engine, name: str) -> None:
    records = waiting([(2, True), (5, True), (5, True), (0, False), (0, False)])
    median = figure(name, records, as_of=at("2024-04-10T17:00"))
    assert median.value == pytest.approx(5)
    still = figure(name, records, as_of=at("2024-04-10T12:00"))
    assert (still.value, still.reason) == (None, "not_reached")
    assert figure(name, said()).reason == "no_data"


@pytest.mark.parametrize("name", ["first_reply_time", "resolution_time"])
def test_K30_what_ends_as_it_begins_and_what_ends_before(figure: Engine, name: str) -> None:
    at_once = figure(name, waiting([(0, True), (0, True), (3, True)]))
    assert at_once.value == 0
    assert figure(name, waiting([(-1, True), (3, True)])).value == pytest.approx(3)


def test_K30_solved_without_a_reply_waits_no_longer(figure: Engine) -> None:
    replied = [ticket(solved="2024-04-10T12:00", first_reply_at=at("2024-04-10T10:00")) for _ in range(2)]
    silent = [ticket(solved="2024-04-10T09:00", bot_solved=True, agent_replies=0) for _ in range(3)]
    assert figure("first_reply_time", said(tickets=[*replied, *silent])).value == pytest.approx(2)


def test_K30_spam_and_duplicates_wait_for_nobody(figure: Engine) -> None:
    real = ticket(solved="2024-04-10T12:00")
    others = [ticket(solved="2024-04-10T09:00", **more) for more in ({"spam": True}, {"merged_into": "T"})]
    assert figure("resolution_time", said(tickets=[real, *others])).value == pytest.approx(4)


def test_K30_transfers(figure: Engine) -> None:
    told = [ticket(transfers=count) for count in (0, 1, 4, None)]
    mean = figure("transfers_per_ticket", said(tickets=[*told, ticket(transfers=9, spam=True)]))
    assert sums(mean) == (5, 3)


def test_K30_internal_requesters_do_not_count(figure: Engine) -> None:
    ours = ticket(solved="2024-04-10T12:00", user_id="u")
    records = said(tickets=[ours, ticket()], users=[user("u", is_internal=True)])
    assert sums(ask(figure, "", records)) == (0, 1)


def test_what_is_seen_from_the_beginning_is_at_risk_at_time_0() -> None:
    drawn = curve(np.array([0.0, 0.0, 4.0, 4.0]), np.array([True, False, True, False]), np.zeros(4))
    assert drawn.alive.tolist() == pytest.approx([0.75, 0.375])
