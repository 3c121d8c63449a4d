"""A proposed target with its reasoning, sentence by sentence, and as a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from holdfast.report.forecasts import forecast_lines, forecast_row
from holdfast.report.rows import exact
from holdfast.words import say
from holdfast.words.amounts import amount, number, period_name, signed

if TYPE_CHECKING:
    from decimal import Decimal

    from holdfast.insights.proposals import Pace, Proposal
    from holdfast.metrics.figure import Figure
    from holdfast.report.look import Look

COLUMNS = (
    "metric",
    "segment",
    "grain",
    "period_label",
    "direction",
    "unit",
    "cautious",
    "ambitious",
    "periods",
    "first",
    "last",
    "current",
    "middle",
    "lower_quartile",
    "upper_quartile",
    "slope",
    "slope_low",
    "slope_high",
    "trend",
    "best_periods",
    "best_value",
    "basis",
    "stretch",
    "median_pace",
    "best_pace",
    "expected",
    "expected_low",
    "expected_high",
    "method",
    "error",
    "inside",
    "held_out",
    "naive_error",
    "seasonal_naive_error",
)


def proposal_as_row(name: str, segment: Sequence[str], proposal: Proposal) -> dict[str, Any]:
    """The proposal for the metric asked for as `name`, kept to `segment`, with the columns of `COLUMNS`."""
    history, trend, pace = proposal.history, proposal.trend, proposal.pace
    return dict.fromkeys(COLUMNS) | {
        "metric": name,
        "segment": list(segment),
        "grain": proposal.current.grain,
        "period_label": proposal.period_label,
        "direction": proposal.direction,
        "unit": proposal.unit,
        "cautious": proposal.cautious,
        "ambitious": proposal.ambitious,
        "periods": len(history),
        "first": history[0].period_label,
        "last": history[-1].period_label,
        "current": proposal.current.value,
        "middle": proposal.middle,
        "lower_quartile": proposal.lower_quartile,
        "upper_quartile": proposal.upper_quartile,
        "slope": trend.slope,
        "slope_low": trend.low,
        "slope_high": trend.high,
        "trend": trend.way,
        "best_periods": [each.period_label for each in proposal.best],
        "best_value": proposal.best_value,
        "basis": "pace" if pace else "level",
        "stretch": pace.stretch if pace else None,
        "median_pace": pace.middle if pace else None,
        "best_pace": pace.best if pace else None,
        **forecast_row(proposal.forecast),
    }


def proposal_page(proposal: Proposal, title: str, command: str, look: Look) -> RenderableType:
    """The two values with where each comes from, the past behind them, and what is expected anyway."""
    current, language = proposal.current, look.language
    period = period_name(current.grain, proposal.period_label, language)
    lines: list[RenderableType] = [
        Text(say("proposal.heading", language, name=look.shown(title), period=period), style="bold"),
        *(Text(look.shown(line)) for line in _offers(proposal, look)),
        Text(""),
        Text(say("proposal.why", language), style="bold"),
        *(Text(look.shown(line)) for line in reasons(proposal, look)),
        Text(""),
        Text(say("proposal.otherwise", language), style="bold"),
        *(
            Text(look.shown(line))
            for line in forecast_lines(proposal.forecast, proposal.unit, current.grain, proposal.ahead, look)
        ),
        Text(""),
        Text(say("proposal.set", language, command=look.shown(command))),
    ]
    return Group(*lines)


def typed(value: Decimal, unit: str) -> str:
    """A value as a person types it: `1.9%` for a share."""
    if unit != "share":
        return exact(value)
    return f"{exact(value * 100)}%"


def _offers(proposal: Proposal, look: Look) -> Iterator[str]:
    for kind, value in (("cautious", proposal.cautious), ("ambitious", proposal.ambitious)):
        shown = amount(value, proposal.unit, look.language)
        yield say(f"proposal.{kind}", look.language, value=shown, because=because(proposal, kind, look))


def because(proposal: Proposal, kind: str, look: Look) -> str:
    """Where the `cautious` or the `ambitious` value comes from."""
    basis = "pace" if proposal.pace else "level"
    return say(f"proposal.{kind}.{basis}", look.language, **_pace(proposal, kind, look))


def _pace(proposal: Proposal, kind: str, look: Look) -> dict[str, object]:
    pace: Pace | None = proposal.pace
    if pace is None:
        return {}
    change = pace.middle if kind == "cautious" else pace.best
    return {
        "stretch": number(pace.stretch, look.language),
        "pace": signed(change, proposal.unit, look.language),
    }


def reasons(proposal: Proposal, look: Look) -> Iterator[str]:
    """What the values are drawn from, sentence by sentence."""
    history, unit, language = proposal.history, proposal.unit, look.language
    shown = [
        amount(each, unit, language)
        for each in (proposal.middle, proposal.lower_quartile, proposal.upper_quartile)
    ]
    yield say(
        "proposal.past",
        language,
        periods=number(len(history), language),
        first=_period(history[0], look),
        last=_period(history[-1], look),
        middle=shown[0],
        low=shown[1],
        high=shown[2],
    )
    value = amount(proposal.current.value or 0, unit, language)
    yield say("proposal.current", language, value=value, period=_period(proposal.current, look))
    slope, low, high = (
        signed(each, unit, language)
        for each in (proposal.trend.slope, proposal.trend.low, proposal.trend.high)
    )
    yield say(f"proposal.trend.{proposal.trend.way}", language, slope=slope, low=low, high=high)
    periods = ", ".join(_period(each, look) for each in proposal.best)
    yield say("proposal.best", language, periods=periods, value=amount(proposal.best_value, unit, language))


def _period(figure: Figure, look: Look) -> str:
    return period_name(figure.grain, figure.period_label, look.language)
