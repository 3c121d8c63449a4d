"""Actions: what is done about a cause of loss, and how the metric it is to move has gone since.

Pure functions of an action and the figures of its metric; nothing here reads a store or a clock. What
they say is observed, not caused: only an experiment can tell whether the action did it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias

from holdfast.insights.causes.taxonomy import Cause
from holdfast.metrics.catalog import find
from holdfast.metrics.compare import compare
from holdfast.metrics.figure import Change, Figure

State: TypeAlias = Literal["open", "done", "dropped"]
Verdict: TypeAlias = Literal["rose", "fell", "same", "unknown"]
Reason: TypeAlias = Literal[
    "too_early", "no_earlier", "undefined", "too_few", "no_interval", "dropped", "uncounted"
]
SAID: dict[str, Verdict] = {"higher": "rose", "lower": "fell", "same": "same"}


@dataclass(frozen=True, kw_only=True)
class Action:
    """One version of an action: what it says since `recorded_at`, and by whom.

    `metric`, kept to every `segment`, is what it is to move; `begun_at` is from when on that may be seen,
    and `due_on` the last day by which it is to be done. `word` is what was said when it was done or dropped.
    """

    action_id: str
    title: str
    cause: Cause
    owner: str
    begun_at: datetime
    due_on: date
    metric: str
    segment: tuple[str, ...] = ()
    grain: str
    state: State = "open"
    word: str | None = None
    by: str | None = None
    recorded_at: datetime


@dataclass(frozen=True, kw_only=True)
class Result:
    """How the metric of an action went: `before` it began, `since`, and the change between the two (R23).

    `verdict` is `rose` or `fell` only where the interval of the difference excludes 0, `same` where it
    does not, and `unknown` where nothing can be said, with the `reason`. `problem` says why the figures
    cannot be had, where they cannot. `as_of` is up to when the records are whole.
    """

    action: Action
    before: Figure | None = None
    since: Figure | None = None
    change: Change | None = None
    reason: Reason | None = None
    problem: str | None = None
    as_of: datetime | None = None

    @property
    def verdict(self) -> Verdict:
        """Which way the metric went, as far as can be told from chance."""
        return "unknown" if self.change is None else SAID.get(self.change.verdict, "unknown")

    @property
    def is_better(self) -> bool | None:
        """Whether it went the good way; None where it did not move, or neither way is better by itself."""
        better = find(self.action.metric.partition("[")[0]).better
        if self.verdict not in {"rose", "fell"} or better == "context":
            return None
        return (self.verdict == "rose") == (better == "higher")


def measured(action: Action, figures: Sequence[Figure], *, due_at: datetime, as_of: datetime) -> Result:
    """The result of an action by the figures of its metric, one a period; records are whole by `as_of`.

    What was before is the last whole period that had ended when it began. While it is open that is compared
    with the newest whole period since; once it is done with the first after `due_at`, the end of its last
    day, or with the first since it began where that is later.
    """
    whole = sorted(
        (each for each in figures if each.status != "provisional" and each.period_end <= as_of),
        key=lambda each: each.period_start,
    )
    before = next((each for each in reversed(whole) if each.period_end <= action.begun_at), None)
    if action.state == "dropped":
        return Result(action=action, before=before, reason="dropped", as_of=as_of)
    from_then = due_at if action.state == "done" else action.begun_at
    later = [each for each in whole if each.period_start >= max(from_then, action.begun_at)]
    if not later:
        return Result(action=action, before=before, reason="too_early", as_of=as_of)
    since = later[0] if action.state == "done" else later[-1]
    if before is None:
        return Result(action=action, since=since, reason="no_earlier", as_of=as_of)
    change = compare(since, before, "previous")
    return Result(
        action=action, before=before, since=since, change=change, reason=_reason(change), as_of=as_of
    )


def unmeasured(action: Action, problem: str) -> Result:
    """The result of an action whose figures cannot be had, and why."""
    return Result(action=action, reason="uncounted", problem=problem)


def _reason(change: Change) -> Reason | None:
    if change.verdict != "unknown":
        return None
    told: dict[str | None, Reason] = {"undefined": "undefined", "too_few": "too_few"}
    return told.get(change.reason, "no_interval")
