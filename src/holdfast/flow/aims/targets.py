"""Targets as a person handles them: proposed, set, revised, dropped, and how each stands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from holdfast.errors import Sentence, UsageError
from holdfast.flow.aims.aiming import Aim, direction_of, due_of, outlook, periods_ahead
from holdfast.flow.aims.choosing import link_of
from holdfast.flow.aims.kept import refuse_blank, the_one
from holdfast.flow.knowing.owned import fresh_id, write_rows
from holdfast.flow.published.histories import History, Line, histories, history_of
from holdfast.insights.bounds import bounds_of
from holdfast.insights.entering import value_of
from holdfast.insights.links import Link
from holdfast.insights.proposals import LEAST, Proposal, propose
from holdfast.insights.targets import Standing, Target, judge, settled, uncounted
from holdfast.warehouse import Warehouse

TABLE = "targets"


class Targets:
    """The targets of one workspace."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    def all(self, *, known_at: datetime | None = None, dropped: bool = False) -> list[Target]:
        """The targets as they are, or were known at an instant, the nearest date first."""
        rows = self._warehouse.rows(TABLE, known_at)
        found = [target_of(row) for row in rows]
        kept = [target for target in found if dropped or target.state == "open"]
        return sorted(kept, key=lambda target: (target.due_at, target.metric, target.target_id))

    def find(self, target_id: str, *, known_at: datetime | None = None) -> Target:
        """The target with this id, or whose id begins so; raises UsageError where there is none."""
        every = self.all(known_at=known_at, dropped=True)
        return the_one(every, lambda target: target.target_id, target_id, "target")

    def versions(self, target_id: str) -> list[Target]:
        """Every version of a target, the oldest first: what it said, who said it and why."""
        target = self.find(target_id)
        rows = self._warehouse.history(TABLE)
        mine = rows.filter(rows.target_id == target.target_id).order_by("recorded_at")
        return [target_of(row) for row in mine.to_pyarrow().to_pylist()]

    def set(
        self,
        aim: Aim,
        value: str,
        *,
        owner: str,
        reason: str | None = None,
        by: str | None = None,
        untested: bool = False,
    ) -> Target:
        """Set a target; `value` is as a person writes it: `2.5%`, `0.025`, `50000`.

        Progress is counted from the last settled figure of now. Raises UsageError for a value that
        the metric cannot have, a period that is over in the records, a metric of which neither way is
        better where no `direction` is given, where there is a target for that period already, and for
        activation whose criterion was not seen to go with staying, unless it may be `untested` (K24).
        """
        past = self._past(aim)
        way, due = direction_of(past, aim.direction), due_of(past, aim.grain, aim.date)
        refuse_blank("target", "owner", owner, "--owner ana")
        start = next(reversed(settled(past.figures)), None)
        made = Target(
            target_id=fresh_id(),
            metric=aim.metric,
            segment=aim.segment,
            grain=due.grain,
            period_label=due.label,
            due_at=due.end,
            value=value_of(value, past.metric, past.unit),
            unit=past.unit,
            direction=way,
            owner=owner.strip(),
            from_label=start.period_label if start is not None else None,
            from_value=Decimal(str(start.value)) if start is not None else None,
            reason=reason,
            by=by,
            recorded_at=datetime.min,
        )
        self._refuse_second(made)
        if "activation" in past.metric.needs and not untested:
            _refuse_untested(link_of(self._warehouse, aim.metric), aim.metric)
        return self._write(made)

    def revise(
        self,
        target_id: str,
        *,
        reason: str,
        value: str | None = None,
        date: str | None = None,
        owner: str | None = None,
        by: str | None = None,
    ) -> Target:
        """Say a target's value, period or owner anew, with the reason; what it said before stays known."""
        target = self._open(target_id)
        refuse_blank("target", "reason", reason, '--reason "The price rise comes later."')
        if value is None and date is None and owner is None:
            raise UsageError(
                Sentence("Nothing is to be revised."), hint=Sentence("Give --value, --date or --owner.")
            )
        past = history_of(self._warehouse, _line(target))
        due = due_of(past, target.grain, date) if date is not None else None
        if owner is not None:
            refuse_blank("target", "owner", owner, "--owner ana")
        if value is not None and past.unit != target.unit:
            said = "The target is in {unit}, its figures are in {other}."
            hint = Sentence("Drop it and set it anew: the workspace's currency is another one now.")
            raise UsageError(Sentence(said, unit=target.unit, other=past.unit), hint=hint)
        revised = replace(
            target,
            value=target.value if value is None else value_of(value, past.metric, past.unit),
            period_label=due.label if due else target.period_label,
            due_at=due.end if due else target.due_at,
            owner=target.owner if owner is None else owner.strip(),
            reason=reason,
            by=by,
        )
        self._refuse_second(revised)
        return self._write(revised)

    def drop(self, target_id: str, *, reason: str, by: str | None = None) -> Target:
        """Pursue a target no longer, with the reason; its history stays."""
        refuse_blank("target", "reason", reason, '--reason "The plan was sold."')
        return self._write(replace(self._open(target_id), state="dropped", reason=reason, by=by))

    def propose(self, aim: Aim) -> Proposal:
        """Two values that a target may have, with the past periods that they are drawn from.

        Raises UsageError where there are too few settled periods to draw from.
        """
        past = self._past(aim)
        way, due = direction_of(past, aim.direction), due_of(past, aim.grain, aim.date)
        history = settled(past.figures)
        if len(history) < LEAST:
            raise UsageError(
                Sentence(
                    "{metric} has {count} settled periods by {grain}: too little history.",
                    metric=aim.metric,
                    count=len(history),
                    grain=aim.grain,
                ),
                hint=Sentence("A proposal needs {count}; a finer --grain has more.", count=LEAST),
            )
        ahead = periods_ahead(past, history[-1], due)
        expected = outlook(past, history, len(ahead))
        return propose(history, direction=way, ahead=ahead, bounds=bounds_of(past.metric), forecast=expected)

    def standing(self, target: Target, *, known_at: datetime | None = None) -> Standing:
        """How a target stands by the figures of now, or as known at an instant.

        Where its figures cannot be had any more, as where its segment was dropped, it says so.
        """
        try:
            return _standing(target, history_of(self._warehouse, _line(target), known_at))
        except UsageError as problem:
            return uncounted(target, problem.message)

    def standings(self, *, known_at: datetime | None = None, dropped: bool = False) -> list[Standing]:
        """How each target stands, the nearest date first."""
        targets = self.all(known_at=known_at, dropped=dropped)
        try:
            past = histories(self._warehouse, [_line(target) for target in targets], known_at)
        except UsageError:
            return [self.standing(target, known_at=known_at) for target in targets]
        return [_standing(target, its) for target, its in zip(targets, past, strict=True)]

    def _past(self, aim: Aim) -> History:
        return history_of(self._warehouse, Line(aim.metric, aim.grain, aim.segment))

    def _open(self, target_id: str) -> Target:
        target = self.find(target_id)
        if target.state == "dropped":
            raise UsageError(
                Sentence("Target {name} was dropped.", name=target.target_id[:12]),
                hint=Sentence("Set a new one."),
            )
        return target

    def _refuse_second(self, made: Target) -> None:
        def place(target: Target) -> tuple[object, ...]:
            return target.metric, target.segment, target.grain, target.period_label

        for target in self.all():
            if place(target) == place(made) and target.target_id != made.target_id:
                name = target.target_id[:12]
                raise UsageError(
                    Sentence(
                        "{metric} has a target for {period} already: {name}.",
                        metric=made.metric,
                        period=made.period_label,
                        name=name,
                    ),
                    hint=Sentence(
                        "Revise it: {command}",
                        command=f'holdfast targets revise {name} --value ... --reason "..."',
                    ),
                )

    def _write(self, target: Target) -> Target:
        with self._warehouse.write() as writing:
            write_rows(writing, TABLE, [_row(target)])
        return self.find(target.target_id)


