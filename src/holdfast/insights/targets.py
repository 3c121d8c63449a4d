"""Targets: what a metric is to reach by when, and how it stands with it.

Pure functions of a target, of the figures of its metric and of a forecast; nothing here reads a
store or a clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, TypeAlias

from holdfast.insights.forecast import Forecast, TooLittle
from holdfast.metrics.figure import FEW_SHARES, Figure

Direction: TypeAlias = Literal["higher", "lower"]
State: TypeAlias = Literal[
    "met", "missed", "on_course", "attainable", "unlikely", "too_little_history", "undefined", "dropped"
]


@dataclass(frozen=True, kw_only=True)
class Target:
    """One version of a target: what it says since `recorded_at`, by whom and why.

    `metric` is as it is asked for: `customer_churn_rate.exposed`, `survival[months=12]`, kept to the
    accounts of every `segment`, by name or rule.
    `period_label` names the period of `grain` whose figure is to be at `value` or on the side of it
    that `direction` names; `due_at` is the end of that period. `from_value` is the last settled
    figure when the target was set, of period `from_label`: from there progress is counted. Shares
    are shares: 0.025 is 2.5 %. Money is in `unit`, the workspace's currency when it was set.
    """

    target_id: str
    metric: str
    segment: tuple[str, ...] = ()
    grain: str
    period_label: str
    due_at: datetime
    value: Decimal
    unit: str
    direction: Direction
    owner: str
    from_label: str | None = None
    from_value: Decimal | None = None
    state: Literal["open", "dropped"] = "open"
    reason: str | None = None
    by: str | None = None
    recorded_at: datetime

    def is_reached_by(self, value: Decimal | float) -> bool:
        """Whether a figure is at the target or on its good side."""
        return value >= self.value if self.direction == "higher" else value <= self.value


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A target, the figures it is held against, and what is to be expected.

    `current` is the last settled figure. `progress` is the share of the way from `from_value` to
    the target that it has gone, below 0 where it went the other way; None where no figure was there
    when it was set, or that one had reached the target already. `final` is the figure of the period
    that the target is due in, once settled. `problem` says why its figures cannot be had any more, where
    they cannot. `ahead` are the periods that the forecast goes through, and
    `as_of` is up to when the records are whole.
    """

    target: Target
    state: State
    current: Figure | None
    progress: Decimal | None
    final: Figure | None
    forecast: Forecast | TooLittle | None
    ahead: tuple[str, ...] = ()
    as_of: datetime | None = None
    problem: str | None = None


def settled(figures: Sequence[Figure]) -> list[Figure]:
    """The figures that history is made of: with a value, not provisional, and of ten subjects or more.

    Periods before the first figure that counts anything are no history of the business.
    """
    found = [each for each in figures if _counts(each)]
    begun = next((place for place, each in enumerate(found) if each.value), len(found))
    return found[begun:]


def progress(target: Target, current: Figure | None) -> Decimal | None:
    """How much of the way from the value at setting time to the target is behind, as a share."""
    start = target.from_value
    if current is None or current.value is None or start is None or target.is_reached_by(start):
        return None
    return (Decimal(str(current.value)) - start) / (target.value - start)


def judge(
    target: Target,
    figures: Sequence[Figure],
    forecast: Forecast | TooLittle | None,
    *,
    ahead: Sequence[str] = (),
    as_of: datetime | None = None,
) -> Standing:
    """How a target stands by the figures of its metric, in their order.

    Once the figure of its period is settled it is `met` or `missed`, `undefined` where that figure
    has no value. Before, the forecast for that period decides: `on_course` where its middle reaches the
    target, `attainable` where only its interval does, `unlikely` where neither does, and
    `too_little_history` where nothing can be forecast.
    """
    history = settled(figures)
    current = history[-1] if history else None
    final = next((each for each in figures if each.period_label == target.period_label), None)
    if final is not None and final.status == "provisional":
        final = None
    return Standing(
        target=target,
        state=_state(target, final, forecast),
        current=current,
        progress=progress(target, current),
        final=final,
        forecast=forecast,
        ahead=tuple(ahead),
        as_of=as_of,
    )


def uncounted(target: Target, problem: str) -> Standing:
    """How a target stands whose figures cannot be had: with no value, and why."""
    state: State = "dropped" if target.state == "dropped" else "undefined"
    return Standing(
        target=target, state=state, current=None, progress=None, final=None, forecast=None, problem=problem
    )


def _state(target: Target, final: Figure | None, forecast: Forecast | TooLittle | None) -> State:
    if target.state == "dropped":
        return "dropped"
    if final is not None:
        if final.value is None:
            return "undefined"
        return "met" if target.is_reached_by(Decimal(str(final.value))) else "missed"
    if not isinstance(forecast, Forecast):
        return "too_little_history"
    last = forecast.steps[-1]
    if target.is_reached_by(last.value):
        return "on_course"
    best = last.high if target.direction == "higher" else last.low
    return "attainable" if target.is_reached_by(best) else "unlikely"


def _counts(figure: Figure) -> bool:
    if figure.value is None or figure.status == "provisional":
        return False
    has_parts = figure.denominator is not None
    return not has_parts or figure.n is None or figure.n >= FEW_SHARES
