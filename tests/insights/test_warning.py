"""Stretches of time, falls of use and report cards of warnings, each against a plain way of counting."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.errors import UsageError
from holdfast.insights.warning.card import DAY, _base, _caught, lead_of
from holdfast.insights.warning.rules import Rules
from holdfast.insights.warning.signs import FAR_MICROS
from holdfast.insights.warning.stretches import Stretches, both, joined, pairs, without
from holdfast.insights.warning.weeks import fallen, weeks_of

SPANS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 12), st.integers(0, 12)), max_size=8)
Span = tuple[int, int, int]


def stretches(spans: Iterable[Span]) -> Stretches:
    columns = np.array([*spans], dtype=np.int64).reshape(-1, 3).T
    return Stretches(*columns)


def told(those: Stretches) -> list[Span]:
    return list(zip(those.who.tolist(), those.start.tolist(), those.end.tolist(), strict=True))


def moments(spans: Iterable[Span]) -> set[tuple[int, int]]:
    """Every whole moment inside a stretch."""
    return {(who, at) for who, start, end in spans for at in range(start, end)}


@settings(max_examples=150)
@given(SPANS, SPANS)
def test_stretches_are_their_moments(ones: list[Span], others: list[Span]) -> None:
    here, there = stretches(ones), stretches(others)
    for found, wanted in (
        (joined(here), moments(ones)),
        (both(here, there), moments(ones) & moments(others)),
        (without(here, there), moments(ones) - moments(others)),
    ):
        assert moments(told(found)) == wanted
        assert told(found) == sorted(told(found))
        assert all(before[0] != after[0] or before[2] < after[1] for before, after in pairwise(told(found)))


@settings(max_examples=100)
@given(SPANS, SPANS, st.integers(0, 3))
def test_pairs_are_those_that_share_a_moment(ones: list[Span], others: list[Span], gap: int) -> None:
    here, there = joined(stretches(ones), gap), joined(stretches(others))
    of, sign = pairs(here, there)
    plain = {
        (a, b)
        for a, one in enumerate(told(here))
        for b, other in enumerate(told(there))
        if one[0] == other[0] and one[1] < other[2] and other[1] < one[2]
    }
    assert set(zip(of.tolist(), sign.tolist(), strict=True)) == plain


@settings(max_examples=100)
@given(SPANS, st.integers(0, 3))
def test_a_gap_that_is_short_enough_is_no_gap(spans: list[Span], gap: int) -> None:
    found = told(joined(stretches(spans), gap))
    for _, mine in groupby(found, key=lambda span: span[0]):
        ordered = list(mine)
        assert all(after[1] - before[2] > gap for before, after in pairwise(ordered))


WEEKS, MONDAY = 24, 4 + 7 * 2600
"""A Monday, in days since 1970."""


def used(days: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows of use from a table of accounts by day."""
    who, day = np.nonzero(days)
    return who, day + MONDAY, days[who, day]


def judged(days: np.ndarray, percent: int = 50, least: int = 4) -> np.ndarray:
    countries = np.zeros(len(days), dtype=np.int64)
    weeks = weeks_of(*used(days), countries, MONDAY + days.shape[1], 0)
    return fallen(weeks, np.arange(len(days)), percent, least)[0]


def test_a_fall_fires_at_the_end_of_the_weeks_that_show_it_and_ends_as_the_new_use_becomes_usual() -> None:
    days = np.zeros((1, 7 * WEEKS), dtype=np.int64)
    days[0, : 7 * 14] = np.tile([2, 2, 2, 2, 2, 0, 0], 14)
    days[0, 7 * 14 :] = np.tile([1, 0, 0, 0, 0, 0, 0], WEEKS - 14)
    low = judged(days)[0]
    # Weeks of 10 until week 13, of 1 from week 14: the two weeks 13 and 14 have 11 of 20, 14 and 15 have 2.
    assert np.flatnonzero(low)[0] == 15
    # Held against weeks 14 to 21 alone, what is used now is what is usual.
    assert np.flatnonzero(low)[-1] < 23


