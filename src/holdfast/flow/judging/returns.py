"""How likely new accounts of a workspace are to come back again, activation criterion met or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.criterion import EXAMPLE
from holdfast.errors import UsageError
from holdfast.flow.answering.figures import Desk, Question, asked_of
from holdfast.flow.judging.cohort import months_of
from holdfast.insights.behaviours.returning import Returned, returned
from holdfast.metrics import find
from holdfast.periods import Period
from holdfast.segments import Moments, members
from holdfast.timelines.basis import INSTANT
from holdfast.timelines.returns import WINDOW_DAYS, returns_of_accounts
from holdfast.warehouse import Warehouse

DAYS, MONTHS = WINDOW_DAYS, 12
COUNTED, PENDING, UNDECLARED = "counted", "pending", "undeclared"


class Account(NamedTuple):
    """An account that counts: whether it met the criterion in time, and on how many days it was back."""

    account_id: str
    met: bool
    days_back: int
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Returns:
    """Of accounts that signed up in `months`, how many came back on at least 1, 2, 3, 4 of so many `days`.

    The days begin for everybody as the time for activation is over: whoever met the criterion early has
    no more days to come back on than who did not meet it, and what met it is no return (the landmark).
    A day is 24 hours in which someone acted, as the metric `returns` counts them. Counted are accounts
    whose days were over at `until`; `pending` are the others, `undeclared` those that signed up before
    any of the `criteria` was in force, or met it before they did.
    """

    days: int
    months: tuple[Period, ...]
    until: datetime
    criteria: tuple[str, ...]
    accounts: tuple[Account, ...]
    found: tuple[Returned, ...]
    pending: int
    undeclared: int


def returns(
    warehouse: Warehouse,
    days: int = DAYS,
    first: str | None = None,
    last: str | None = None,
    segment: str | Sequence[str] = (),
    known_at: datetime | None = None,
) -> Returns:
    """Who came back how often; UsageError where no criterion is declared, or no events are kept."""
    if not 1 <= days <= 366:
        raise UsageError(f"Returns within {days} days are not counted.", hint=f"1 to 366: --days {DAYS}.")
    question = Question(segment=segment, known_at=known_at)
    return asked_of(warehouse, question, lambda desk: _returns(desk, days, first, last))


def _returns(desk: Desk, days: int, first: str | None, last: str | None) -> Returns:
    metric = find("returns")
    criteria = tuple(str(rule) for _, rule in desk.layout.basis.activation if rule is not None)
    if not criteria:
        raise UsageError(
            "No activation criterion is declared.",
            hint=f'Declare it: holdfast settings activation "{EXAMPLE}"',
        )
    if any(desk.whole_until([table]) is None for table in metric.reads):
        raise UsageError(
            "Returns are told from accounts and events.", hint="Import both: holdfast import --help"
        )
    until = desk.as_of(metric)
    calendar = desk.known.basis.calendar
    months = months_of(calendar, until, first, last, MONTHS)
    rows = _rows(desk, months, days, until)
    state = rows["state"]
    counted = rows.filter(pc.equal(state, COUNTED))
    pending, undeclared = (pc.sum(pc.equal(state, name)).as_py() or 0 for name in (PENDING, UNDECLARED))
    names = ("account_id", "met", "returns", "returns_from", "returns_until")
    accounts = tuple(map(Account._make, zip(*(counted[name].to_pylist() for name in names), strict=True)))
    found = returned(
        np.array([each.met for each in accounts], dtype=bool),
        np.array([each.days_back for each in accounts], dtype=np.int64),
    )
    told = tuple(dict.fromkeys(criteria))
    return Returns(days, tuple(months), until, told, accounts, found, pending, undeclared)


def _rows(desk: Desk, months: Sequence[Period], days: int, until: datetime) -> pa.Table:
    """New accounts that are none of our own, with whether each counts: as the metric leaves them out."""
    layout = replace(desk.layout, as_of=until)
    rows = returns_of_accounts(layout, months, days)
    rows = rows.filter(rows.left_out.isnull() & (rows.start_at < ibis.literal(until).cast(INSTANT)))
    for each in desk.segments.within.values():
        entry = Moments.of_entry(rows, desk.known.basis.calendar)
        rows = rows.semi_join(members(each, entry, layout), "account_id")
    unsaid = (rows.judged == 0) | (rows.met_at < rows.start_at)
    late = rows.returns_until > ibis.literal(until)
    rows = rows.mutate(
        met=rows.met_at < rows.closes_at,
        state=ibis.cases((unsaid, UNDECLARED), (late, PENDING), else_=COUNTED),
    )
    columns = ("account_id", "met", "returns", "returns_from", "returns_until", "state")
    return rows.select(*columns).order_by("account_id").to_pyarrow()
