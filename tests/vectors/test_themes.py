"""The worked vectors of K31, and the rules beside them."""

# ruff: noqa: N802 - a vector carries its label as kpis.md writes it

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.vectors.adapter import Engine, Figure, by_holdfast
from tests.vectors.rows import Records, Row, account, at, phase
from tests.vectors.rows_feedback import answer, note, said, tagged, ticket, user

BY_THEME = [f"theme_share{variant}" for variant in ("", ".accounts", ".mrr", ".sentiment")]
PRICE, BUGS = {"theme": "price"}, {"theme": "bugs"}


def sums(figure: Figure) -> tuple[Any, Any]:
    return figure.numerator, figure.denominator


def within(figure: Figure, low: float, high: float) -> bool:
    assert figure.low is not None
    assert figure.high is not None
    return (figure.low, figure.high) == pytest.approx((low, high), abs=0.0005)


def comments(*said_of: tuple[str, tuple[str, ...]]) -> Records:
    """A comment for each account and the themes found in it."""
    given, tags = [], []
    for who, themes in said_of:
        given.append(answer("nps", 5, account_id=who, comment="Well."))
        tags += tagged(f"survey_responses/{given[-1]['response_id']}", *themes)
    accounts = [account(name) for name in sorted({who for who, _ in said_of})]
    return said(accounts, survey_responses=given, feedback_tags=tags)


FOUR = [("A", ("price", "bugs")), ("A", ("price",)), ("B", ("bugs",)), ("C", ("bugs",))]


def test_K31_V1_price_in_two_and_bugs_in_three_of_four(figure: Engine) -> None:
    price, bugs = (figure("theme_share", comments(*FOUR), of=theme) for theme in (PRICE, BUGS))
    assert [sums(price), sums(bugs)] == [(2, 4), (3, 4)]
    assert within(price, 0.150, 0.850)


def test_K31_V2_a_fifth_that_nobody_coded(figure: Engine) -> None:
    records = comments(*FOUR, ("D", ()))
    assert sums(figure("theme_share", records, of=PRICE)) == (2, 4)
    assert sums(figure("theme_share.coverage", records)) == (4, 5)


def test_K31_V3_ten_comments_of_one_account(figure: Engine) -> None:
    records = comments(*[("A", ("price",))] * 10, ("B", ("bugs",)), ("C", ("bugs",)))
    assert sums(figure("theme_share", records, of=PRICE)) == (10, 12)
    assert sums(figure("theme_share.accounts", records, of=PRICE)) == (1, 3)


def test_K31_V4_none_coded(figure: Engine) -> None:
    records = comments(("A", ()))
    for name in BY_THEME:
        share = figure(name, records, of=PRICE)
        assert (share.value, share.reason) == (None, "empty_denominator")
    assert sums(figure("theme_share.coverage", records)) == (0, 1)


def test_K31_mrr_is_that_of_the_opening(figure: Engine) -> None:
    phases = [
        phase("A", "2024-01-10", "2024-04-05", 30),
        phase("B", "2024-01-10", None, 60),
        phase("C", "2024-04-05", None, 99),
        phase("silent", "2024-01-10", None, 500),
    ]
    records = comments(*FOUR) | {"subscription_phases": phases}
    assert sums(figure("theme_share.mrr", records, of=PRICE)) == (30, 90)
    euros = records | {"subscription_phases": [*phases, phase("B", "2024-01-10", None, 1, currency="EUR")]}
    share = figure("theme_share.mrr", euros, of=PRICE)
    assert (share.value, share.reason) == (None, "no_rate")


def test_K31_net_sentiment(figure: Engine) -> None:
    sounds = ["positive", "Positive", "negative", "neutral", None, "wistful"]
    given = [note("A") for _ in sounds]
    tags = [
        tag
        for each, sound in zip(given, sounds, strict=True)
        for tag in tagged(f"notes/{each['note_id']}", "price", sentiment=sound)
    ]
    again = tagged(f"notes/{given[0]['note_id']}", "price", sentiment="negative", coded_at=at("2024-05-03"))
    silent = tagged(f"notes/{given[2]['note_id']}", "price", coded_at=at("2024-05-03"))
    net = figure("theme_share.sentiment", said(notes=given, feedback_tags=tags), of=PRICE)
    assert sums(net) == (1, 4)
    records = said(notes=given, feedback_tags=[*tags, *again, *silent])
    assert sums(figure("theme_share.sentiment", records, of=PRICE)) == (-1, 4)