def test_week_ends_are_no_fall_and_neither_is_a_week_of_rest() -> None:
    days = np.tile(np.tile([3, 3, 3, 3, 3, 0, 0], WEEKS), (40, 1)).astype(np.int64)
    assert not judged(days).any()
    days[:, 7 * 15 : 7 * 16] = 0  # everyone rests for one week and the half of the next
    days[:, 7 * 16 : 7 * 16 + 3] = 0
    assert not judged(days).any()
    alone = days.copy()
    alone[1:, 7 * 15 : 7 * 16 + 3] = 3 * (np.arange(10) % 7 < 5)
    assert np.flatnonzero(judged(alone).any(axis=1)).tolist() == [0]


def test_what_may_be_chance_is_no_fall() -> None:
    days = np.zeros((1, 7 * WEEKS), dtype=np.int64)
    days[0, ::7] = 2  # four days of people in two weeks are to be expected
    days[0, 7 * 14 : 7 * 16] = 0
    days[0, 7 * 14] = 1
    assert not judged(days).any()
    days *= 5
    assert judged(days).any()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_expected_and_found_are_what_loops_say(seed: int) -> None:
    dice = np.random.default_rng(seed)
    days = dice.poisson(dice.choice([0.2, 1.0, 3.0], (3, 1)), (3, 7 * 16)) * (dice.random((3, 7 * 16)) < 0.8)
    weeks = weeks_of(*used(days), np.zeros(3, dtype=np.int64), MONDAY + 7 * 16, 0)
    _, expected, found = fallen(weeks, np.arange(3), 50, 4)
    for who in range(3):
        by_week = days[who].reshape(16, 7).sum(axis=1)
        for week in range(10, 16):
            assert found[who, week] == by_week[week - 1 : week + 1].sum()
            assert expected[who, week] == pytest.approx(by_week[week - 9 : week - 1].sum() / 4)


def test_the_lead_has_an_interval_from_six_on() -> None:
    assert lead_of(np.empty(0)) is None
    five, six = (lead_of(np.arange(1.0, many + 1)) for many in (5, 6))
    assert five is not None
    assert (five.days, five.low) == (3.0, None)
    assert six is not None
    assert (six.days, six.low, six.high) == (3.5, 1.0, 6.0)
    ten = lead_of(np.arange(1.0, 11.0))
    assert ten is not None
    assert (ten.low, ten.high) == (2.0, 9.0)  # P(Bin(10, 1/2) <= 1) = 0.011


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 60)), min_size=1, max_size=6), st.integers(1, 30)
)
def test_the_base_is_the_share_of_days_that_leaving_followed(lives: list[tuple[int, int]], days: int) -> None:
    settled = 80
    spans = [(who, start, start + long) for who, (start, long) in enumerate(lives)]
    lived = [(at, end) for _, start, end in spans for at in range(start, end) if at < settled - days]
    left = [end - at <= days and end < settled for at, end in lived]
    found = _base(stretches((who, a * DAY, b * DAY) for who, a, b in spans), days * DAY, settled * DAY)
    assert found == (pytest.approx(sum(left) / len(left)) if left else None)


@settings(max_examples=100)
@given(
    SPANS,
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 14)), max_size=4, unique=True),
    st.integers(0, 4),
)
def test_leavings_are_caught_where_a_warning_was_open(
    spans: list[Span], ends: list[tuple[int, int]], days: int
) -> None:
    those = joined(stretches(spans))
    leaving = [(who, 0, end) for who, end in ends]
    plain = sum(
        any(one[0] == who and one[1] <= end and one[2] >= end - days for one in told(those))
        for who, end in ends
    )
    assert _caught(those, stretches(leaving), days) == plain


def test_rules_are_read_and_told_again() -> None:
    rules = Rules.of(["card_days=14", "off=healthy_quiet", " usage_percent = 40 "])
    assert (rules.card_days, rules.usage_percent, rules.term_days) == (14, 40, 90)
    assert rules.told() == ["card_days=14", "usage_percent=40", "off=healthy_quiet"]
    assert Rules.of(rules.told()) == rules
    assert FAR_MICROS > 0


@pytest.mark.parametrize(
    ("text", "said"),
    [("card_day=3", "card_days"), ("off=usage", "usage_fall"), ("card_days=soon", "whole number")],
)
def test_rules_that_cannot_be_are_refused(text: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        Rules.of([text])
    assert said in f"{refused.value} {refused.value.hint}"
