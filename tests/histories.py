"""Small random companies: overlapping subscriptions, gaps, returns, pauses, grace, currencies, corrections.

Everything happens in the seven months around `MONTHS`, in a zone whose midnights are awkward.
Instants are drawn around the bounds that the rules speak of: local midnights on the 1st, 24
hours, 30 and 90 days, an instant before and after each.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

Row = dict[str, Any]
Pick = Callable[..., Any]
"""One of some choices."""

ZONES = ("UTC", "Asia/Tehran", "America/Sao_Paulo", "Asia/Kolkata", "America/New_York")
MONTHS = ("2017-09", "2017-10", "2017-11", "2017-12", "2018-01", "2018-02", "2018-03")
"""Tehran, São Paulo and New York all change their clocks within these months, two at midnight."""

FIRST_KNOWN = datetime(2017, 7, 1)
AS_OF = datetime(2018, 6, 1)
CORRECTED = datetime(2018, 6, 2)
NONE, HOUR, DAY = timedelta(0), timedelta(hours=1), timedelta(days=1)
INSTANT = timedelta(microseconds=1)
SHORT = (timedelta(minutes=5), 23 * HOUR, DAY - INSTANT, DAY, DAY + INSTANT, 25 * HOUR)
LONG = (3 * DAY, 12 * DAY, 29 * DAY, 30 * DAY, 31 * DAY, 45 * DAY, 90 * DAY - INSTANT, 90 * DAY, 91 * DAY)
STATUSES = ("active",) * 8 + ("paused", "past_due", "trialing", "free")
AMOUNTS = ("10", "19.99", "20", "50", "99.95", "100", "1200", "0")
CORE_EVENTS = ("report_made", "invited")
COUNTRIES = ("DE", "IR", None)
PLANS = ("basic", "pro")


@dataclass
class History:
    """A company's records with the settings under which they are counted."""

    tables: dict[str, list[Row]]
    zone: str
    rated: int = 0
    rules: dict[str, Any] = field(default_factory=dict)

    @property
    def records(self) -> dict[str, list[Row]]:
        """Every table, the rates included, which are too many to be shown when a test fails."""
        return self.tables | {"fx_rates": list(rates(self.rated))}

    @property
    def settings(self) -> dict[str, Any]:
        """The workspace's settings."""
        return {"zone": self.zone, "currency": "USD", "core_events": CORE_EVENTS}


class Writer:
    """Draws the rows of one company."""

    def __init__(self, pick: Pick, zone: str) -> None:
        self.pick = pick
        self.zone = ZoneInfo(zone)
        self.numbers = count(1)
        self.tables: dict[str, list[Row]] = {
            name: []
            for name in ("accounts", "users", "subscription_phases", "invoices", "invoice_lines", "events")
        }

    def add(self, table: str, row: Row) -> Row:
        """A row known from the beginning."""
        self.tables[table].append({"recorded_at": FIRST_KNOWN} | row)
        return self.tables[table][-1]

    def name(self, kind: str) -> str:
        return f"{kind}{next(self.numbers)}"

    def midnight(self, day: date) -> datetime:
        local = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        return local.astimezone(UTC).replace(tzinfo=None)

    def moment(self) -> datetime:
        """An instant of these months: at, just before or just after a local midnight, or within a day."""
        month = date.fromisoformat(f"{self.pick(*MONTHS[:3], *MONTHS)}-01")
        day = month + int(self.pick(0, 0, 0, 5, 14, 15, 27)) * DAY
        beside: timedelta = self.pick(NONE, NONE, -INSTANT, INSTANT, -HOUR, HOUR, 12 * HOUR)
        return self.midnight(day) + beside

    def some(self) -> list[str]:
        """One account of those there are that is not itself merged, or none."""
        whole = [row["account_id"] for row in self.tables["accounts"] if not row["merged_into"]]
        return [self.pick(*whole[-3:])] if whole else []

    def account(self) -> str:
        name = self.name("account")
        self.add(
            "accounts",
            {
                "account_id": name,
                "created_at": self.moment(),
                "country": self.pick(*COUNTRIES),
                "is_internal": self.pick(None, None, None, None, None, None, True),
                "merged_into": self.pick(None, None, None, None, *self.some()),
                "referred_by": self.pick(None, None, *self.some()),
            },
        )
        return name

    def subscription(self, account: str) -> None:
        """Phases one after another, some apart; none overlaps another of its subscription."""
        subscription = self.name("subscription")
        currency = self.pick("USD", "USD", "EUR")
        start = self.moment()
        for _ in range(self.pick(3, 4, 5, 2, 1)):
            lasts = self.pick(*LONG, *SHORT, *LONG, None, *LONG)
            if self.pick(False, False, True):
                lasts = max(self.moment() - start, INSTANT)
            row = self.phase(account, subscription, currency, start, None if lasts is None else start + lasts)
            if row["status"] == "past_due":
                self.invoice(row)
            if lasts is None:
                return
            start += lasts + self.pick(*(NONE,) * 8, *SHORT, *LONG)

    def phase(
        self, account: str, subscription: str, currency: str, start: datetime, end: datetime | None
    ) -> Row:
        interval, every = self.pick(
            ("month", 1), ("month", 1), ("month", 3), ("year", 1), ("week", 1), ("day", 7)
        )
        return self.add(
            "subscription_phases",
            {
                "phase_id": self.name("phase"),
                "subscription_id": subscription,
                "account_id": account,
                "plan": self.pick(*PLANS),
                "start_at": start,
                "end_at": end,
                "status": self.pick(*STATUSES),
                "currency": currency,
                "unit_amount": Decimal(self.pick(*AMOUNTS)),
                "quantity": self.pick(None, Decimal(1), Decimal(3), Decimal("2.5")),
                "interval": interval,
                "interval_count": every,
                **self.discount(),
            },
        )

    def discount(self) -> Row:
        kind, cycles = self.pick(
            (None, None),
            (None, None),
            (None, None),
            ("once", 1),
            ("forever", None),
            ("repeating", 3),
            ("repeating", 1),
        )
        amount = None if kind is None else Decimal(self.pick("5", "20", "100"))
        return {"discount_kind": kind, "discount_cycles": cycles, "discount_amount": amount}

    def invoice(self, past_due: Row) -> None:
        """Perhaps the invoice that is late, issued some days before and due around the run's start."""
        if self.pick(False, True):
            return
        issued = past_due["start_at"] - self.pick(1, 8, 40) * DAY - HOUR
        self.add(
            "invoices",
            {
                "invoice_id": self.name("invoice"),
                "account_id": past_due["account_id"],
                "subscription_id": self.pick(past_due["subscription_id"], past_due["subscription_id"], None),
                "issued_at": issued,
                "due_at": self.pick(None, issued + 7 * DAY, issued + 30 * DAY),
                "paid_at": self.pick(None, None, issued + HOUR / 2, issued + 50 * DAY),
                "currency": past_due["currency"],
                "total": past_due["unit_amount"],
                "status": self.pick("open", "open", "paid", "void", "uncollectible"),
            },
        )

    def one_off(self, account: str) -> None:
        invoice = self.add(
            "invoices",
            {
                "invoice_id": self.name("invoice"),
                "account_id": account,
                "issued_at": self.moment(),
                "currency": self.pick("USD", "EUR"),
                "total": Decimal(60),
                "status": self.pick("paid", "void"),
            },
        )
        for kind, amount in (("one_off", "25.50"), ("one_off", "10"), ("usage", "24.50")):
            line = {"line_id": self.name("line"), "invoice_id": invoice["invoice_id"]}
            self.add("invoice_lines", line | {"kind": kind, "amount": Decimal(amount)})

    def usage(self, account: str) -> None:
        user = self.name("user")
        began = self.moment()
        confirmed = self.pick(None, began + HOUR)
        known = {"user_id": user, "account_id": account, "created_at": began, "email_verified_at": confirmed}
        self.add("users", known)
        for _ in range(self.pick(2, 1, 0, 4)):
            self.add(
                "events",
                {
                    "event_id": self.name("event"),
                    "user_id": user,
                    "account_id": self.pick(None, account),
                    "name": self.pick(*CORE_EVENTS, "login"),
                    "origin": self.pick("client", "client", "server", None),
                    "occurred_at": self.moment(),
                },
            )