def _line(target: Target) -> Line:
    return Line(target.metric, target.grain, target.segment)


def _standing(target: Target, past: History) -> Standing:
    if past.unit != target.unit:
        said = "The target is in {unit}, its figures are in {other} now."
        return uncounted(target, Sentence(said, unit=target.unit, other=past.unit))
    history = settled(past.figures)
    due = past.calendar.period(target.grain, target.period_label)
    ahead = periods_ahead(past, history[-1], due) if history else []
    expected = outlook(past, history, len(ahead)) if ahead else None
    return judge(target, past.figures, expected, ahead=ahead, as_of=past.as_of)


def _refuse_untested(link: Link | None, name: str) -> None:
    if link is not None and link.verdict == "stays":
        return
    if link is None or link.gap is None:
        seen = Sentence("too little history to say")
    else:
        between = {"gap": f"{link.gap:+.1%}", "low": f"{link.low:+.1%}", "high": f"{link.high:+.1%}"}
        seen = Sentence("{gap} stayed ({low} to {high})", **between)
    raise UsageError(
        Sentence(
            "{metric} is no target yet: those who met the criterion were not seen to stay more ({seen}).",
            metric=name,
            seen=seen,
        ),
        hint=Sentence(
            "Declare another (holdfast settings activation ...), or set it all the same: --untested"
        ),
    )


def target_of(row: Mapping[str, Any]) -> Target:
    """A target as its row tells it."""
    numbers = {name: _number(row[name]) for name in ("value", "from_value")}
    segment = tuple(json.loads(row["segment"] or "[]"))
    fields = {name: row[name] for name in Target.__dataclass_fields__}
    return Target(**{**fields, **numbers, "segment": segment})


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _row(target: Target) -> dict[str, Any]:
    fields = {name: getattr(target, name) for name in Target.__dataclass_fields__ if name != "recorded_at"}
    numbers = {name: None if fields[name] is None else str(fields[name]) for name in ("value", "from_value")}
    return {**fields, **numbers, "segment": json.dumps(list(target.segment))}
