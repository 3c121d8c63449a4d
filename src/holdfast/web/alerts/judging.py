"""Whether what an alert watches for holds now: in the last whole period, or of a target as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from holdfast.flow import Workspace
from holdfast.metrics import Figure
from holdfast.periods import Calendar
from holdfast.web.alerts.models import Alert

THRESHOLD, CHANGE, TARGET = "threshold", "change", "target"
SIDES = {
    THRESHOLD: ("over", "under"),
    CHANGE: ("either", "higher", "lower"),
    TARGET: ("missed", "unlikely", "met"),
}
"""What each kind can watch for: a value passed, a change beyond chance (R23), how a target stands."""


@dataclass(frozen=True)
class Holds:
    """One thing that holds: what tells it from others of the alert, and the facts to be told."""

    subject: str
    facts: dict[str, Any] = field(compare=False)


def holding(space: Workspace, alert: Alert, last: str) -> Iterator[Holds]:
    """Everything that an alert watches for and that holds; `last` is the last whole period of its grain."""
    if alert.kind == TARGET:
        yield from _targets(space, alert)
        return
    calendar = space.calendar
    first = _before(calendar, alert.grain, last) if alert.kind == CHANGE else last
    figures = space.kpis([alert.about], grain=alert.grain, first=first, last=last, segment=alert.segment)
    changes = space.changes(figures) if alert.kind == CHANGE else {}
    for figure in figures:
        if figure.period_label != last or figure.value is None:
            continue
        if alert.kind == THRESHOLD and _passed(alert, figure):
            yield Holds(_series(figure), _facts(figure) | {"side": alert.side, "bound": alert.bound})
        verdict = next((each.verdict for each in changes.get(figure.key, ()) if each.kind == "previous"), "")
        if verdict in {"higher", "lower"} and alert.side in {verdict, "either"}:
            yield Holds(f"{_series(figure)} {last}", _facts(figure) | {"side": verdict})


def _passed(alert: Alert, figure: Figure) -> bool:
    value, bound = Decimal(str(figure.value)), Decimal(alert.bound)
    return value > bound if alert.side == "over" else value < bound


def _targets(space: Workspace, alert: Alert) -> Iterator[Holds]:
    for standing in space.targets.standings():
        target = standing.target
        if standing.state == alert.side and alert.about in {"", target.target_id}:
            facts = {"metric": target.metric.partition("[")[0], "value": str(target.value)}
            facts |= {"unit": target.unit, "grain": target.grain, "period": target.period_label}
            yield Holds(f"{target.target_id} {alert.side}", facts | {"side": alert.side})


def _before(calendar: Calendar, grain: str, label: str) -> str:
    return calendar.previous(calendar.period(grain, label)).label


def _series(figure: Figure) -> str:
    """What tells the figures of one period apart: a metric may have several, by its own dimension."""
    return " ".join([figure.name, *(f"{name}={value}" for name, value in sorted(figure.of.items()))])[:150]


def _facts(figure: Figure) -> dict[str, Any]:
    told = {"metric": figure.name, "value": str(figure.value), "unit": figure.unit}
    return told | {"grain": figure.grain, "period": figure.period_label}
