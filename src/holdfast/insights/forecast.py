"""What a short series of figures lets one expect, with an interval and its own past error.

Two structural models of statsmodels (Harvey 1989), `level` (a level that drifts, seen with noise:
exponential smoothing) and `trend` (the same with a steady slope), are held against two baselines:
`naive` (the last value stays) and `seasonal_naive` (the value of one season before comes again). Each
forecasts from origins in the past, fitted on what was there by then; the method with the least error
is used, and a baseline wherever no model beats it. Decided in docs/adr/0048.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from math import inf, isnan, nan, sqrt
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from holdfast.insights.bounds import Bounds

Method: TypeAlias = Literal["level", "trend", "naive", "seasonal_naive"]
Floats: TypeAlias = NDArray[np.float64]
Predicted: TypeAlias = tuple[Floats, Floats]
"""For each period ahead the middle and half the width of the 95 % interval."""

Ask: TypeAlias = Callable[[Floats, int], Predicted]
"""A method: given the past and how far ahead, what it expects."""

UNBOUNDED: Bounds = (-inf, inf)

NEEDED = 12
"""Periods with a figure under which nothing is forecast; further ahead than they are many, neither."""

LEAST_FITTED, MOST_ORIGINS = 6, 12
"""Values that the earliest origin of a backtest stands on; how many origins are tried, the latest ones."""

SEASONS = {"day": 7, "week": 52, "month": 12, "quarter": 4}
MODELS: Mapping[str, str] = {"level": "llevel", "trend": "lldtrend"}
"""The models by the names that statsmodels' UnobservedComponents gives them."""


@dataclass(frozen=True)
class Step:
    """What is expected `ahead` periods after the last settled one: the middle and the 95 % interval."""

    ahead: int
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Score:
    """How a method did when it was asked in the past: over `held_out` values later known.

    `error` is the mean absolute error in the metric's own unit; `inside` counts the values
    inside the 95 % interval of then.
    """

    method: Method
    error: float
    inside: int
    held_out: int


@dataclass(frozen=True)
class TooLittle:
    """Too few periods with a figure for a forecast: `periods` of the `needed`."""

    periods: int
    needed: int = NEEDED


@dataclass(frozen=True)
class Forecast:
    """What is expected of the periods ahead, by which method, and how all of them did in the past.

    `periods` is how many figures it stands on, `gaps` how many periods between them had none.
    `beaten` is the best model where a baseline did no worse and is used instead. `origins` is from
    how many past periods each method was tried, up to `furthest` periods ahead.
    """

    method: Method
    steps: tuple[Step, ...]
    scores: tuple[Score, ...]
    periods: int
    gaps: int
    origins: int
    furthest: int
    beaten: Method | None = None
    is_settled: bool = True

    @property
    def score(self) -> Score:
        """How the method used did in the past."""
        return next(score for score in self.scores if score.method == self.method)


def forecast(
    values: Sequence[float | None], ahead: int, *, bounds: Bounds = UNBOUNDED, season: int | None = None
) -> Forecast | TooLittle:
    """The next `ahead` periods of a series that begins and ends with a value; None stands for a gap.

    What is expected is kept within `bounds`, the values that there can be. `season` is how many periods
    make one. Raises ValueError where nothing lies ahead.
    """
    if ahead < 1:
        raise ValueError(f"a forecast looks at least one period ahead, not {ahead}")
    told = sum(value is not None for value in values)
    if told < max(NEEDED, ahead):
        return TooLittle(told, max(NEEDED, ahead))
    series = np.array([nan if value is None else value for value in values])
    origins = _origins(series)
    methods = _methods(series, origins, season)
    _structural()  # It sets a warnings filter of its own when loaded, and so not within ours.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # A fit that did not settle is judged by its errors, as any other.
        scores = {
            name: _score(name, method, values, series, origins, ahead, bounds)
            for name, method in methods.items()
        }
        chosen, beaten = _chosen(scores)
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        middle, half = methods[chosen](series, ahead)
    return Forecast(
        method=chosen,
        steps=tuple(_steps(middle, half, bounds)),
        scores=tuple(scores.values()),
        periods=told,
        gaps=len(values) - told,
        origins=len(origins),
        furthest=min(ahead, len(series) - min(origins)),
        beaten=beaten,
        is_settled=not heard,
    )


