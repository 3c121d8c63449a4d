"""Choosing KPIs for a goal: what can be counted now, what the others lack, how each goes with staying."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal

import ibis

from holdfast.errors import UsageError
from holdfast.flow.answering.figures import INSTANT, Desk, Question, catch_up
from holdfast.insights.goals import MOST, Goal, goal_of
from holdfast.insights.links import Link, link
from holdfast.metrics import Asked, Figure, Metric, find
from holdfast.metrics.bridge import Side
from holdfast.metrics.listing import evidence_table
from holdfast.periods import Period
from holdfast.warehouse import Warehouse

WINDOW_DAYS, LATER_DAYS = 180, 90
"""The window that a KPI's value is of, and how long after it staying is looked at."""

STAYED = "customer_retention_rate"
ITSELF = {STAYED, "customer_churn_rate"}
"""Metrics that are staying itself."""

NOT_BY_ACCOUNT = {"quick_ratio"}
"""Metrics that set what came from some accounts against what went from others."""

LOOKED_BACK = 3
"""Months in which a figure is looked for that says what a KPI is now."""

Ready = Literal["ready", "few", "no_records", "undeclared", "no_value"]


@dataclass(frozen=True)
class Candidate:
    """One KPI proposed for a goal.

    `ready` says whether it can be counted: `few` where its newest `figure` stands on too few subjects;
    `lacking` are the tables or settings that are not there. `link` is how it goes with staying; None
    where it was not looked at, and `unlinked` then says why: `itself`, `composed` or `not_ready`.
    """

    metric: Metric
    ready: Ready
    figure: Figure | None = None
    lacking: tuple[str, ...] = ()
    link: Link | None = None
    unlinked: str | None = None


@dataclass(frozen=True)
class Choice:
    """The KPIs proposed for a goal, those that can be counted first.

    Values are of the `window`, staying of the days `later`; None where the records go too short a way
    back for both.
    """

    goal: Goal
    candidates: tuple[Candidate, ...]
    window: Period | None
    later: Period | None
    days: int


def choose(warehouse: Warehouse, text: str, *, days: int = LATER_DAYS) -> Choice:
    """The KPIs for a goal named or described, at most seven, each with what is known of it.

    `days` is how long after a window it is seen whether an account is still a customer. Raises
    UsageError where the text speaks of no goal, and for fewer than a week of days.
    """
    goal = goal_of(text)
    if days < 7:
        raise UsageError(f"Staying cannot be seen after {days} days.", hint="At least 7: --days 90.")
    catch_up(warehouse)
    with warehouse.reading():
        now = Desk(warehouse, Question(), shown=LOOKED_BACK)
        found = [_candidate(find(name), now) for name in goal.metrics]
        chosen = sorted(found, key=lambda each: each.ready in {"no_records", "undeclared"})[:MOST]
        chosen = _with_figures(warehouse, chosen)
        window, later = _windows(now, days)
        now.close()
        if window is not None and later is not None:
            chosen = _with_links(warehouse, chosen, window, later)
    return Choice(goal, tuple(chosen), window, later, days)


def link_of(warehouse: Warehouse, name: str, *, days: int = LATER_DAYS) -> Link | None:
    """How one metric goes with staying; None where the records go too short a way back to tell."""
    with warehouse.reading():
        now = Desk(warehouse, Question(), shown=LOOKED_BACK)
        window, later = _windows(now, days)
        now.close()
        if window is None or later is None:
            return None
        (told,) = _with_links(warehouse, [Candidate(find(name), "ready")], window, later)
    return told.link


def _candidate(metric: Metric, desk: Desk) -> Candidate:
    lacking = tuple(need for need in metric.needs if not desk.known.settings.get(need))
    if lacking:
        return Candidate(metric, "undeclared", lacking=lacking, unlinked="not_ready")
    missing = tuple(table for table in metric.reads if desk.whole_until([table]) is None)
    if missing:
        return Candidate(metric, "no_records", lacking=missing, unlinked="not_ready")
    return Candidate(metric, "no_value")


