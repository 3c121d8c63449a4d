"""The whole company: its tables, its truth and its stream of events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

import numpy as np
import pyarrow as pa

from holdfast.company import bills, payments, people, pricing, selling, support, truth, voices
from holdfast.company.bills import Bills, billed
from holdfast.company.clock import Clock
from holdfast.company.columns import NEVER, Ints
from holdfast.company.courses import all_phases
from holdfast.company.events import event_months
from holdfast.company.founding import Accounts, found
from holdfast.company.ledger import CHURN, NEW
from holdfast.company.lives import ACTIVE, Phases, put
from holdfast.company.market import BASE, TEAM
from holdfast.company.money import Rates
from holdfast.company.payments import attempted
from holdfast.company.people import Habits, Users
from holdfast.company.sizing import Sizing
from holdfast.company.usage import Usage


@dataclass(frozen=True)
class World:
    """The simulation's own state, from which every table is written."""

    sizing: Sizing
    clock: Clock
    accounts: Accounts
    habits: Habits
    users: Users
    rates: Rates
    story: truth.Story
    bills: Bills

    def usage(self) -> Usage:
        """What drives the events; the first churn of an account decides how its use fades."""
        churns = self.story.moves.take(self.story.moves.kind == CHURN)
        left, because = np.full(self.accounts.count, NEVER), np.full(self.accounts.count, -1)
        row = truth.last_phase_before(self.story.phases, churns.who, churns.at)
        left[churns.who[::-1]], because[churns.who[::-1]] = (
            churns.at[::-1],
            self.story.phases.cause[row][::-1],
        )
        return Usage(
            self.sizing,
            self.clock,
            self.accounts,
            self.users,
            self.story.phases,
            left,
            because,
            self.habits.left,
        )


@dataclass(frozen=True)
class Company:
    """A simulated company.

    `tables` are Arrow tables under their canonical names, without `events`, which are made
    month by month; `truth` are the tables that tell what really happened. Nothing is known
    after `end`: the natural `as_of`. With faults, `late` holds rows that put right what
    `tables` has wrong; without, it is empty.
    """

    sizing: Sizing
    currency: str
    start: datetime
    end: datetime
    tables: Mapping[str, pa.Table]
    truth: Mapping[str, pa.Table]
    late: Mapping[str, pa.Table]
    world: World

    def event_months(self) -> Iterator[tuple[str, pa.Table]]:
        """The events of each local month in turn, with its label (2024-01); made anew each time."""
        return event_months(self.world.usage(), self.world.habits)

    def events(self) -> pa.Table:
        """The whole canonical table `events`; for large companies take `event_months`."""
        return pa.concat_tables([table for _, table in self.event_months()])


def simulate(
    accounts: int,
    months: int,
    seed: int = 1,
    *,
    zone: str = "UTC",
    first_day: date = date(2024, 1, 1),
    events_per_account: float = 100.0,
    faults: bool = False,
) -> Company:
    """Simulates a company of so many sign-ups over so many months from `first_day` on.

    The same arguments give the same company, byte by byte. `zone` is the workspace's time
    zone; months, and the truth of each month, are its local months. Raises UsageError where a
    size is not positive or `first_day` is not a first of a month.
    """
    sizing = Sizing(accounts, months, seed, zone, first_day, events_per_account, faults)
    return company_of(sizing)


def company_of(sizing: Sizing) -> Company:
    """The company of a sizing."""
    world = _world(sizing)
    clock = world.clock
    start, end = (np.datetime64(moment, "us").item() for moment in (clock.start, clock.end))
    tables, truths, late = _tables(world), _truth(world), {}
    if sizing.faults:
        wrong, rows = _mistaken(world)
        late["subscription_phases"] = tables["subscription_phases"].take(pa.array(rows))
        tables["subscription_phases"] = pricing.phase_table(wrong)
        told_wrongly = truth.Story.of(clock, world.accounts, world.rates, wrong)
        truths["months_before_correction"] = truth.month_table(told_wrongly)
    return Company(
        sizing,
        BASE,
        start,
        end,
        MappingProxyType(tables),
        MappingProxyType(truths),
        MappingProxyType(late),
        world,
    )


def _mistaken(world: World) -> tuple[Phases, Ints]:
    """The phases with a few quantities written down wrongly, and the places of these."""
    phases = world.story.phases
    plain = (phases.status == ACTIVE) & (phases.percent == 0) & (phases.end > phases.start)
    plain &= (phases.plan == TEAM) & ~world.accounts.internal[phases.who] & (phases.start < world.clock.end)
    rows = np.flatnonzero(plain)[:3]
    wrong = np.isin(np.arange(phases.count), rows)
    return put(phases, wrong, seats=phases.seats[rows] + 10), rows


def _world(sizing: Sizing) -> World:
    clock = Clock.of(sizing.zone, sizing.first_day, sizing.months)
    accounts = found(sizing, clock)
    phases = all_phases(accounts, clock, sizing.seed)
    habits = people.habits_of(accounts, phases, clock, sizing.seed)
    users = people.populate(accounts, habits, clock, sizing.seed)
    rates = Rates.walk(clock, sizing.seed)
    story = truth.Story.of(clock, accounts, rates, phases)
    return World(
        sizing, clock, accounts, habits, users, rates, story, billed(phases, accounts, clock, sizing.seed)
    )


def _tables(world: World) -> dict[str, pa.Table]:
    seed, clock, phases = world.sizing.seed, world.clock, world.story.phases
    tries = attempted(world.bills, phases, clock, seed)
    return {
        "accounts": people.account_table(world.accounts, world.clock, seed),
        "users": people.user_table(world.users, world.accounts, world.clock, seed),
        "subscription_phases": pricing.phase_table(world.story.phases),
        "invoices": bills.invoice_table(world.bills, phases, clock),
        "invoice_lines": bills.line_table(world.bills, phases, clock),
        "payments": payments.payment_table(tries, world.bills, phases),
        "payment_methods": payments.method_table(tries, world.bills, phases, world.accounts, seed),
        "refunds": payments.refund_table(tries, world.bills, phases, clock, seed),
        "trials": selling.trial_table(phases, clock),
        "contracts": selling.contract_table(phases, clock, seed),
        "costs": selling.cost_table(truth.opening_mrr(world.story), clock),
        **_conversations(world),
        "plans": pricing.plan_table(),
        "fx_rates": world.rates.table(),
    }


def _conversations(world: World) -> dict[str, pa.Table]:
    usage = world.usage()
    tickets = support.opened(usage)
    replies = support.replied(tickets, usage)
    asked = voices.invited(usage, tickets)
    return {
        "tickets": support.ticket_table(tickets, replies, usage),
        "ticket_replies": support.reply_table(replies, tickets),
        "survey_invitations": voices.invitation_table(asked, usage),
        "survey_responses": voices.response_table(asked, usage),
        "touchpoints": voices.touchpoint_table(usage),
    }


def _truth(world: World) -> dict[str, pa.Table]:
    story = world.story
    converted = np.full(world.accounts.count, NEVER)
    first = story.moves.kind == NEW
    converted[story.moves.who[first]] = story.moves.at[first]
    return {
        "months": truth.month_table(story),
        "movements": truth.movement_table(story),
        "failed_invoices": bills.failure_truth(world.bills, story.phases, story.clock),
        "churns": truth.churn_table(story),
        "accounts": people.account_truth(world.accounts, world.habits, story.phases, converted),
    }
