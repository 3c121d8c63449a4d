"""What new accounts of a workspace do early that goes with staying, and one of it taken as the criterion."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import ibis

from holdfast.criterion import Criterion, Step
from holdfast.errors import Sentence, UsageError
from holdfast.flow.answering.figures import Desk, Question, asked_of
from holdfast.insights.behaviours.early import Early, early, new_accounts
from holdfast.insights.behaviours.ranking import Finding, Ranking, TooFew, halves, rank
from holdfast.segments import Moments, members
from holdfast.warehouse import Warehouse

DAYS, AFTER = 7, 90
READS = ("subscription_phases", "events")


class Account(NamedTuple):
    """An account behind a finding: how often it did it, whether it stayed, and whether it is judged by."""

    account_id: str
    times: int
    did: bool
    stayed: bool
    judged: bool


@dataclass(frozen=True)
class Behaviours:
    """What accounts did in their first `days`, beside who was a customer `after` days from sign-up.

    They signed up in `[first, last)`, as far as `segment` goes.
    """

    days: int
    after: int
    first: datetime
    last: datetime
    early: Early
    found: Ranking | TooFew

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Numbered from 1 in this order; none where there is too little evidence."""
        return self.found.findings if isinstance(self.found, Ranking) else ()

    def numbered(self, number: int) -> Finding:
        """The finding of a number; raises UsageError where there is none."""
        if not 1 <= number <= len(self.findings):
            many = len(self.findings)
            hint = (
                f"There are 1 to {many}: holdfast behaviours" if many else "There is not enough evidence yet."
            )
            raise UsageError(f"There is no behaviour {number}.", hint=hint)
        return self.findings[number - 1]

    def accounts(self, number: int) -> Iterator[Account]:
        """Every account that a finding stands on, those it is judged by and those it was sought in."""
        finding = self.numbered(number)
        times = self.early.did[finding.behaviour].tolist()
        names, stayed = self.early.account_id.tolist(), self.early.stayed.tolist()
        judged = halves(names).tolist()
        for name, many, kept, half in zip(names, times, stayed, judged, strict=True):
            yield Account(name, many, many >= finding.count, kept, half)

    def criterion(self, number: int) -> Criterion:
        """A finding as an activation criterion; raises UsageError where it is none, or does not stand."""
        finding = self.numbered(number)
        if finding.behaviour.kind != "event":
            raise UsageError(
                f"Behaviour {number} counts no single event: a criterion does.",
                hint="Adopt one that is an event, or write your own: holdfast settings activation --help",
            )
        if finding.verdict != "stands" or finding.counted.value <= 0:
            why = "it is doubtful" if finding.verdict != "stands" else "those who did it stayed less often"
            raise UsageError(
                f"Behaviour {number} is no criterion: {why}.",
                hint="Adopt one that stands; or say it yourself: holdfast settings activation",
            )
        return Criterion(Step(finding.behaviour.event, finding.count), self.days)


def behaviours(
    warehouse: Warehouse,
    days: int = DAYS,
    after: int = AFTER,
    segment: str | Sequence[str] = (),
    known_at: datetime | None = None,
) -> Behaviours:
    """What goes with staying; UsageError where no events are kept, or where the days cannot be."""
    if not 1 <= days <= 60:
        raise UsageError(
            Sentence("The first {days} days are not looked at.", days=days),
            hint=Sentence("1 to 60: --days 7."),
        )
    if after < days + 7:
        raise UsageError(
            Sentence(
                "Staying {after} days after sign-up says little of the first {days}.", after=after, days=days
            ),
            hint=Sentence("At least a week more: {option}.", option=f"--after {max(90, days + 7)}"),
        )
    question = Question(segment=segment, known_at=known_at)
    return asked_of(warehouse, question, lambda desk: _behaviours(desk, days, after))


def _behaviours(desk: Desk, days: int, after: int) -> Behaviours:
    layout = desk.layout
    marks = [desk.whole_until([table]) for table in READS]
    first = layout.records["events"].occurred_at.min().to_pyarrow().as_py()
    if None in marks or first is None:
        raise UsageError(
            Sentence("Early behaviour is told from events and subscriptions."),
            hint=Sentence("Import both: {command}", command="holdfast import --help"),
        )
    paid, acted = (mark for mark in marks if mark is not None)
    gap = timedelta(hours=desk.rules.merge_gap_hours)
    last = min(paid - gap - timedelta(days=after), acted - timedelta(days=days))
    rows = new_accounts(layout, first, last, days, after)
    for each in desk.segments.within.values():
        entry = Moments.of_entry(rows, layout.basis.calendar)
        rows = rows.semi_join(members(each, entry, layout), "account_id")
    steps = layout.basis.onboarding[-1][1] if layout.basis.onboarding else ()
    seen = early(layout, rows.filter(ibis._.account_id.notnull()), steps)
    return Behaviours(days, after, first, last, seen, rank(seen))