def _with_figures(warehouse: Warehouse, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates that can be counted with their newest settled figure."""
    names = tuple(each.metric.full_name for each in candidates if each.ready == "no_value")
    if not names:
        return list(candidates)
    desk = Desk(warehouse, Question(names), shown=LOOKED_BACK)
    newest: dict[str, Figure] = {}
    for figure in sorted(desk.figures(), key=lambda each: each.period_start):
        if figure.value is not None and figure.status != "provisional":
            newest[figure.name] = figure
    desk.close()
    return [_with_figure(each, newest.get(each.metric.full_name)) for each in candidates]


def _with_figure(candidate: Candidate, figure: Figure | None) -> Candidate:
    if figure is None:
        return candidate
    return replace(candidate, figure=figure, ready="few" if figure.is_small else "ready")


def _windows(desk: Desk, days: int) -> tuple[Period | None, Period | None]:
    """The window and the days after it, as late as the records of subscriptions are whole."""
    until = desk.whole_until(["subscription_phases"])
    if until is None:
        return None, None
    calendar, gap = desk.known.basis.calendar, timedelta(hours=desk.rules.merge_gap_hours)
    last = calendar.local_day(until - gap - INSTANT)
    if calendar.midnight(last + timedelta(days=1)) > until - gap:
        last -= timedelta(days=1)
    later = calendar.period(f"trailing_{days}_days", last)
    window = calendar.period(f"trailing_{WINDOW_DAYS}_days", later.first_day - timedelta(days=1))
    begun = desk.known.records["subscription_phases"].start_at.min().to_pyarrow().as_py()
    return (window, later) if begun is not None and begun < window.end else (None, None)


def _with_links(
    warehouse: Warehouse, candidates: Sequence[Candidate], window: Period, later: Period
) -> list[Candidate]:
    """The candidates with their links: values as known of what was by the end of the window, no later."""
    after = Desk(warehouse, Question((STAYED,), later.grain, later.label, later.label))
    stayed = _stayed(after.side())
    after.close()
    asked = Question((STAYED,), window.grain, window.label, window.label, as_of=window.end)
    before = Desk(warehouse, asked)
    linked = [_with_link(each, before, stayed) for each in candidates]
    before.close()
    return linked


def _with_link(candidate: Candidate, desk: Desk, stayed: Mapping[str, bool]) -> Candidate:
    metric = candidate.metric
    if candidate.unlinked:
        return candidate
    if metric.name in ITSELF or metric.parts or metric.name in NOT_BY_ACCOUNT:
        return replace(candidate, unlinked="itself" if metric.name in ITSELF else "composed")
    side = replace(desk.side(), metric=metric, as_of=desk.as_of(metric))
    values = _values(side)
    if metric.family == "usage" and metric.interval == "none":
        values = dict.fromkeys(stayed, 0.0) | values
    return replace(candidate, link=link(values, stayed, better=metric.better))


def _stayed(side: Side) -> dict[str, bool]:
    """Of every customer at the end of the window, whether it was one still at the end of the days after."""
    rows = side.by_account({}).filter(ibis._.denominator > 0).to_pyarrow().to_pylist()
    return {row["account_id"]: bool(row["numerator"]) for row in rows}


def _values(side: Side) -> dict[str, float]:
    """Each account's value of a metric: its own sums divided, its total, or how long things took it."""
    metric = side.metric
    own: Any = {} if metric.of_columns else metric.of[0]
    if metric.statistic == "sums":
        rows = side.by_account(own).filter(ibis._.state == "counted").to_pyarrow().to_pylist()
    else:
        rows = _lasting(side, own)
    if any(row["denominator"] for row in rows):
        return {
            row["account_id"]: float(row["numerator"]) / float(row["denominator"])
            for row in rows
            if row["denominator"]
        }
    return {row["account_id"]: float(row["numerator"]) for row in rows}


def _lasting(side: Side, own: dict[str, Any]) -> list[dict[str, Any]]:
    """Of a metric read off a curve: by account how long things took, summed, and how many there were.

    What was not over by the end of the window counts as long as it had lasted by then.
    """
    metric = replace(side.metric, of=(own,))
    layout = replace(side.layouts(side.rules), as_of=side.as_of)
    rows = evidence_table(metric, layout, Asked([metric], [side.period], (), side.as_of))
    counted = rows.filter(rows.excluded_because.isnull() & (rows.denominator > 0))
    summed = counted.group_by("account_id").agg(numerator=counted.lasted.sum(), denominator=counted.count())
    found: list[dict[str, Any]] = summed.to_pyarrow().to_pylist()
    return found
