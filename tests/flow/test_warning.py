"""Warnings of a few accounts worked by hand, of a simulated company by plain loops, as they were known."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import pytest

import holdfast
from holdfast.company import simulate
from holdfast.errors import UsageError
from holdfast.flow import Workspace
from holdfast.flow.judging.warning import Warned
from tests.demo import demo

__all__ = ["demo"]

END = datetime(2025, 7, 1)
DAY = timedelta(days=1)
Fired = list[tuple[str, datetime, datetime | None]]
Rows = list[list[object]]


def use(user: str, first: datetime, weeks: int, weekdays: int = 5) -> Rows:
    """A report each weekday of some weeks from a Monday on."""
    days = [first + DAY * (7 * week + day) for week in range(weeks) for day in range(weekdays)]
    return [[f"{user}{day:%m%d}", user, "report", f"{day + DAY / 2:%Y-%m-%dT%H:%M:%SZ}"] for day in days]


MONDAY = datetime(2025, 3, 3)
# fmt: off
TABLES: dict[str, Rows] = {
    "accounts": [
        ["account_id", "created_at", "name"],
        ["pays", "2025-03-01T00:00:00Z", "Pays"],
        ["ends", "2025-03-01T00:00:00Z", "Ends"],
        ["falls", "2025-03-01T00:00:00Z", "Falls"],
        ["leaves", "2025-03-01T00:00:00Z", "Leaves"],
    ],
    "subscription_phases": [
        ["phase_id", "subscription_id", "account_id", "plan", "start_at", "end_at", "status", "currency",
         "unit_amount", "quantity", "interval"],
        ["p1", "s1", "pays", "pro", "2025-03-01T00:00:00Z", "", "active", "USD", 100, 1, "month"],
        ["p2", "s2", "ends", "pro", "2025-03-01T00:00:00Z", "2025-05-01T00:00:00Z", "active",
         "USD", 5, 10, "month"],
        ["p3", "s2", "ends", "pro", "2025-05-01T00:00:00Z", "2025-06-10T00:00:00Z", "active",
         "USD", 5, 6, "month"],
        ["p4", "s2", "ends", "pro", "2025-06-10T00:00:00Z", "", "active", "USD", 5, 12, "month"],
        ["p5", "s3", "falls", "pro", "2025-03-01T00:00:00Z", "", "active", "USD", 50, 1, "month"],
        ["p6", "s4", "leaves", "pro", "2025-03-01T00:00:00Z", "2025-05-20T00:00:00Z", "active",
         "USD", 9, 1, "month"],
    ],
    "users": [["user_id", "account_id"],
              ["u1", "pays"], ["u2", "falls"], ["u3", "falls"], ["u4", "leaves"], ["u5", "ends"]],
    "events": [
        ["event_id", "user_id", "name", "occurred_at"],
        *use("u1", MONDAY, 17), *use("u2", MONDAY, 12), *use("u3", MONDAY, 17, weekdays=2),
        *use("u4", MONDAY, 3), *use("u5", MONDAY, 17),
    ],
    "invoices": [
        ["invoice_id", "account_id", "issued_at", "due_at", "paid_at", "currency", "total", "status"],
        ["i1", "pays", "2025-04-01T00:00:00Z", "", "2025-04-09T00:00:00Z", "USD", 9, "paid"],
        ["i2", "pays", "2025-06-01T00:00:00Z", "", "", "USD", 9, "open"],
        ["i3", "ends", "2025-06-01T00:00:00Z", "", "", "USD", 9, "void"],
    ],
    "payments": [
        ["payment_id", "invoice_id", "account_id", "attempted_at", "amount", "currency", "status"],
        ["y1", "i1", "pays", "2025-04-01T00:00:00Z", 9, "USD", "failed"],
        ["y2", "i1", "pays", "2025-04-04T00:00:00Z", 9, "USD", "failed"],
        ["y3", "i1", "pays", "2025-04-09T00:00:00Z", 9, "USD", "succeeded"],
        ["y4", "i2", "pays", "2025-06-01T00:00:00Z", 9, "USD", "failed"],
        ["y5", "i3", "ends", "2025-06-01T00:00:00Z", 9, "USD", "failed"],
    ],
    "payment_methods": [
        ["method_id", "account_id", "kind", "exp_month", "exp_year", "updated_at"],
        ["c1", "pays", "card", 3, 2025, ""],          # the payment of 9 April shows that it was replaced
        ["c2", "ends", "card", 7, 2025, ""],
        ["c3", "falls", "card", 5, 2025, ""],
        ["c4", "falls", "card", 5, 2029, "2025-05-20T00:00:00Z"],
        ["c5", "leaves", "sepa_debit", "", "", ""],
    ],
    "contracts": [
        ["contract_id", "account_id", "term_start", "term_end", "mrr", "currency", "auto_renew",
         "decided_at"],
        ["k1", "ends", "2025-03-01T00:00:00Z", "2025-08-01T00:00:00Z", 50, "USD", "false", ""],
        ["k2", "pays", "2025-03-01T00:00:00Z", "2025-08-01T00:00:00Z", 100, "USD", "true", ""],
        ["k3", "falls", "2025-03-01T00:00:00Z", "2025-06-20T00:00:00Z", 50, "USD", "false",
         "2025-06-05T00:00:00Z"],
    ],
    "tickets": [
        ["ticket_id", "account_id", "created_at", "solved_at", "severity"],
        ["t1", "falls", "2025-06-20T00:00:00Z", "", "Urgent"],
        ["t2", "falls", "2025-03-10T00:00:00Z", "2025-03-11T00:00:00Z", "low"],
        ["t3", "leaves", "2025-03-12T00:00:00Z", "2025-03-20T00:00:00Z", "p1"],
    ],
    "survey_responses": [
        ["response_id", "survey_id", "kind", "account_id", "user_id", "answered_at", "score"],
        ["r1", "s", "nps", "falls", "u2", "2025-04-07T00:00:00Z", 6],
        ["r2", "s", "nps", "falls", "u3", "2025-04-08T00:00:00Z", 10],
        ["r3", "s", "nps", "falls", "u2", "2025-05-07T00:00:00Z", 7],
        ["r4", "s", "nps", "pays", "u1", "2025-06-25T00:00:00Z", 9],
    ],
    "touchpoints": [
        ["touchpoint_id", "account_id", "at", "direction", "channel"],
        ["h1", "pays", "2025-05-01T00:00:00Z", "in", "email"],
        ["h2", "pays", "2025-05-10T00:00:00Z", "out", "email"],
    ],
}
# fmt: on


def brought_in(space: Workspace, tables: dict[str, Rows], folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for table, rows in tables.items():
        with (folder / f"{table}.csv").open("w", newline="") as opened:
            csv.writer(opened).writerows(rows)
    space.import_folder(folder, through=END)


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("warned")
    with holdfast.create(folder / "space") as opened:
        brought_in(opened, TABLES, folder / "files")
        opened.set("core_events", "report")
        yield opened


@pytest.fixture(scope="module")
def fired(space: Workspace) -> dict[str, Fired]:
    found: dict[str, Fired] = {}
    for each in reversed(space.warnings.history()):
        found.setdefault(each.kind, []).append((each.account_id, each.opened_at, each.closed_at))
    return found


def day(month: int, number: int) -> datetime:
    return datetime(2025, month, number)


def test_money(fired: dict[str, Fired]) -> None:
    assert fired["failed_payment"] == [("pays", day(4, 1), day(4, 9)), ("pays", day(6, 1), None)]
    assert (
        sorted(fired["card_expiring"])
        == [
            ("ends", day(7, 1) + DAY, None),
            ("falls", day(5, 2), day(5, 20)),
            ("pays", day(3, 2), day(4, 9)),
        ][1:]
    )
    assert fired["term_ending"] == [("falls", day(3, 22), day(6, 5)), ("ends", day(5, 3), None)]
    assert fired["seats_falling"] == [("ends", day(5, 1), day(6, 10))]


def test_voices(fired: dict[str, Fired]) -> None:
    assert fired["severe_ticket"] == [("leaves", day(3, 12), day(3, 20)), ("falls", day(6, 20), None)]
    assert fired["low_answer"] == [("falls", day(4, 7), day(5, 7))]


def test_use(fired: dict[str, Fired], space: Workspace) -> None:
    # u2's last day is Friday 23 May: away for 21 whole days on 14 June. u3, at 2 days a week, used it less.
    assert fired["champion_gone"] == [("falls", day(6, 14), None)]
    # Of 7 days of people a week 2 are left from 26 May on: two such weeks end on 9 June.
    ((who, opened, closed),) = [each for each in fired["usage_fall"] if each[0] == "falls"]
    assert (who, opened, closed) == ("falls", day(6, 9), None)
    (warned,) = (each for each in space.warnings.history(account_id="falls", kinds=["usage_fall"]))
    (sign, *_) = warned.signs
    assert (sign.record, sign.before, sign.after) == ("2025-06-08", 14, 4)


def test_two_weeks_without_a_word_are_told_apart_by_use(fired: dict[str, Fired]) -> None:
    well = [each for each in fired["healthy_quiet"] if each[0] == "pays"]
    # Since becoming a customer, since the call of 1 May; one that we made is no word of theirs.
    assert well == [
        ("pays", max(day(3, 10), day(3, 1)) + 14 * DAY, day(5, 1)),
        ("pays", day(5, 15), day(6, 25)),
    ]
    bad = [each for each in fired["at_risk_quiet"] if each[0] == "leaves"]
    # No word since 12 March, no use since 21 March: quiet from 26 March, poor from 5 April; gone on 20 May.
    assert bad == [("leaves", day(4, 5), day(5, 20))]
    assert ("leaves", day(3, 26), day(4, 5)) in fired["healthy_quiet"]


def test_the_list_tells_the_accounts_by_what_is_at_stake(space: Workspace) -> None:
    now = space.warnings.now()
    assert now.at == END
    assert [each.account_id for each in now.accounts] == sorted(
        (each.account_id for each in now.accounts),
        key=lambda who: -next(each.stake for each in now.accounts if each.account_id == who),
    )
    assert {each.account_id for each in now.accounts} == {"pays", "ends", "falls"}
    assert not any(one.is_calm for each in now.accounts for one in each.warnings)
    (only,) = space.warnings.now(segment="mrr >= 100").accounts
    assert only.account_id == "pays"
    before = space.warnings.now(as_of=day(4, 5))
    assert before.at == day(4, 5)
    assert ("pays", "failed_payment") in {(o.account_id, o.kind) for a in before.accounts for o in a.warnings}


def test_a_record_that_comes_late_warns_of_its_own_time_and_was_not_known_before(
    space: Workspace, tmp_path: Path
) -> None:
    shown = datetime.now(UTC).replace(tzinfo=None)
    late: Rows = [["p9", "i9", "ends", "2025-05-05T00:00:00Z", 9, "USD", "failed"]]
    brought_in(space, {"payments": [TABLES["payments"][0], *late]}, tmp_path)
    (told,) = space.warnings.history(account_id="ends", kinds=["failed_payment"])
    assert (told.opened_at, told.signs[0].record) == (day(5, 5), "p9")
    assert space.warnings.history(account_id="ends", kinds=["failed_payment"], known_at=shown) == []


def test_rules_are_settings_as_they_were_known(space: Workspace) -> None:
    shown = datetime.now(UTC).replace(tzinfo=None)
    space.set("warnings", "card_days=5,off=low_answer")
    assert space.warnings.rules().card_days == 5
    now = space.warnings.history(account_id="falls", kinds=["low_answer", "card_expiring"])
    assert now == []  # the other card came before the last five days
    then = space.warnings.history(account_id="falls", kinds=["low_answer", "card_expiring"], known_at=shown)
    assert {each.kind for each in then} == {"low_answer", "card_expiring"}
    space.set("warnings", "none")
    assert space.settings()["warnings"] == []


def test_what_there_is_not_is_named(space: Workspace) -> None:
    with pytest.raises(UsageError, match="kind of warning"):
        space.warnings.now(kinds=["usage"])
    with pytest.raises(UsageError, match="account"):
        space.warnings.history(account_id="pay")
    with pytest.raises(UsageError, match="45 days"):
        space.warnings.cards(days=45)


@pytest.fixture(scope="module")
def company(demo: Path) -> Iterator[Workspace]:
    with holdfast.open(demo, read_only=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def history(company: Workspace) -> list[Warned]:
    return company.warnings.history()


def test_what_is_seen_of_a_past_day_is_what_was_open_then(company: Workspace, history: list[Warned]) -> None:
    at = datetime(2024, 6, 12)
    then = {(each.account_id, each.kind, each.opened_at): each for each in company.warnings.history(as_of=at)}
    since = {(each.account_id, each.kind, each.opened_at): each for each in history if each.opened_at < at}
    assert set(then) == set(since)
    assert {key[1] for key in then} >= {"failed_payment", "at_risk_quiet", "healthy_quiet"}
    for key, each in then.items():
        later = since[key].closed_at
        if later is not None and later < at - 7 * DAY:
            assert each.closed_at == later
        if each.closed_at is not None:
            assert each.closed_at < at


def test_the_card_is_what_loops_over_the_history_say(company: Workspace, history: list[Warned]) -> None:
    at, cards = company.warnings.cards(days=60)
    left_at: dict[str, list[datetime]] = {}
    for row in simulate(150, 8, seed=1).truth["churns"].to_pylist():
        left_at.setdefault(row["account_id"], []).append(row["churned_at"].replace(tzinfo=None))
    for kind, card in cards.items():
        mine = [each for each in history if each.kind == kind]
        old = [each for each in mine if each.opened_at + 60 * DAY <= at - DAY]
        assert (card.fired, card.young) == (len(old), len(mine) - len(old))
        waits = [
            (left - each.opened_at) / DAY
            for each in old
            for left in left_at.get(each.account_id, ())
            if each.opened_at < left < each.opened_at + 60 * DAY
        ]
        assert card.left == len(waits)
        assert (card.lead is None) == (not waits)
        if card.lead is not None:
            assert card.lead.days == pytest.approx(median(waits))
    assert cards["at_risk_quiet"].left > 0
