"""Every account as it stands at an instant: the same facts that segments ask for, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from holdfast.criterion import AnyOf
from holdfast.errors import Sentence, UsageError
from holdfast.flow.answering.figures import Desk, Question, asked_of
from holdfast.flow.answering.membership import external, shown_as
from holdfast.segments import Moments, facts_told, members
from holdfast.segments.rule import IsKnown, Read
from holdfast.warehouse import Warehouse

FACTS = ("status", "mrr", "plan", "tenure", "last_seen", "open_tickets", "country", "industry", "owner")


@dataclass(frozen=True)
class Roster:
    """The accounts at an instant: account_id, name, created_at and each of `FACTS`."""

    at: datetime
    rows: pa.Table


def roster(warehouse: Warehouse, question: Question, at: datetime | None = None) -> Roster:
    """Every account but our own, or those in all of the question's segments, just before `at`."""
    return asked_of(warehouse, question, lambda desk: _roster(desk, at))


def _roster(desk: Desk, at: datetime | None) -> Roster:
    layout = desk.layout
    moment = at or desk.whole_until(("subscription_phases",)) or desk.whole_until(("accounts",))
    if moment is None:
        raise UsageError(
            Sentence("There is nobody yet."),
            hint=Sentence("Import something: {command}", command="holdfast import --help"),
        )
    moments = Moments.at([(moment, moment)], layout.basis.calendar)
    reads = {name: Read(name) for name in FACTS}
    rows, columns = facts_told(AnyOf(tuple(IsKnown(read) for read in reads.values())), moments, layout)
    for rule in desk.segments.within.values():
        rows = rows.semi_join(members(rule, moments, layout), "account_id")
    rows = external(rows, layout)
    told = {name: shown_as(rows, name, columns[read], layout) for name, read in reads.items()}
    named = layout.accounts.select("name", "created_at", who="account_id")
    facts = rows.select("account_id", **told)
    table = facts.join(named, facts.account_id == named.who).drop("who")
    return Roster(moment, table.order_by("account_id").to_pyarrow())
