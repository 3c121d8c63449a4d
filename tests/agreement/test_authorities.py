"""Intervals and curves agree with named authorities; the test's name says which."""

from __future__ import annotations

import random
import warnings
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from lifelines.utils import median_survival_times, restricted_mean_survival_time
from scipy import stats
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from holdfast.metrics import find
from holdfast.metrics import intervals as program
from holdfast.metrics.composed import Parts
from holdfast.metrics.joint import Drawn, joint_interval
from holdfast.metrics.kaplan_meier import curve
from holdfast.timelines.basis import Basis
from tests.oracle import intervals, lifetime
from tests.oracle.lifetime import Spell

SHARES = [(81, 263), (15, 148), (0, 20), (1, 29), (19, 38), (64, 1000), (10, 10), (1, 10)]
PUBLISHED = {
    (81, 263): (0.2553, 0.3662),
    (15, 148): (0.0624, 0.1605),
    (0, 20): (0.0, 0.1611),
    (1, 29): (0.0061, 0.1718),
    (19, 38): (0.3485, 0.6515),
}


@pytest.mark.parametrize(("hits", "trials"), SHARES)
def test_wilson_is_that_of_statsmodels(hits: int, trials: int) -> None:
    wanted = proportion_confint(hits, trials, method="wilson")
    assert program.wilson(hits, trials) == pytest.approx(wanted, abs=1e-9)
    assert intervals.wilson(hits, trials) == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize("pair", PUBLISHED)
def test_wilson_is_that_of_newcombe_1998(pair: tuple[int, int]) -> None:
    assert program.wilson(*pair) == pytest.approx(PUBLISHED[pair], abs=0.00006)


@pytest.mark.parametrize("arms", [(75, 100, 60, 100), (9, 10, 3, 10), (56, 70, 48, 80), (0, 20, 5, 25)])
def test_difference_is_newcombes_of_statsmodels(arms: tuple[int, int, int, int]) -> None:
    hits, trials, other_hits, other_trials = arms
    wanted = confint_proportions_2indep(hits, trials, other_hits, other_trials, method="newcomb")
    ours = program.difference(
        hits / trials,
        program.wilson(hits, trials),
        other_hits / other_trials,
        program.wilson(other_hits, other_trials),
    )
    assert ours == pytest.approx(wanted, abs=1e-9)
    assert intervals.newcombe(*arms) == pytest.approx(wanted, abs=1e-9)


def test_R23_seventy_five_against_sixty_of_a_hundred() -> None:  # noqa: N802 - the rule's own label
    bounds = program.difference(0.75, program.wilson(75, 100), 0.60, program.wilson(60, 100))
    assert bounds == pytest.approx((0.020, 0.273), abs=0.0005)


@pytest.mark.parametrize("count", [0, 1, 3, 16, 120])
def test_poisson_is_the_gamma_interval_of_scipy(count: int) -> None:
    low = stats.gamma.ppf(0.025, count) if count else 0.0
    wanted = (low, stats.gamma.ppf(0.975, count + 1))
    assert program.poisson(count) == pytest.approx(wanted, abs=1e-9)


def test_kappas_interval_is_that_of_fleiss_cohen_and_everitt_by_statsmodels() -> None:
    table = np.array([[120, 30], [20, 130]])
    decisions = [(one, two) for one in (1, 0) for two in (1, 0) for _ in range(table[1 - one, 1 - two])]
    added = np.array([(one == two, 1, one, 1, two, 1) for one, two in decisions], dtype=float)
    names = ("coders_agree", "first_coder_finds", "second_coder_finds")
    agreement = find("theme_share.agreement")

    def kappa(sums: Mapping[str, tuple[Any, Any]]) -> Any:
        top, bottom = agreement.evidence(Parts(sums, {}, {}, Basis(), 30, exact=False))
        return top / bottom

    wanted = cohens_kappa(table)
    assert kappa(Drawn(names, frozenset(), added).pairs(added.sum(axis=0))) == pytest.approx(wanted.kappa)
    bounds = joint_interval(Drawn(names, frozenset(), added), kappa, "kappa")
    assert bounds == pytest.approx((wanted.kappa_low, wanted.kappa_upp), abs=0.001)


def some_spells(seed: int, late: bool) -> list[Spell]:
    dice = random.Random(seed)
    found = []
    for _ in range(60):
        months = Fraction(dice.randint(1, 40), 4)
        entered = Fraction(dice.randint(0, 12), 4) if late and dice.random() < 0.4 else 0
        if entered < months:
            found.append(Spell(months, dice.random() < 0.6, Fraction(entered)))
    return found