def rates(seed: int) -> Iterator[Row]:
    """A rate of the euro for every day, another each day."""
    day = date(2016, 1, 1)
    while day < date(2018, 8, 1):
        step = (day.toordinal() * (7919 + seed)) % 61
        rate = Decimal(90 + step) / 100
        yield {
            "rate_id": f"EUR-{day}",
            "day": day,
            "base": "EUR",
            "quote": "USD",
            "rate": rate,
            "recorded_at": FIRST_KNOWN,
        }
        day += DAY


@st.composite
def histories(draw: st.DrawFn, corrected: bool = False) -> History:
    """A company of one to five accounts; with `corrected`, some rows changed or buried later."""

    def pick(*choices: Any) -> Any:
        return draw(st.sampled_from(choices))

    return history(pick, pick(*ZONES), pick(3, 4, 5, 2, 1), corrected)


def large(seed: int, zone: str, accounts: int = 60, corrected: bool = True) -> History:
    """A company of many accounts, the same for the same seed: more cases for one question asked."""
    dice = random.Random(seed)
    return history(lambda *choices: dice.choice(choices), zone, accounts, corrected)


def history(pick: Pick, zone: str, many: int, corrected: bool) -> History:
    """A company of so many accounts, each choice made by `pick`."""
    writer = Writer(pick, zone)
    accounts: list[str] = []
    for _ in range(many):
        accounts.append(writer.account())
        for _ in range(pick(1, 2, 3, 1, 0)):
            writer.subscription(accounts[-1])
        if pick(False, True):
            writer.usage(accounts[-1])
        if pick(False, False, True):
            writer.one_off(accounts[-1])
    if corrected:
        correct(writer)
    return History(writer.tables, zone, pick(*range(6)))


def correct(writer: Writer) -> None:
    """Changes or buries some phases, and makes some account internal, later than all was first known."""
    for row in list(writer.tables["subscription_phases"]):
        change = writer.pick(None, None, None, "price", "end", "bury")
        again = row | {"recorded_at": CORRECTED}
        if change == "price":
            writer.tables["subscription_phases"].append(again | {"unit_amount": row["unit_amount"] + 7})
        if change == "end":
            shorter = row["start_at"] + (
                20 * DAY if row["end_at"] is None else (row["end_at"] - row["start_at"]) / 2
            )
            writer.tables["subscription_phases"].append(again | {"end_at": shorter})
        if change == "bury":
            writer.tables["subscription_phases"].append(again | {"deleted": True})
    for row in list(writer.tables["accounts"]):
        if writer.pick(False, False, True):
            writer.tables["accounts"].append(row | {"recorded_at": CORRECTED, "is_internal": True})
