"""A target and how it stands, as a person reads it."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.insights.targets import Standing, Target
from holdfast.metrics import CATALOG
from holdfast.report.forecasts import expected_text
from holdfast.report.look import Look
from holdfast.report.phrases import interval_text
from holdfast.report.targets import progress_text, titled, wanted
from holdfast.web.pages import View
from holdfast.words.amounts import amount, date, period_name

TONES = {"met": "good", "on_course": "good", "missed": "bad", "unlikely": "bad"}
SIGNS = {"met": "✓", "on_course": "✓", "missed": "✕", "unlikely": "▼"}


@dataclass(frozen=True)
class Told:
    """How one target stands; `way` is the share of its way that is behind, from 0 to 1, where it has one."""

    id: str
    metric: str
    name: str
    due: str
    wanted: str
    owner: str
    state: str
    tone: str
    sign: str
    now: str
    interval: str
    progress: str
    way: float | None
    expected: str
    problem: str


@dataclass(frozen=True)
class Edit:
    """One version of a target: what it said since when, by whom and why."""

    when: str
    who: str
    wanted: str
    due: str
    owner: str
    state: str
    reason: str


def told(standing: Standing, view: View) -> Told:
    """How a target stands."""
    target, current, look = standing.target, standing.current, Look(language=view.language)
    now = interval = ""
    if current is not None and current.value is not None:
        period = period_name(current.grain, current.period_label, view.language)
        now = f"{amount(current.value, current.unit, view.language)} ({period})"
        interval = interval_text(current, look)
    gone = standing.progress
    return Told(
        id=target.target_id,
        metric=target.metric.partition("[")[0],
        name=called(target, look),
        due=period_name(target.grain, target.period_label, view.language),
        wanted=wanted(target, look),
        owner=target.owner,
        state=standing.state,
        tone=TONES.get(standing.state, ""),
        sign=SIGNS.get(standing.state, ""),
        now=now,
        interval=interval,
        progress=progress_text(standing, look),
        way=None if gone is None else min(max(float(gone), 0.0), 1.0),
        expected=expected_text(standing, look),
        problem=standing.problem or "",
    )


def called(target: Target, look: Look) -> str:
    """The metric as it is called, with what was asked of it and its segments."""
    return titled(target, list(CATALOG.values()), look)


def edit(target: Target, view: View) -> Edit:
    """One version as a row."""
    look = Look(language=view.language)
    return Edit(
        date(view.about.calendar.local_day(target.recorded_at), view.language),
        target.by or "",
        wanted(target, look),
        period_name(target.grain, target.period_label, view.language),
        target.owner,
        target.state,
        target.reason or "",
    )
