"""Actions as a person handles them: added for a cause of loss, done or dropped, and what came of each."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from holdfast.errors import Sentence, UsageError, unknown
from holdfast.flow.aims.kept import refuse_blank, the_one
from holdfast.flow.knowing.owned import fresh_id, write_rows
from holdfast.flow.published.histories import History, Line, histories, history_of
from holdfast.insights.actions import Action, Result, State, measured, unmeasured
from holdfast.insights.causes.taxonomy import CAUSES, Cause
from holdfast.insights.entering import day_of
from holdfast.warehouse import Warehouse

TABLE = "actions"


@dataclass(frozen=True)
class Plan:
    """What an action is to do: for which cause, until which day, and the metric that it is to move.

    Days are as a person writes them, `2025-04-30`, in the workspace's zone. Without the one on which it
    has `begun` it begins where the records end.
    """

    title: str
    cause: str
    metric: str
    due: str
    grain: str = "month"
    segment: tuple[str, ...] = ()
    begun: str | None = None


class Actions:
    """The actions of one workspace."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    def all(self, *, known_at: datetime | None = None, dropped: bool = False) -> list[Action]:
        """The actions as they are, or were known at an instant: those to be done first."""
        found = [action_of(row) for row in self._warehouse.rows(TABLE, known_at)]
        kept = [each for each in found if dropped or each.state != "dropped"]
        return sorted(kept, key=lambda each: (each.state != "open", each.due_on, each.title, each.action_id))

    def find(self, action_id: str, *, known_at: datetime | None = None) -> Action:
        """The action with this id, or whose id begins so; raises UsageError where there is none."""
        every = self.all(known_at=known_at, dropped=True)
        return the_one(every, lambda each: each.action_id, action_id, "action")

    def versions(self, action_id: str) -> list[Action]:
        """Every version of an action, the oldest first: when it was added, and what was said at its end."""
        action = self.find(action_id)
        rows = self._warehouse.history(TABLE)
        mine = rows.filter(rows.action_id == action.action_id).order_by("recorded_at")
        return [action_of(row) for row in mine.to_pyarrow().to_pylist()]

    def add(self, plan: Plan, *, owner: str, by: str | None = None) -> Action:
        """Keep an action; it begins where the records of its metric end, unless the plan says when.

        Raises UsageError for a cause, a metric, a segment or a grain that there is not, where the metric
        needs a setting that is not declared, and for a day that is due before it begins.
        """
        refuse_blank("action", "title", plan.title, '"A call in week two"')
        refuse_blank("action", "owner", owner, "--owner ana")
        past = history_of(self._warehouse, Line(plan.metric, plan.grain, plan.segment))
        due, begun = day_of(plan.due, "due"), past.as_of
        if plan.begun:
            begun = past.calendar.midnight(day_of(plan.begun, "begun"))
        if _ends(due, past) <= begun:
            raise UsageError(
                Sentence(
                    "{due} is before {day}, when it begins.", due=due, day=past.calendar.local_day(begun)
                ),
                hint=Sentence("Name a later due day, or the day on which it began."),
            )
        return self._write(
            Action(
                action_id=fresh_id(),
                title=plan.title.strip(),
                cause=_cause(plan.cause),
                owner=owner.strip(),
                begun_at=begun,
                due_on=due,
                metric=plan.metric,
                segment=plan.segment,
                grain=plan.grain,
                by=by,
                recorded_at=datetime.min,
            )
        )

    def done(self, action_id: str, *, word: str, by: str | None = None) -> Action:
        """Say that an action is done, with a word on how; its result is then that after its due day."""
        return self._end(action_id, "done", word, by)

    def drop(self, action_id: str, *, word: str, by: str | None = None) -> Action:
        """Pursue an action no longer, with a word on why; its history stays."""
        return self._end(action_id, "dropped", word, by)

    def result(self, action: Action, *, known_at: datetime | None = None) -> Result:
        """What came of an action by the figures of now, or as known at an instant.

        Where its figures cannot be had any more, as where its segment was dropped, it says so.
        """
        try:
            return _measured(action, history_of(self._warehouse, _line(action), known_at))
        except UsageError as problem:
            return unmeasured(action, problem.message)

    def results(self, *, known_at: datetime | None = None, dropped: bool = False) -> Sequence[Result]:
        """What came of each action, in the order of `all`."""
        actions = self.all(known_at=known_at, dropped=dropped)
        try:
            past = histories(self._warehouse, [_line(each) for each in actions], known_at)
        except UsageError:
            return [self.result(each, known_at=known_at) for each in actions]
        return [_measured(each, its) for each, its in zip(actions, past, strict=True)]

    def _end(self, action_id: str, state: State, word: str, by: str | None) -> Action:
        refuse_blank("action", "word", word, '--word "Shipped in May."')
        action = self.find(action_id)
        if action.state != "open":
            hint = "What is done or dropped stays so; add a new one."
            raise UsageError(f"Action {action.action_id[:12]} is {action.state} already.", hint=hint)
        return self._write(replace(action, state=state, word=word.strip(), by=by))

    def _write(self, action: Action) -> Action:
        with self._warehouse.write() as writing:
            write_rows(writing, TABLE, [{**action.__dict__, "segment": json.dumps(list(action.segment))}])
        return self.find(action.action_id)


def _cause(given: str) -> Cause:
    found = next((each for each in CAUSES if each == given), None)
    if found is None:
        raise unknown("cause", given, CAUSES)
    return found


def _line(action: Action) -> Line:
    return Line(action.metric, action.grain, action.segment)


def _ends(day: date, past: History) -> datetime:
    """When a day is over in the workspace's zone."""
    return past.calendar.midnight(day + timedelta(days=1))


def _measured(action: Action, past: History) -> Result:
    return measured(action, past.figures, due_at=_ends(action.due_on, past), as_of=past.as_of)


def action_of(row: Mapping[str, Any]) -> Action:
    """An action as its row tells it."""
    fields = {name: row[name] for name in Action.__dataclass_fields__}
    return Action(**{**fields, "segment": tuple(json.loads(row["segment"] or "[]"))})
