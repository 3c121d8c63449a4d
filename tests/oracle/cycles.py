"""Billing cycles as the oracle sees them: runs of paying at one interval, and what follows each (K11)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

from tests.oracle.company import Company
from tests.oracle.days import FOREVER, ONE_DAY, Place, add_months
from tests.oracle.knowledge import Row, source
from tests.oracle.phases import charged, in_force_until, monthly
from tests.oracle.stories import cancelled

Amounts = list[tuple[Decimal, str]]
"""Amounts a month, each with its currency."""


@dataclass(frozen=True)
class Paid:
    """A phase that pays, from when to when, and why it ended."""

    start: datetime
    end: datetime
    worth: tuple[Decimal, str]
    reason: str | None


@dataclass
class Run:
    """A stretch in which a line, one subscription at one interval, pays without a gap."""

    line: str
    subscription: str
    paid: list[Paid] = field(default_factory=list)
    interval: tuple[str, int] = ("month", 1)
    opens: bool = True
    follower: Run | None = None
    due: datetime = FOREVER

    @property
    def begin(self) -> datetime:
        return self.paid[0].start

    @property
    def end(self) -> datetime:
        return max(each.end for each in self.paid)

    @property
    def refused(self) -> bool:
        return any(each.end == self.end and each.reason == "voluntary" for each in self.paid)

    def worth(self, bound: datetime, *, after: bool) -> Amounts:
        """What it pays just before or just after a bound; through a short gap, what it paid before."""
        there = [
            each
            for each in self.paid
            if (each.start <= bound < each.end if after else each.start < bound <= each.end)
        ]
        if not there:
            fell = max(each.end for each in self.paid if each.end <= bound)
            there = [each for each in self.paid if each.end == fell]
        return [each.worth for each in there]


def plain(row: Row, name: str) -> str:
    """An id under which it is seen: equal ids of two sources are two."""
    return name if source(row) == "own" else f"{source(row)}:{name}"


def runs(company: Company, account: str) -> list[Run]:
    """The runs of every line of an account, each with the end of its last term."""
    phases = company.by_account("subscription_phases", "start_at")[account]
    invoices = company.by_account("invoices", "issued_at").get(account, [])
    if company.rules["churn_instant"] == "cancel_request":
        phases = [cancelled(phase) for phase in phases]
    lines: dict[tuple[str, str, str, int], list[Paid]] = {}
    for phase in phases:
        end, amount = in_force_until(phase, phases, invoices, company.rules), Decimal(0)
        if phase["status"] in charged(company.rules):
            amount = monthly(phase, company.rules)
        if amount > 0 and phase["start_at"] < end:
            every = phase.get("interval_count") or 1
            subscription = plain(phase, phase["subscription_id"])
            line = "\x1f".join((account, subscription, phase["interval"], str(every)))
            paid = Paid(phase["start_at"], end, (amount, phase["currency"]), phase.get("end_reason"))
            lines.setdefault((line, subscription, phase["interval"], every), []).append(paid)
    gap = timedelta(hours=company.rules["merge_gap_hours"])
    found: list[Run] = []
    for (line, subscription, interval, every), stretches in lines.items():
        current: Run | None = None
        for paid in sorted(stretches, key=lambda each: (each.start, each.end)):
            apart = current is None or (paid.start > current.end and paid.start - current.end >= gap)
            if current is None or apart:
                current = Run(line, subscription, [], (interval, every))
                found.append(current)
            current.paid.append(paid)
    for run in found:
        run.opens = run.begin == min(each.begin for each in found if each.subscription == run.subscription)
        if run.end != FOREVER:
            run.due = next(due for due in dues(run, company.place) if due >= run.end)
    return found


def dues(run: Run, place: Place) -> Iterator[datetime]:
    """When the terms of a run end, one after another, by the clock of the workspace."""
    (interval, every), anchor = run.interval, place.local(run.begin)
    for number in count(1):
        if interval in ("month", "year"):
            months = number * every * (12 if interval == "year" else 1)
            day = add_months(anchor.date(), months)
        else:
            day = anchor.date() + number * every * (7 if interval == "week" else 1) * ONE_DAY
        yield place.utc(datetime.combine(day, anchor.time()))


def follow(lapsed: Iterable[Run], begun: Sequence[Run], company: Company) -> None:
    """Give each run that ended the one that follows it: first of its own subscription, then a new one."""
    lapsed = list(lapsed)
    fits = {id(after): [run for run in lapsed if in_time(run, after, company)] for after in begun}
    for after in in_order(begun):
        own = [run for run in fits[id(after)] if run.subscription == after.subscription]
        if own and latest(own)[0].follower is None:
            latest(own)[0].follower = after
    alone = {id(run) for run in lapsed if run.follower is None}
    new: dict[datetime, list[tuple[Run, list[Run]]]] = {}
    for after in in_order(begun):
        others = [
            run
            for run in fits[id(after)]
            if run.subscription != after.subscription and after.opens and id(run) in alone
        ]
        if others:
            new.setdefault(after.begin, []).append((after, latest(others)))
    for begin in sorted(new):
        for place, (after, others) in enumerate(new[begin]):
            if place < len(others) and others[place].follower is None:
                others[place].follower = after


def in_time(run: Run, after: Run, company: Company) -> bool:
    """Whether a run begins soon enough to follow one that ended."""
    overlap = timedelta(hours=company.rules["merge_gap_hours"])
    grace = timedelta(days=company.rules["renewal_grace_days"])
    soon = run.end - overlap <= after.begin < run.due + grace
    return soon and after.begin > run.begin and after.end > run.end


def in_order(begun: Iterable[Run]) -> list[Run]:
    """By beginning, then by name."""
    return sorted(begun, key=lambda run: (run.begin, run.line))


def latest(ended: Iterable[Run]) -> list[Run]:
    """The last to end first, then by name."""
    return sorted(ended, key=lambda run: (FOREVER - run.end, run.line, run.begin))