def _methods(series: Floats, origins: Sequence[int], season: int | None) -> dict[Method, Ask]:
    """The methods that every origin can be asked for: a season must lie before the first, without gaps."""
    methods: dict[Method, Ask] = {
        "level": lambda past, ahead: _modelled("level", past, ahead),
        "trend": lambda past, ahead: _modelled("trend", past, ahead),
        "naive": lambda past, ahead: _repeated(past, ahead, 1),
    }
    if season and min(origins) > season and not np.isnan(series).any():
        methods["seasonal_naive"] = lambda past, ahead: _repeated(past, ahead, season)
    return methods


def _origins(series: Floats) -> list[int]:
    """From how many periods of history each forecast of the backtest is made."""
    seen = np.cumsum(~np.isnan(series))
    return [place for place in range(1, len(series)) if seen[place - 1] >= LEAST_FITTED][-MOST_ORIGINS:]


def _score(
    name: Method,
    method: Ask,
    values: Sequence[float | None],
    series: Floats,
    origins: Sequence[int],
    ahead: int,
    bounds: Bounds,
) -> Score:
    """The method's errors over every value that lies up to `ahead` periods after an origin."""
    errors, inside = [], 0
    for origin in origins:
        known = values[origin : origin + ahead]
        middle, half = method(series[:origin], len(known))
        for step, value in zip(_steps(middle, half, bounds), known, strict=True):
            if value is not None:
                errors.append(abs(step.value - value))
                inside += bool(step.low <= value <= step.high)
    return Score(name, float(np.mean(errors)), inside, len(errors))


def _chosen(scores: Mapping[Method, Score]) -> tuple[Method, Method | None]:
    """The method to use, and the model that was no better than it where it is a baseline."""
    model = min((scores[name] for name in scores if name in MODELS), key=lambda score: score.error)
    baseline = min((scores[name] for name in scores if name not in MODELS), key=lambda score: score.error)
    if model.error < baseline.error:
        return model.method, None
    return baseline.method, model.method


def _steps(middle: Floats, half: Floats, bounds: Bounds) -> Iterator[Step]:
    for place, (value, wide) in enumerate(zip(middle, half, strict=True), start=1):
        expected, low, high = (float(np.clip(each, *bounds)) for each in (value, value - wide, value + wide))
        yield Step(place, expected, low, high)


def _modelled(name: Method, past: Floats, ahead: int) -> Predicted:
    """A structural model fitted to the past; its interval by Student's t, for short series.

    The variances are those of greatest likelihood, which are too small by the share of freedom
    that estimating them took.
    """
    middle, spread = np.nanmean(past), np.nanstd(past)
    if not spread:
        return np.full(ahead, middle), np.zeros(ahead)
    model = _structural()((past - middle) / spread, MODELS[name])
    found = model.fit(disp=0, cov_type="none").get_forecast(ahead)
    told = np.count_nonzero(~np.isnan(past)) - model.loglikelihood_burn
    free = max(told - (model.k_params - 1), 2)
    half = stdtrit(free, 0.975) * np.sqrt(told / free) * np.asarray(found.se_mean)
    return np.asarray(found.predicted_mean) * spread + middle, half * spread


def _repeated(past: Floats, ahead: int, lag: int) -> Predicted:
    """The latest known value that lies a whole number of `lag`s back, for each period ahead.

    Its error grows as that of a random walk in steps of `lag`.
    """
    moves = [
        (past[place] - past[before]) / sqrt(steps)
        for place in range(lag, len(past))
        if not isnan(past[place]) and (found := _latest(past, place, lag)) is not None
        for before, steps in [found]
    ]
    spread = stdtrit(len(moves), 0.975) * float(np.sqrt(np.mean(np.square(moves))))
    sources = [_latest(past, len(past) - 1 + step, lag) or (0, 1) for step in range(1, ahead + 1)]
    middle = np.array([past[before] for before, _ in sources])
    return middle, spread * np.sqrt([steps for _, steps in sources])


def _latest(past: Floats, place: int, lag: int) -> tuple[int, int] | None:
    """Where the value lies that `place` repeats, and how many lags back; None where there is none."""
    steps = 1
    while place - steps * lag >= 0:
        before = place - steps * lag
        if before < len(past) and not isnan(past[before]):
            return before, steps
        steps += 1
    return None


@cache
def _structural() -> Any:
    """The library's class, loaded when first needed: that takes a second, and few commands forecast."""
    return import_module("statsmodels.tsa.statespace.structural").UnobservedComponents
