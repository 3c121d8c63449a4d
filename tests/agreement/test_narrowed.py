"""Health of some accounts, laid out for them alone, is what it is among all, on random companies."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

import pytest

from holdfast.metrics.health.of_voices import all_scaled
from holdfast.metrics.health.parts import PARTS, all_grounds, subjects
from holdfast.segments import Moments, facts_told, rule
from holdfast.timelines.acts import counted_acts
from holdfast.timelines.beginnings import activations
from holdfast.timelines.layout import Layout
from holdfast.timelines.tickets import known_tickets
from tests.agreement.at_work import at_work
from tests.agreement.talking import talking
from tests.flow.dealings import dealings_of
from tests.histories import AS_OF, DAY, FIRST_KNOWN, MONTHS, Row
from tests.program import Desk
from tests.vectors.adapter import current

ZONE = "America/Sao_Paulo"
SAID = ("tickets", "ticket_replies", "survey_invitations", "survey_responses")
INSTANTS = [datetime(2017, 11, 20), datetime(2018, 1, 15), datetime(2018, 2, 18), datetime(2018, 3, 30)]
ASKED = rule(
    "status = paying and mrr >= 0 and tenure is known and nps >= 0 and csat is known and open_tickets >= 0 "
    "and active_users(28 days) >= 0 and last_seen is known and count(login) >= 0 and country is known"
)
ACTIVATION = {"activation": "2 report_made or invited within 3 weeks"}


@cache
def wide(seed: int) -> Layout:
    """A company whose people work and talk, laid out whole: users of two sources, merges, corrections."""
    worked, said = at_work(seed, ZONE), talking(seed, ZONE)
    tables = worked.tables | {name: said.tables[name] for name in SAID}
    tables["users"] = [*worked.tables["users"], *said.tables["users"]]
    known = current(tables | {"fx_rates": worked.records["fx_rates"]}, None)
    records: dict[str, list[Row]] = {name: [dict(row) for row in rows] for name, rows in known.items()}
    records |= dealings_of(records, Random(seed))
    chance = Random(seed)
    records["subscription_phases"] = [seated(row, chance) for row in records["subscription_phases"]]
    records["milestones"] = milestones(records["accounts"], chance)
    desk = Desk(records, worked.settings | ACTIVATION, worked.rules)
    return replace(desk.layout(desk.basis.rules), as_of=AS_OF)


def seated(row: Row, chance: Random) -> Row:
    """A phase paid for by the seat: two, or five."""
    return {**row, "quantity": Decimal(chance.choice((2, 5)))}


def milestones(accounts: list[Row], chance: Random) -> list[Row]:
    """Steps of success plans, some of them reached."""
    return [
        {
            "recorded_at": FIRST_KNOWN,
            "milestone_id": f"step{number}",
            "account_id": row["account_id"],
            "name": "a step",
            "due_at": (due := datetime.fromisoformat(f"{chance.choice(MONTHS)}-01")),
            "reached_at": chance.choice((None, due - DAY, due + DAY)),
        }
        for number, row in enumerate(accounts)
    ]


def told(layout: Layout) -> Mapping[str, list[Row]]:
    """Who has a health and what it stands on, facts that a rule may ask, and the steps on the way to them."""
    moments = Moments.at([(at, at) for at in INSTANTS], layout.basis.calendar)
    who = layout.keep("who", subjects(moments, layout))
    tables = {
        "subjects": who,
        "grounds": all_grounds(who, moments, layout),
        "facts": facts_told(ASKED, moments, layout)[0],
        "acts": counted_acts(layout),
        "tickets": known_tickets(layout),
        "answers": all_scaled(layout),
        "activations": activations(layout),
    }
    return {name: table.to_pyarrow().to_pylist() for name, table in tables.items()}


@cache
def everybody(seed: int) -> Mapping[str, list[Row]]:
    """The same of all accounts at once."""
    return told(wide(seed))


def of(accounts: Collection[str], found: Mapping[str, list[Row]]) -> dict[str, Any]:
    """What is told of some accounts, in an order of its own."""
    return {
        name: sorted((row for row in rows if row["account_id"] in accounts), key=repr)
        for name, rows in found.items()
    }


@pytest.mark.parametrize("seed", [0, 1])
def test_some_accounts_alone_are_told_as_among_all(seed: int) -> None:
    """The one with the most behind its health alone, then every second and every other account together."""
    grounds = [row["account_id"] for row in everybody(seed)["grounds"]]
    ordered = sorted({row["account_id"] for row in everybody(seed)["facts"]}, key=grounds.count)
    for accounts in (ordered[-1:], ordered[::2], ordered[1::2]):
        alone = told(wide(seed).of_accounts(accounts))
        assert {row["account_id"] for rows in alone.values() for row in rows} == set(accounts)
        assert of(accounts, alone) == of(accounts, everybody(seed))


def test_the_companies_tell_of_every_part() -> None:
    parts = {row["part"] for seed in (0, 1) for row in everybody(seed)["grounds"]}
    assert parts == set(PARTS)
