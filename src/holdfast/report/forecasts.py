"""A forecast in words: what is expected, by which method, and how it did when asked in the past."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text

from holdfast.insights.forecast import Forecast, TooLittle
from holdfast.report.layout import Column, fitted, table
from holdfast.words import say
from holdfast.words.amounts import amount, bare, number, period_name

if TYPE_CHECKING:
    from holdfast.insights.forecast import Method, Step
    from holdfast.insights.targets import Standing
    from holdfast.report.look import Look

MOST_STEPS = 12


def forecast_row(found: Forecast | TooLittle | None) -> dict[str, Any]:
    """What a forecast says of its last period and of itself, as columns; nothing where there is none."""
    if not isinstance(found, Forecast):
        return {}
    last, errors = found.steps[-1], {score.method: score.error for score in found.scores}
    return {
        "expected": last.value,
        "expected_low": last.low,
        "expected_high": last.high,
        "method": found.method,
        "error": found.score.error,
        "inside": found.score.inside,
        "held_out": found.score.held_out,
        "naive_error": errors["naive"],
        "seasonal_naive_error": errors.get("seasonal_naive"),
    }


def expected_text(standing: Standing, look: Look) -> str:
    """`2.3% (0.0% to 6.4%)` at the date of a target."""
    if not isinstance(standing.forecast, Forecast):
        return look.dash
    last, unit = standing.forecast.steps[-1], standing.target.unit
    value, low, high = (bare(each, unit, look.language) for each in (last.value, last.low, last.high))
    return f"{value} ({say('board.bounds', look.language, low=low, high=high)})"


def forecast_parts(standing: Standing, look: Look) -> list[RenderableType]:
    """The forecast of a target's metric up to its date: sentences, the path, the methods side by side."""
    found, target = standing.forecast, standing.target
    lines = [
        Text(look.shown(line))
        for line in forecast_lines(found, target.unit, target.grain, standing.ahead, look)
    ]
    if not isinstance(found, Forecast):
        return list(lines)
    return [*lines, Text(""), _path(found, standing, look), Text(""), _methods(found, target.unit, look)]


def forecast_lines(
    found: Forecast | TooLittle | None, unit: str, grain: str, ahead: Sequence[str], look: Look
) -> Iterator[str]:
    """What is expected at the last of the periods `ahead`, in sentences, with the own past error."""
    if isinstance(found, TooLittle):
        yield say(
            "forecast.too_little", look.language, **_counts(look, periods=found.periods, needed=found.needed)
        )
    if not isinstance(found, Forecast):
        return
    last, score = found.steps[-1], found.score
    value, low, high = (amount(each, unit, look.language) for each in (last.value, last.low, last.high))
    period = period_name(grain, ahead[-1], look.language)
    yield say("forecast.says", look.language, period=period, value=value, low=low, high=high)
    yield say(
        "forecast.by",
        look.language,
        method=method(found.method, look),
        **_counts(look, periods=found.periods),
    )
    if found.gaps:
        yield say("forecast.gaps", look.language, **_counts(look, gaps=found.gaps))
    yield say(
        "forecast.past",
        look.language,
        error=_error(score.error, unit, look),
        **_counts(
            look, origins=found.origins, furthest=found.furthest, inside=score.inside, held_out=score.held_out
        ),
    )
    if found.beaten is not None:
        yield say(
            "forecast.replaced",
            look.language,
            model=method(found.beaten, look),
            baseline=method(found.method, look),
        )
    if not found.is_settled:
        yield say("forecast.unsettled", look.language)


def method(name: Method, look: Look) -> str:
    """What a method is called."""
    return say(f"forecast.method.{name}", look.language)


def _counts(look: Look, **counts: int) -> dict[str, str]:
    """Whole numbers in the digits of the reader's language."""
    return {name: number(count, look.language) for name, count in counts.items()}


def _path(found: Forecast, standing: Standing, look: Look) -> RenderableType:
    steps, grain = _thinned(found.steps), standing.target.grain
    unit = standing.target.unit
    periods = [Text(period_name(grain, standing.ahead[step.ahead - 1], look.language)) for step in steps]
    middle = [Text(bare(step.value, unit, look.language)) for step in steps]
    bounds = [
        Text(
            say(
                "board.bounds",
                look.language,
                low=bare(step.low, unit, look.language),
                high=bare(step.high, unit, look.language),
            )
        )
        for step in steps
    ]
    columns = [
        Column("period", say("series.period", look.language), periods),
        Column("value", say("targets.expected", look.language), middle, right=True),
        Column("interval", say("board.interval", look.language), bounds),
    ]
    return table(fitted(columns, look.width), look)


def _methods(found: Forecast, unit: str, look: Look) -> RenderableType:
    ranked = sorted(found.scores, key=lambda score: score.error)
    inside = [
        say("series.of", look.language, **_counts(look, numerator=score.inside, denominator=score.held_out))
        for score in ranked
    ]
    columns = [
        Column(
            "method",
            say("forecast.method", look.language),
            [Text(method(each.method, look)) for each in ranked],
        ),
        Column(
            "error",
            say("forecast.error", look.language),
            [Text(_error(each.error, unit, look)) for each in ranked],
            right=True,
        ),
        Column(
            "inside", say("forecast.inside", look.language), [Text(each) for each in inside], 1, right=True
        ),
    ]
    return table(fitted(columns, look.width), look)


def _error(error: float, unit: str, look: Look) -> str:
    """An error in the metric's unit; that of a share in points of percent."""
    if unit == "share":
        return say("unit.points", look.language, amount=number(error * 100, look.language, decimals=1))
    return amount(error, unit, look.language)


def _thinned(steps: Sequence[Step]) -> Sequence[Step]:
    """Few enough steps to read, the last always among them."""
    every = -(-len(steps) // MOST_STEPS)
    return steps[::-1][::every][::-1]
