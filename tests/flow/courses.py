"""Random courses of a small company: its history told to a workspace in several steps.

Rows come early or late, change, are buried and come back; months end between the steps; an
account turns out to be internal, or another's double; rates arrive after the money they
value; a due date moves; the zone or a rule is changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tests.flow.dealings import dealings_of
from tests.histories import AS_OF, CORE_EVENTS, CORRECTED, ZONES, large

Row = dict[str, Any]
STEPS, ACCOUNTS = 5, 12

THROUGH = (
    datetime(2017, 11, 20),
    datetime(2017, 12, 31, 12),
    datetime(2018, 1, 1, 3),
    datetime(2018, 1, 1, 3),
    datetime(2018, 3, 9),
)
"""Instants up to which the records may be whole; months end between them, or none does."""

RULES: dict[str, Sequence[Any]] = {
    "rules.merge_gap_hours": (0, 48),
    "rules.pause_churn_days": (10, 60),
    "rules.past_due_grace_days": (0, 12),
    "rules.discount_policy": ("all", "none"),
}


@dataclass
class Telling:
    """Rows of one table from one source; `complete` where they are all there is."""

    table: str
    rows: list[Row]
    source: str = "own"
    complete: bool = False


@dataclass
class Step:
    """What a workspace comes to know at once, and up to when its records are whole then."""

    tellings: list[Telling]
    through: datetime
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass
class Course:
    """A company's steps with the settings that hold from the beginning."""

    zone: str
    steps: list[Step]

    @property
    def settings(self) -> dict[str, Any]:
        """The settings before the first step."""
        return {"zone": self.zone, "currency": "USD", "core_events": list(CORE_EVENTS)}


def course(seed: int, *, dealings: bool = False) -> Course:
    """The course of a company of twelve accounts; the same seed gives the same one.

    With `dealings` its contracts, payments and costs are told too.
    """
    chance = Random(seed)
    zone = chance.choice(ZONES)
    records = large(seed, zone, ACCOUNTS).records
    return course_of(records | (dealings_of(records, chance) if dealings else {}), zone, chance)


def course_of(records: dict[str, list[Row]], zone: str, chance: Random) -> Course:
    """A course by which a company's history may come to be known."""
    rows = {name: list(_stamped(rows)) for name, rows in records.items()}
    state: dict[str, dict[str, Row]] = {name: {} for name in rows}
    arrivals = {name: _arrivals(name, table, chance) for name, table in rows.items()}
    through = [*sorted(chance.sample(THROUGH, STEPS - 1)), AS_OF]
    steps = []
    for number in range(STEPS):
        tellings = []
        for name in rows:
            new = arrivals[name][number]
            tellings.append(_told(name, new, state[name], chance, last=number == STEPS - 1))
        step = Step([t for t in tellings if t.rows or t.complete], through[number])
        if number:
            _unsettle(step, state, chance)
        steps.append(step)
    return Course(zone, steps)


def _stamped(rows: Sequence[Row]) -> Iterator[Row]:
    for row in rows:
        yield {**row, "stamped_on": row["occurred_at"].date()} if "occurred_at" in row else dict(row)


def _arrivals(name: str, rows: list[Row], chance: Random) -> list[list[Row]]:
    """Which rows become known at which step; what corrects another comes last."""
    steps: list[list[Row]] = [[] for _ in range(STEPS)]
    late = timedelta(days=chance.choice((0, 0, 40, 90)))
    for row in rows:
        if name == "fx_rates":
            came = 0 if row["day"] < THROUGH[1].date() - late else 1 + (chance.random() < 0.02)
        else:
            came = chance.choice((0, 0, 0, 0, 1, 2))
        corrects = row.get("recorded_at") == CORRECTED
        steps[STEPS - 1 if corrects else came].append(row)
    return steps


def _told(name: str, rows: list[Row], state: dict[str, Row], chance: Random, *, last: bool) -> Telling:
    """New rows alone, or with everything told before where something is gone."""
    gone = {_id(row) for row in rows if row.get("deleted")}
    state.update({_id(row): _plain(row) for row in rows if not row.get("deleted")})
    if name in ("subscription_phases", "invoices", "events", "accounts") and chance.random() < 0.3:
        gone |= set(chance.sample(sorted(state), min(1, len(state))))
    for key in gone:
        state.pop(key, None)
    if gone:
        return Telling(name, list(state.values()), complete=True)
    return Telling(name, [state[_id(row)] for row in rows])


def _unsettle(step: Step, state: dict[str, dict[str, Row]], chance: Random) -> None:
    """Now and then: a merge, an internal account, a due date moved, a second source, a setting."""
    accounts, invoices = sorted(state["accounts"]), sorted(state["invoices"])
    if len(accounts) > 1 and chance.random() < 0.15:
        one, other = chance.sample(accounts, 2)
        _change(step, "accounts", state, one, merged_into=chance.choice((other, None)))
    if accounts and chance.random() < 0.3:
        _change(step, "accounts", state, chance.choice(accounts), is_internal=chance.choice((True, False)))
    if invoices and chance.random() < 0.6:
        chosen = chance.choice(invoices)
        due = state["invoices"][chosen]["issued_at"] + timedelta(days=chance.choice((1, 20, 60)))
        _change(step, "invoices", state, chosen, due_at=due)
    if accounts and chance.random() < 0.15:
        step.tellings += _second_source(accounts, chance)
    if chance.random() < 0.15:
        name = chance.choice(sorted(RULES))
        step.settings = {name: chance.choice(RULES[name])}
    elif chance.random() < 0.1:
        step.settings = {"zone": chance.choice(ZONES)}


def _change(step: Step, table: str, state: dict[str, dict[str, Row]], key: str, **columns: Any) -> None:
    state[table][key] = state[table][key] | columns
    step.tellings.append(Telling(table, [state[table][key]]))


def _second_source(accounts: list[str], chance: Random) -> list[Telling]:
    """An account as another system knows it, with a link to one of ours or without."""
    name = f"crm{chance.randint(1, 2)}"
    row = {
        "account_id": name,
        "created_at": datetime(2017, 10, chance.randint(1, 28)),
        "country": chance.choice(("FR", None)),
        "is_internal": chance.choice((None, True)),
    }
    link = {"table": "accounts", "link_source": "crm", "id": name, "canonical_id": chance.choice(accounts)}
    linked = [Telling("links", [{"link_id": name, **link}], source="holdfast")]
    return [Telling("accounts", [row], source="crm"), *chance.choice(([], linked))]


def _id(row: Row) -> str:
    return str(next(iter(value for name, value in row.items() if name not in ("recorded_at", "deleted"))))


def _plain(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in ("recorded_at", "deleted")}
