"""Closed periods: their figures published once, restated with a reason, shown beside today's (R19)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from holdfast.errors import UsageError
from holdfast.flow.answering.figures import Question, asked_of, catch_up
from holdfast.flow.knowing.known import Knowledge
from holdfast.flow.published import reporting
from holdfast.flow.published.reporting import Report
from holdfast.metrics import Figure
from holdfast.periods import Period
from holdfast.warehouse import Warehouse

PUBLISHED = ("closed", "restated")
DRAWN_FROM = "subscription_phases"


def close(warehouse: Warehouse, grain: str, label: str, *, by: str | None = None) -> Report:
    """Publish the board of a period; raises UsageError where it is closed already, or not over."""
    known = Knowledge(warehouse)
    period = known.basis.calendar.period(grain, label)
    if (grain, period.label) in closed(warehouse):
        raise UsageError(f"{label} is closed already.", hint="holdfast restate publishes it again.")
    if period.end > known.watermarks().get(DRAWN_FROM, datetime.min):
        raise UsageError(f"{label} is not over in the data.", hint="Import what is missing, then close it.")
    return _publish(warehouse, grain, period.label, "closed", by, None)


def restate(warehouse: Warehouse, grain: str, label: str, *, reason: str, by: str | None = None) -> Report:
    """Publish a closed period again; raises UsageError where it is not closed or no reason is given."""
    label = Knowledge(warehouse).basis.calendar.period(grain, label).label
    if (grain, label) not in closed(warehouse):
        raise UsageError(f"{label} is not closed.", hint=f"holdfast close {label} publishes it first.")
    if not reason.strip():
        raise UsageError("A restatement needs a reason.", hint='--reason "The refunds of March came late."')
    return _publish(warehouse, grain, label, "restated", by, reason)


def snapshot(warehouse: Warehouse, now: datetime, *, by: str | None = None) -> Sequence[Report]:
    """Close every month that is due by `now` and not closed yet, the oldest first."""
    months = due(warehouse, now)
    if months[1:]:
        _count_together(warehouse, months)
    return [_publish(warehouse, "month", month.label, "closed", by, None) for month in months]


def _count_together(warehouse: Warehouse, months: Sequence[Period]) -> None:
    """Count all months in one pass, which is quicker than one by one: what holds of it is remembered."""
    question = Question(grain="month", first=months[0].label, last=months[-1].label)
    asked_of(warehouse, question, lambda desk: desk.figures())


def due(warehouse: Warehouse, now: datetime) -> list[Period]:
    """The months not closed yet that ended `close_after_days` before `now` and are whole in the data."""
    known = Knowledge(warehouse)
    phases = known.records[DRAWN_FROM]
    first, through = phases.start_at.min().to_pyarrow().as_py(), known.watermarks().get(DRAWN_FROM)
    if first is None or through is None:
        return []
    by_then = min(through, now - timedelta(days=known.settings["close_after_days"]))
    calendar, done = known.basis.calendar, closed(warehouse)
    if by_then <= first:
        return []
    months = calendar.periods("month", calendar.local_day(first), calendar.local_day(by_then))
    return [month for month in months if month.end <= by_then and ("month", month.label) not in done]


def closed(warehouse: Warehouse) -> dict[tuple[str, str], Report]:
    """The latest publication of every closed period, by grain and label."""
    found = [report for report in reporting.reports(warehouse) if report.kind in PUBLISHED]
    return {(report.question.grain, str(report.question.last)): report for report in reversed(found)}


def as_published(warehouse: Warehouse, figures: Sequence[Figure]) -> list[Figure]:
    """The figures, those of closed periods as they were published, with what they would be `today`."""
    done = closed(warehouse)
    asked = {(figure.grain, figure.period_label) for figure in figures} & set(done)
    if not asked:
        return list(figures)
    kept = {
        reporting.key_of(row): row
        for period in asked
        for row in reporting.kept_figures(warehouse, done[period])
    }
    return list(_published(figures, kept))


def _publish(
    warehouse: Warehouse, grain: str, label: str, kind: reporting.Kind, by: str | None, reason: str | None
) -> Report:
    catch_up(warehouse)
    question = Question(grain=grain, first=label, last=label)
    report, _ = reporting.make(warehouse, question, kind=kind, title=label, by=by, reason=reason)
    catch_up(warehouse)
    return report


def _published(figures: Sequence[Figure], kept: Mapping[Any, Mapping[str, Any]]) -> Iterator[Figure]:
    for figure in figures:
        row = kept.get(reporting.key_of(reporting.numbers_of(figure)))
        yield figure if row is None else _as_kept(figure, row)


def _as_kept(figure: Figure, row: Mapping[str, Any]) -> Figure:
    shown = replace(
        figure,
        value=_number(row["value"]),
        numerator=_number(row["numerator"]),
        denominator=_number(row["denominator"]),
        n=row["n"],
        low=row["low"],
        high=row["high"],
        reason=row["reason"],
        status="published",
    )
    same = reporting.numbers_of(figure)["value"] == row["value"]
    return shown if same else replace(shown, today=figure.value)


def _number(text: str | None) -> Decimal | int | None:
    if text is None:
        return None
    return int(text) if text.lstrip("-").isdigit() else Decimal(text)
