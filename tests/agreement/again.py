"""One family of metrics asked of both engines, as of any instant, with its evidence and its segments."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from holdfast.metrics import Asked, Explanation, explain, find, measure
from holdfast.metrics import Figure as Counted
from tests import oracle, program
from tests.agreement.telling import Key, own, same
from tests.histories import CORRECTED, DAY, History, Writer, history
from tests.oracle.knowledge import Records, known
from tests.vectors.adapter import current, seen

Row = dict[str, Any]
Question = tuple[tuple[str, ...], str, tuple[str, ...], tuple[str, ...]]
"""Names, grain, labels and dimensions."""
ENDS = (None, None, "voluntary", "payment_failure", "other", "plan_change")
BEGINS = {"subscription_phases": "start_at", "invoices": "issued_at"}


@dataclass(frozen=True)
class Told:
    """Records with their settings, as of an instant and as known at one."""

    history: History
    as_of: datetime
    known_at: datetime | None = None

    @cached_property
    def records(self) -> Records:
        """The rows as known, those of the time from `as_of` on left out."""
        rows = current(self.history.records, self.known_at)
        return {table: self._rewound(table, list(rows[table])) for table in rows}

    @cached_property
    def desk(self) -> program.Desk:
        """The program over them."""
        return program.Desk(self.records, self.history.settings, self.history.rules)

    @cached_property
    def answers(self) -> dict[Question, list[Counted]]:
        """What the program answered so far."""
        return {}

    @cached_property
    def company(self) -> oracle.Company:
        """The oracle over them."""
        return oracle.Company(self.records, self.history.settings, self.history.rules, self.as_of)

    def counted(
        self, names: Sequence[str], grain: str, labels: Sequence[str], by: Sequence[str] = ()
    ) -> list[Counted]:
        """The program's figures for the periods that had begun by then, asked for once."""
        question = (tuple(names), grain, tuple(labels), tuple(by))
        if question not in self.answers:
            periods = [self.desk.basis.calendar.period(grain, label) for label in labels]
            begun = [period for period in periods if period.start < self.as_of]
            asked = Asked([find(name) for name in names], begun, by, self.as_of)
            self.answers[question] = measure(asked, self.desk.layout, self.desk.basis.rules)
        return self.answers[question]

    def explained(self, name: str, grain: str, label: str) -> Explanation:
        """The evidence of one figure."""
        period = self.desk.basis.calendar.period(grain, label)
        asked = Asked([], [], (), self.as_of)
        return explain(find(name), period, asked, self.desk.layout, self.desk.basis.rules)

    def differences(self, names: Sequence[str], grain: str, labels: Sequence[str]) -> dict[Key, Any]:
        """Every figure on which the two do not agree, with both answers."""
        found: dict[Key, Any] = {}
        for figure in self.counted(names, grain, labels):
            ours = oracle.answer(self.company, figure.name, grain, figure.period_label, dict(figure.of))
            theirs = seen(figure)
            sums = (ours.numerator, ours.denominator) == (theirs.numerator, theirs.denominator)
            if not same(ours, theirs) or not (sums or ours.reason == "no_rate"):
                found[figure.name, figure.period_label, own(figure.of)] = (ours, theirs)
        return found

    def _rewound(self, table: str, rows: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        if table in BEGINS:
            rows = [row for row in rows if row[BEGINS[table]] < self.as_of]
        if table != "invoices":
            return rows
        return [row | {"paid_at": paid_by(row.get("paid_at"), self.as_of)} for row in map(dict, rows)]


def paid_by(paid_at: datetime | None, as_of: datetime) -> datetime | None:
    """The payment, where it was known by an instant."""
    return paid_at if paid_at is not None and paid_at < as_of else None


def company(seed: int, zone: str, accounts: int) -> tuple[History, Writer]:
    """A random company whose phases say why they end, and a writer to add to it with the same dice."""
    dice = random.Random(seed)

    def pick(*choices: Any) -> Any:
        return dice.choice(choices)

    made = history(pick, zone, accounts, corrected=True)
    reasons: dict[str, Any] = {}
    for row in made.tables["subscription_phases"]:
        asked = pick(None, None, None, row["start_at"] + 5 * DAY, row["start_at"] - DAY)
        why = {"end_reason": pick(*ENDS), "cancel_requested_at": asked}
        row.update(reasons.setdefault(row["phase_id"], why))
    writer = Writer(pick, zone)
    writer.tables = made.tables
    return made, writer


def corrected(writer: Writer, table: str, again: Mapping[str, Sequence[Any]]) -> None:
    """Some rows of a table told again later with another value of a column, or buried."""
    for row in list(writer.tables[table]):
        change = writer.pick(*(None,) * 6, "bury", *again)
        if change == "bury":
            writer.tables[table].append(row | {"recorded_at": CORRECTED, "deleted": True})
        elif change is not None:
            told = {"recorded_at": CORRECTED, change: writer.pick(*again[change])}
            writer.tables[table].append(row | told)


def added(rows: list[Row], column: str) -> Decimal:
    """What a column adds up to."""
    return sum((Decimal(row[column]) for row in rows if row[column] is not None), Decimal(0))


def told_first(records: Records) -> Records:
    """What was known before anything was corrected."""
    before = CORRECTED.replace(year=CORRECTED.year - 1)
    return {table: known(records, table, before) for table in records}