def test_K31_what_an_item_is(figure: Engine) -> None:
    tickets = [ticket(), ticket(topic=None, text="It fails."), ticket(topic=None), ticket(spam=True)]
    notes = [note("A"), note("A", kind="customer_day"), note("A", kind="crm")]
    given = [answer("nps", 5, comment=words) for words in ("Fine.", " ", None)]
    records = said(tickets=tickets, notes=notes, survey_responses=given)
    assert sums(figure("theme_share.coverage", records)) == (0, 2 + 2 + 1)
    mute = tagged(f"survey_responses/{given[2]['response_id']}", "price")
    assert sums(figure("theme_share.coverage", records | {"feedback_tags": mute})) == (1, 6)


def test_K31_a_tag_counts_from_when_it_was_given(figure: Engine) -> None:
    records = comments(("A", ("price",)))
    for as_of, wanted in ((at("2024-05-02"), 0), (at("2024-05-02T00:00:00.000001"), 1)):
        assert sums(figure("theme_share.coverage", records, as_of=as_of)) == (wanted, 1)


def test_K31_a_theme_of_another_month_is_none_of_this(figure: Engine) -> None:
    earlier = note("A", "2024-03-31T23:59")
    records = comments(("A", ("price",))) | {"notes": [earlier]}
    records["feedback_tags"] += tagged(f"notes/{earlier['note_id']}", "bugs")
    assert sums(figure("theme_share", records, of=BUGS)) == (0, 1)
    assert sums(figure("theme_share", records, label="2024-03", of=BUGS)) == (1, 1)


def test_K31_items_of_two_sources_are_two(figure: Engine) -> None:
    both: list[Row] = [ticket(ticket_id="T"), ticket(ticket_id="T", source="desk")]
    tags = [*tagged("tickets/T", "bugs", source="desk"), *tagged("tickets/desk:T", "price")]
    records = said(tickets=both, feedback_tags=tags)
    assert sums(figure("theme_share.coverage", records)) == (1, 2)
    assert sums(figure("theme_share", records, of=PRICE)) == (1, 1)


def test_K31_without_an_account_or_by_our_own(figure: Engine) -> None:
    given = [answer("nps", 5, comment="Well.", **who) for who in ({}, {"user_id": "u"}, {"account_id": "A"})]
    tags = [tag for each in given for tag in tagged(f"survey_responses/{each['response_id']}", "price")]
    people = [user("u", is_internal=True)]
    records = said(survey_responses=given, feedback_tags=tags, users=people)
    assert sums(figure("theme_share", records, of=PRICE)) == (2, 2)
    assert sums(figure("theme_share.accounts", records, of=PRICE)) == (1, 1)


def coded_twice(*decisions: tuple[str, str]) -> Records:
    """Items of nobody's, each with the theme that one coder found and the one that the other did."""
    given = [answer("nps", 5, comment="Well.") for _ in decisions]
    tags = [
        tag
        for each, found in zip(given, decisions, strict=True)
        for coder, theme in zip(("ann", "bob"), found, strict=True)
        for tag in tagged(f"survey_responses/{each['response_id']}", theme, coder=coder)
    ]
    return said(survey_responses=given, feedback_tags=tags)


DECISIONS = [("price", "price"), ("bugs", "bugs"), ("price", "bugs"), ("speed", "speed"), ("bugs", "speed")]


@pytest.mark.parametrize("times", [8, 60], ids=["drawn again", "linearised"])
def test_K31_agreement_varies_as_items_drawn_by_hand(times: int) -> None:
    share = by_holdfast("theme_share.agreement", coded_twice(*DECISIONS * times))
    dice = np.random.default_rng(3)
    drawn = dice.integers(0, len(DECISIONS), (20_000, len(DECISIONS) * times))
    agreed = np.mean(drawn[..., None] == np.array([0, 1, 3]), axis=1).sum(axis=1)
    # Each of the two finds one of three themes: an item they differ on is one decision agreed of three.
    bounds = np.percentile(((agreed + (1 - agreed) / 3) - 5 / 9) / (1 - 5 / 9), [2.5, 97.5])
    assert float(share.value or 0) == pytest.approx((0.6 + 0.4 / 3 - 5 / 9) / (4 / 9))
    assert (share.low, share.high) == pytest.approx(tuple(bounds), abs=0.01)
