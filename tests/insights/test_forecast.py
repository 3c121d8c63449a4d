"""Forecasts: the library called directly, the backtest recounted, the intervals held against what came."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isnan, nan, sqrt
from statistics import fmean

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import t as student
from statsmodels.tsa.statespace.structural import UnobservedComponents

from holdfast.insights.forecast import LEAST_FITTED, MOST_ORIGINS, NEEDED, Forecast, TooLittle, forecast

Series = list[float | None]
NAMED = {"level": "local level", "trend": "local linear deterministic trend"}


def noisy(n: int, seed: int = 3, slope: float = 0.0) -> Series:
    draws = np.random.default_rng(seed)
    return [float(50 + slope * place + each) for place, each in enumerate(draws.normal(0, 2, n))]


def made(values: Series, ahead: int = 3, **more: object) -> Forecast:
    found = forecast(values, ahead, **more)  # type: ignore[arg-type]
    assert isinstance(found, Forecast)
    return found


def by_library(method: str, past: Series, ahead: int) -> tuple[list[float], list[float]]:
    """The model straight from statsmodels, on the values as they are."""
    series = np.array([nan if value is None else value for value in past])
    middle, spread = np.nanmean(series), np.nanstd(series)
    model = UnobservedComponents((series - middle) / spread, NAMED[method])
    found = model.fit(disp=0, cov_type="none").get_forecast(ahead)
    free = np.isfinite(series).sum() - model.loglikelihood_burn
    wide = student.ppf(0.975, free - 1) * sqrt(free / (free - 1))
    return list(middle + spread * found.predicted_mean), list(spread * wide * found.se_mean)


def by_hand(past: Series, ahead: int, lag: int) -> tuple[list[float], list[float]]:
    """The last value, or that of a season before, in plain Python; for series without gaps."""
    values = [float(value) for value in past if value is not None]
    moves = [after - before for before, after in zip(values, values[lag:], strict=False)]
    spread = student.ppf(0.975, len(moves)) * sqrt(fmean(move * move for move in moves))
    steps = [(step + lag - 1) // lag for step in range(1, ahead + 1)]
    middle = [
        values[len(values) - 1 + step - count * lag]
        for step, count in zip(range(1, ahead + 1), steps, strict=True)
    ]
    return middle, [float(spread * sqrt(count)) for count in steps]


@pytest.mark.parametrize(("slope", "method"), [(0.0, "level"), (3.0, "trend")])
def test_it_is_what_the_library_says(slope: float, method: str) -> None:
    values = noisy(24, slope=slope)
    values[7] = None
    found = made(values)
    assert (found.method, found.periods, found.gaps, found.beaten) == (method, 23, 1, None)
    middle, wide = by_library(method, values, 3)
    for step, value, half in zip(found.steps, middle, wide, strict=True):
        assert (step.value, step.low, step.high) == pytest.approx((value, value - half, value + half))


@pytest.mark.parametrize("n", [14, 26])
def test_past_errors_are_those_of_a_backtest_counted_again(n: int) -> None:
    values, ahead = noisy(n, seed=5, slope=1.0), 4
    asked: dict[str, Callable[[Series, int], tuple[list[float], list[float]]]] = {
        "level": lambda past, steps: by_library("level", past, steps),
        "trend": lambda past, steps: by_library("trend", past, steps),
        "naive": lambda past, steps: by_hand(past, steps, 1),
    }
    if n == 26:
        asked["seasonal_naive"] = lambda past, steps: by_hand(past, steps, 12)
    found = made(values, ahead, season=12)
    origins = list(range(LEAST_FITTED, n))[-MOST_ORIGINS:]
    assert {score.method for score in found.scores} == set(asked)
    for score in found.scores:
        errors, inside = [], 0
        for origin in origins:
            came = [float(value) for value in values[origin : origin + ahead] if value is not None]
            middle, wide = asked[score.method](values[:origin], len(came))
            errors += [abs(value - told) for value, told in zip(middle, came, strict=True)]
            inside += sum(abs(v - told) <= w for v, w, told in zip(middle, wide, came, strict=True))
        assert (score.held_out, score.inside) == (len(errors), inside)
        assert score.error == pytest.approx(fmean(errors))
    assert found.method == min(found.scores, key=lambda score: score.error).method
    assert (found.origins, found.furthest) == (len(origins), ahead)


def test_no_origin_sees_what_came_after_it() -> None:
    values = noisy(20)
    values[-1] = 1e6
    honest = made(noisy(20)[:-1], 1)
    shaken = made(values, 1)
    for before, after in zip(honest.scores, shaken.scores, strict=True):
        told = abs(1e6 - 50)
        assert after.error == pytest.approx((before.error * before.held_out + told) / 12, rel=0.02)


def test_a_model_that_is_no_better_is_replaced_and_named() -> None:
    steps = np.random.default_rng(11).normal(0, 1, 24).cumsum()
    found = made([float(each) for each in steps])
    assert found.method == "naive"
    assert found.beaten in {"level", "trend"}
    errors = {score.method: score.error for score in found.scores}
    assert errors["naive"] <= min(errors["level"], errors["trend"])
    assert [step.value for step in found.steps] == [pytest.approx(steps[-1])] * 3


def test_a_season_that_comes_again_is_seen() -> None:
    year = [10, 12, 30, 18, 9, 4, 3, 5, 11, 25, 40, 55]
    draws = np.random.default_rng(1).normal(0, 0.5, 36)
    found = made([float(year[place % 12] + each) for place, each in enumerate(draws)], 12, season=12)
    assert found.method == "seasonal_naive"
    assert [round(step.value / 5) for step in found.steps] == [round(each / 5) for each in year]


@pytest.mark.parametrize("told", [0, 5, NEEDED - 1])
def test_too_little_history_is_said(told: int) -> None:
    gaps: Series = [None] * 20
    values = [*noisy(told), *gaps]
    assert forecast(values, 1) == TooLittle(told, NEEDED)


def test_nobody_looks_further_ahead_than_back() -> None:
    assert forecast(noisy(15), 16) == TooLittle(15, 16)
    assert len(made(noisy(16), 16).steps) == 16
    with pytest.raises(ValueError, match="at least one period ahead"):
        forecast(noisy(15), 0)


def test_what_is_expected_stays_within_its_bounds() -> None:
    falling: Series = [max(0.2 - 0.01 * place, 0.0) + (0.004 if place % 2 else 0) for place in range(18)]
    found = made(falling, 6, bounds=(0.0, 1.0))
    assert all(0 <= step.low <= step.value <= step.high <= 1 for step in found.steps)
    assert found.steps[-1].value == 0


def test_what_never_moved_is_expected_to_stay() -> None:
    found = made([5.0] * 14)
    assert [(step.value, step.low, step.high) for step in found.steps] == [(5.0, 5.0, 5.0)] * 3
    assert not any(isnan(score.error) for score in found.scores)


PROCESSES: dict[str, Callable[[np.random.Generator, int], NDArray[np.float64]]] = {
    "noise": lambda draws, n: draws.normal(size=n),
    "walk": lambda draws, n: draws.normal(size=n).cumsum(),
    "drifting": lambda draws, n: draws.normal(0, 0.4, n).cumsum() + draws.normal(size=n),
    "trend": lambda draws, n: 0.3 * np.arange(n) + draws.normal(size=n),
}


@pytest.mark.trial
@pytest.mark.parametrize("name", PROCESSES)
def test_intervals_hold_what_comes(name: str, sized: Callable[[int, int], int]) -> None:
    """95 of 100 in theory; the method is chosen from few values, so somewhat fewer."""
    draws, runs, ahead = np.random.default_rng(7), sized(12, 300), 4
    inside = []
    for _ in range(runs):
        values = [float(value) for value in PROCESSES[name](draws, 20 + ahead)]
        found = made(list(values[:20]), ahead, bounds=(-inf, inf))
        inside += [step.low <= came <= step.high for step, came in zip(found.steps, values[20:], strict=True)]
    assert 0.85 <= fmean(inside) <= 1
