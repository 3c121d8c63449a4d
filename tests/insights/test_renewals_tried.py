"""Chances by the renewal: read from a curve by hand, its day included, tried on a planted company."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.insights.risk.backtest import Compared, TooFew
from holdfast.insights.risk.card import Card
from holdfast.insights.risk.curve import at_renewal, evenly
from holdfast.insights.risk.features import Known
from holdfast.insights.risk.outcomes import VOLUNTARY, Endings, outcomes
from holdfast.insights.risk.renewals_tried import Floats, renewals_tried

BEGIN = datetime(2023, 1, 1)
MONTHS = [BEGIN + timedelta(days=30 * n) for n in range(24)]
HORIZONS = (30, 60, 90)
UNTIL = MONTHS[-1] + timedelta(days=90)


def told(*chances: float) -> dict[int, Floats]:
    return {days: np.array([chance]) for days, chance in zip(HORIZONS, chances, strict=True)}


@pytest.mark.parametrize(
    ("days", "at_once", "by_day"),
    [
        # Half way from 30 to 60 days: of 0.9 who are left, the root of 0.576 / 0.9 = 0.64 stay.
        (45, 0.424, 1 - 0.9 * 0.8),
        (15, 0.1, 1 - 0.9**0.5),
        (30, 0.1, 0.1),
        (30.5, 0.424, 1 - 0.9 * 0.64 ** (0.5 / 30)),
        (60, 0.424, 0.424),
        (90, 0.5, 0.5),
    ],
)
def test_the_curve_read_at_a_day_is_as_by_hand(days: float, at_once: float, by_day: float) -> None:
    curve, when = told(0.1, 0.424, 0.5), np.array([float(days)])
    assert at_renewal(curve, when) == pytest.approx([at_once])
    assert evenly(curve, when) == pytest.approx([by_day])


def test_past_the_last_horizon_and_without_a_renewal_nothing_is_told() -> None:
    curve = {days: np.full(3, 0.2) for days in HORIZONS}
    for read in (at_renewal, evenly):
        assert np.isnan(read(curve, np.array([90.01, np.nan, 400.0]))).all()


CHANCE = st.floats(0, 1)


@given(st.tuples(CHANCE, CHANCE, CHANCE), st.floats(0.01, 90), st.floats(0.01, 90))
def test_no_chance_falls_with_the_days(chances: tuple[float, float, float], one: float, two: float) -> None:
    curve = {days: np.array([each, each]) for days, each in zip(HORIZONS, chances, strict=True)}
    for read in (at_renewal, evenly):
        sooner, later = read(curve, np.array(sorted((one, two))))
        assert 0 <= sooner <= later + 1e-12 <= 1 + 1e-9


def test_who_leaves_at_the_renewal_or_later_that_day_has_left_by_it_and_the_day_after_has_not() -> None:
    """The renewal is on the 15th: its day is over sixteen days after the 31st."""
    at, day = datetime(2024, 5, 31), datetime(2024, 6, 15)
    over = (day + timedelta(days=1) - at) / timedelta(days=1)
    ends = {
        "at": day,
        "that evening": day + timedelta(hours=23, minutes=59),
        "at midnight": day + timedelta(days=1),
    }
    bound = np.array([at] * 3, dtype="datetime64[us]")
    rows = Known(np.array(list(ends)), bound, (), np.empty((3, 0)))
    kinds, _ = outcomes(rows, {who: [(end, VOLUNTARY)] for who, end in ends.items()}, np.full(3, over))
    assert kinds.tolist() == [VOLUNTARY, VOLUNTARY, 0]


def planted(accounts: int = 400, seed: int = 1) -> tuple[Known, Endings, Floats]:
    """Accounts of half a year's terms, who leave as a term ends or not at all; `signal` says how likely."""
    dice = np.random.default_rng(seed)
    rows: list[tuple[datetime, str, float, float]] = []
    ends: Endings = {}
    for number in range(accounts):
        signal, first = float(dice.normal()), int(dice.integers(0, 180))
        terms = [BEGIN + timedelta(days=first + 180 * n) for n in range(8)]
        goes = (each for each in terms if dice.random() < 1 / (1 + np.exp(2 - 2 * signal)))
        end = next(goes, None)
        if end:
            ends[f"a{number}"] = [(end, VOLUNTARY)]
        for at in MONTHS:
            if end is None or at <= end:
                due = next(each for each in terms if each >= at)
                ahead = (due - at) / timedelta(days=1) + 1
                rows.append((at, f"a{number}", signal, ahead if ahead <= 90 else np.nan))
    bounds, whose, signals, ahead_of = zip(*sorted(rows), strict=True)
    ahead_by, signal_of = np.array(ahead_of, dtype=np.float64), np.array(signals)
    within = [ahead_by <= days for days in HORIZONS]
    values = np.column_stack([*within, *(each * signal_of for each in within), np.full(len(ahead_by), 50.0)])
    names = ("in_30", "in_60", "in_90", "signal_30", "signal_60", "signal_90", "health")
    known = Known(np.array(whose), np.array(bounds, dtype="datetime64[us]"), names, values)
    return known, ends, ahead_by


def test_where_customers_leave_as_terms_end_the_chance_is_right_and_an_even_one_too_low() -> None:
    rows, ends, ahead = planted()
    found = renewals_tried(rows, ends, ahead, HORIZONS, UNTIL, np.ones(len(ahead), bool), {})
    assert isinstance(found, Compared)
    assert found.is_worth_it
    assert set(found.cards) == {"model", "evenly", "base_rate"}
    model, even = found.cards["model"], found.cards["evenly"]
    share = model.left / model.rows
    assert means(model) == pytest.approx(share, rel=0.2)
    assert means(even) < 0.8 * share
    assert max(found.origins) + timedelta(days=90) <= UNTIL


def test_only_renewals_asked_about_are_judged_and_few_are_not_enough() -> None:
    rows, ends, ahead = planted()
    some = np.char.endswith(rows.account_id, "0")
    few = renewals_tried(rows, ends, ahead, HORIZONS, UNTIL, some, {})
    assert isinstance(few, TooFew)
    assert (few.needed, few.of) == (20, "judge")
    none = renewals_tried(rows, ends, np.full(len(ahead), np.nan), HORIZONS, UNTIL, ~some | some, {})
    assert isinstance(none, TooFew)
    nobody = renewals_tried(rows, {}, ahead, HORIZONS, UNTIL, ~some | some, {})
    assert nobody == TooFew(0, 30, "learn")


def means(card: Card) -> float:
    """The mean chance that was told."""
    return sum(each.chance * each.rows for each in card.groups) / card.rows


def test_what_is_told_at_an_origin_hangs_on_nothing_later() -> None:
    """With every later end made another, the newest origin's chances stay."""
    rows, ends, ahead = planted()
    kept: dict[tuple[int, datetime], Floats] = {}
    found = renewals_tried(rows, ends, ahead, HORIZONS, UNTIL, np.ones(len(ahead), bool), kept)
    assert isinstance(found, Compared)
    origin = found.origins[0]
    until = origin + timedelta(days=90)
    cut = {who: [each for each in those if each[0] < origin] for who, those in ends.items()}
    again: dict[tuple[int, datetime], Floats] = {}
    renewals_tried(rows, cut, ahead, HORIZONS, until, np.ones(len(ahead), bool), again)
    for days in HORIZONS:
        assert again[days, origin] == pytest.approx(kept[days, origin])
