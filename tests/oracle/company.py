"""A company as the oracle sees it: stories of accounts, rates, people and events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.oracle.days import ONE_DAY, Place, Window, add_months
from tests.oracle.knowledge import Identity, Records, Row, known, source
from tests.oracle.phases import half_even
from tests.oracle.stories import Story, tell

SETTINGS: dict[str, Any] = {
    "zone": "UTC",
    "currency": "USD",
    "week_start": 0,
    "fiscal_start": 1,
    "core_events": (),
    "qualifying_events": (),
    "ideal_use_days": 3,
    "gross_margin": None,
    "activation": "",
    "onboarding": "",
}
RULES: dict[str, Any] = {
    "entitled": "paying_or_trialing",
    "sales_cycle_days": 0,
    "merge_gap_hours": 24,
    "pause_churn_days": 90,
    "past_due_grace_days": 30,
    "discount_policy": "in_force_recurring",
    "subscriptions": "all",
    "churn_instant": "service_end",
    "pause_policy": "mrr_zero",
    "paid_to_free": "churn",
    "new_again_after_days": 0,
    "weekly_factor": "52/12",
    "daily_factor": "365/12",
    "usage_policy": "excluded",
    "renewal_grace_days": 30,
    "recovery_window_days": 30,
    "trial_length_days": 14,
    "trial_grace_days": 14,
    "onboarding_window_days": 14,
    "activation_window_days": 14,
    "session_timeout_minutes": 30,
    "session_tail_seconds": 0,
    "follow_up_days": 90,
    "fcr_window_days": 7,
    "fcr_open_limit_days": 30,
    "survey_open_days": 14,
    "cap_months": 0,
}


class NoRateError(Exception):
    """A conversion wants the rate of a day that has none (R14)."""


class Company:
    """Everything known of a company, laid out once."""

    def __init__(
        self,
        records: Records,
        settings: Mapping[str, Any] | None = None,
        rules: Mapping[str, Any] | None = None,
        as_of: datetime | None = None,
        known_at: datetime | None = None,
    ) -> None:
        self.settings = SETTINGS | dict(settings or {})
        self.rules = RULES | dict(rules or {})
        self.as_of = as_of
        self.place = Place(self.settings["zone"], self.settings["week_start"], self.settings["fiscal_start"])
        self.rows = {table: known(records, table, known_at) for table in TABLES}
        self.identity = Identity(self.rows["accounts"], self.rows["links"])
        self.rates = {(row["day"], row["base"], row["quote"]): row["rate"] for row in self.rows["fx_rates"]}
        self.stories = self.told(self.rules)

    def told(self, rules: dict[str, Any]) -> dict[str, Story]:
        """The story of every account that counts, under some rules."""
        phases = self.by_account("subscription_phases", "start_at")
        invoices = self.by_account("invoices", "issued_at")
        return {
            account: tell(account, phases[account], invoices.get(account, []), rules)
            for account in sorted(phases)
        }

    def by_account(self, table: str, moment: str) -> dict[str, list[Row]]:
        """The rows of a table not later than `as_of`, under the account that counts."""
        grouped: dict[str, list[Row]] = {}
        for row in self.rows[table]:
            account = self.identity.of(row)
            late = self.as_of is not None and row[moment] > self.as_of
            if not late and not self.identity.internal(account):
                grouped.setdefault(account, []).append(row)
        return grouped

    def account_of(self, event: Row) -> str | None:
        """The account of an event: its own, else that of its user."""
        if event.get("account_id") is not None:
            return self.identity.of(event)
        user = self.user_of(event)
        return None if user is None else self.identity.of(user)

    def user_of(self, event: Row) -> Row | None:
        """The latest row of the user of an event, where it is known."""
        known_as = [
            user
            for user in self.rows["users"]
            if source(user) == source(event) and user["user_id"] == event.get("user_id")
        ]
        return known_as[-1] if known_as else None

    def convert(self, amount: Decimal, currency: str, day: date) -> Decimal:
        """An amount in the workspace's currency at the rate of a day."""
        if currency == self.settings["currency"]:
            return amount
        rate = self.rates.get((day, currency, self.settings["currency"]))
        if amount == 0:
            return Decimal(0)
        if rate is None:
            raise NoRateError(f"{currency} on {day}")
        return half_even(Fraction(amount) * Fraction(rate))

    def worth(self, amounts: Mapping[str, Decimal], day: date) -> Decimal:
        """Amounts by currency as one, each converted at the rate of a day."""
        return sum((self.convert(amount, currency, day) for currency, amount in amounts.items()), Decimal(0))

    def rate_day(self, instant: datetime) -> date:
        """The last local day before the local month that holds an instant."""
        return self.place.local(instant).date().replace(day=1) - ONE_DAY

    def closing_rate_day(self, window: Window) -> date:
        """The day whose rate values a stock at the period's end."""
        return self.rate_day(window.end)

    def months_back(self, window: Window, count: int) -> list[Window]:
        """The `count` months that end with the period, oldest first."""
        last = window.last_day.replace(day=1)
        firsts = [add_months(last, -n) for n in reversed(range(count))]
        return [self.place.window(first, add_months(first, 1) - ONE_DAY) for first in firsts]


TABLES = (
    "accounts",
    "users",
    "subscription_phases",
    "invoices",
    "invoice_lines",
    "events",
    "payments",
    "payment_methods",
    "tickets",
    "ticket_replies",
    "survey_invitations",
    "survey_responses",
    "feedback_tags",
    "contracts",
    "trials",
    "costs",
    "notes",
    "refunds",
    "touchpoints",
    "milestones",
    "links",
    "fx_rates",
    "theme_names",
    "theme_corrections",
)