def fitted(seen: list[Spell]) -> KaplanMeierFitter:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return KaplanMeierFitter().fit(
            [float(each.months) for each in seen],
            [each.left for each in seen],
            entry=[float(each.entered) for each in seen],
        )


def of_program(seen: list[Spell]) -> dict[float, float]:
    drawn = curve(
        np.array([float(each.months) for each in seen]),
        np.array([each.left for each in seen]),
        np.array([float(each.entered) for each in seen]),
    )
    return dict(zip(drawn.times.tolist(), drawn.alive.tolist(), strict=True))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("late", [False, True])
def test_kaplan_meier_is_that_of_lifelines(seed: int, late: bool) -> None:
    seen = some_spells(seed, late)
    model, program_curve = fitted(seen), of_program(seen)
    for time, survival, _ in lifetime.steps(seen):
        wanted = float(model.survival_function_at_times(float(time)).iloc[0])
        assert float(survival) == pytest.approx(wanted, abs=1e-9)
        assert program_curve[float(time)] == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("late", [False, True])
def test_interval_of_survival_is_the_exponential_greenwood_of_lifelines(seed: int, late: bool) -> None:
    seen = some_spells(seed, late)
    bounds = fitted(seen).confidence_interval_survival_function_
    for month in (1, 3, 6):
        answer = lifetime.survival_at(seen, month)
        if answer.low is not None:
            wanted = bounds[bounds.index <= month].iloc[-1]
            assert (answer.low, answer.high) == pytest.approx(tuple(wanted), abs=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_median_and_restricted_mean_are_those_of_lifelines(seed: int) -> None:
    seen = some_spells(seed, late=False)
    model = fitted(seen)
    median = lifetime.median(seen).value
    wanted = float(median_survival_times(model.survival_function_))
    ours = float("inf") if median is None else float(median)
    assert ours == pytest.approx(wanted, abs=1e-9)
    mean = lifetime.restricted_mean(seen, 6).value
    assert float(mean or 0) == pytest.approx(restricted_mean_survival_time(model, t=6), abs=1e-6)


def test_K12_V6_late_entry_by_the_program() -> None:  # noqa: N802 - the vector's own label
    seen = [
        (1, True, 0),
        (2, False, 0),
        (3, True, 0),
        (3, False, 0),
        (4, True, 0),
        (6, False, 0),
        (5, False, 2),
    ]
    months, left, entered = (np.array(column) for column in zip(*seen, strict=True))
    drawn = curve(months.astype(float), left, entered.astype(float))
    alive = dict(zip(drawn.times.tolist(), drawn.alive.tolist(), strict=True))
    assert alive == pytest.approx({1.0: 5 / 6, 3.0: 2 / 3, 4.0: 4 / 9}, abs=1e-9)
    variance = dict(zip(drawn.times.tolist(), drawn.variance.tolist(), strict=True))
    assert intervals.log_log(alive[3.0], variance[3.0]) == pytest.approx((0.195, 0.904), abs=0.0005)
    assert intervals.log_log(alive[4.0], variance[4.0]) == pytest.approx((0.066, 0.785), abs=0.0005)


def test_bootstrap_of_three_accounts_is_the_whole_range() -> None:
    kept, opening = np.array([100.0, 80.0, 0.0]), np.array([100.0, 100.0, 100.0])
    assert program.bootstrap(kept, opening, "K05-V1") == pytest.approx((0.0, 1.0), abs=0.02)


@pytest.mark.parametrize("seed", range(3))
def test_bootstrap_is_within_two_points_of_scipys(seed: int) -> None:
    dice = np.random.default_rng(seed)
    opening = dice.integers(10, 200, 80).astype(float)
    kept = opening * dice.choice([0.0, 0.8, 1.0], 80)
    wanted = stats.bootstrap(
        (kept, opening),
        lambda top, bottom, axis=-1: top.sum(axis) / bottom.sum(axis),
        paired=True,
        vectorized=True,
        method="percentile",
        rng=dice,
    ).confidence_interval
    assert program.bootstrap(kept, opening, "seed") == pytest.approx(tuple(wanted), abs=0.02)
    squares = (float((kept**2).sum()), float((opening**2).sum()), float((kept * opening).sum()))
    linearised = program.linearised(float(kept.sum()), float(opening.sum()), squares, len(kept))
    assert linearised == pytest.approx(tuple(wanted), abs=0.02)
