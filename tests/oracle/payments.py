"""Payments that fail and come back (K10)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from tests.oracle.answers import Answer, ratio
from tests.oracle.churn import lost, with_wilson
from tests.oracle.company import Company
from tests.oracle.days import ONE_DAY, Window
from tests.oracle.knowledge import Row, source
from tests.oracle.phases import charged, ends, grace_ends, in_force_until, monthly
from tests.oracle.stories import cancelled


@dataclass(frozen=True)
class Bill:
    """A recurring invoice with every attempt to collect it, in order."""

    invoice: Row
    attempts: list[Row]

    @property
    def paid_at(self) -> datetime | None:
        """When it was paid: as the invoice says, else at the first attempt that succeeded."""
        if self.invoice.get("paid_at") is not None:
            told: datetime = self.invoice["paid_at"]
            return told
        return next((each["attempted_at"] for each in self.attempts if each["status"] != "failed"), None)

    @property
    def failed_at(self) -> datetime | None:
        """When it first failed, unless it was paid before that."""
        first = next((each["attempted_at"] for each in self.attempts if each["status"] == "failed"), None)
        return None if first is None or (self.paid_at is not None and self.paid_at < first) else first


def bills(company: Company) -> list[Bill]:
    """The recurring invoices of accounts that count, those that someone tried to collect."""
    lines: dict[tuple[str, str], list[str]] = {}
    for row in company.rows["invoice_lines"]:
        lines.setdefault((source(row), row["invoice_id"]), []).append(row["kind"])
    tried: dict[tuple[str, str], list[Row]] = {}
    for row in company.rows["payments"]:
        if company.as_of is None or row["attempted_at"] < company.as_of:
            tried.setdefault((source(row), row["invoice_id"]), []).append(row)
    found = []
    for invoice in company.rows["invoices"]:
        key = (source(invoice), invoice["invoice_id"])
        recurs = "recurring" in lines[key] if key in lines else invoice.get("subscription_id") is not None
        if recurs and key in tried and not company.identity.internal(company.identity.of(invoice)):
            found.append(Bill(invoice, sorted(tried[key], key=in_turn)))
    return found


def in_turn(attempt: Row) -> tuple[datetime, float, str]:
    """Attempts by time, then number, then id."""
    number = attempt.get("attempt_no")
    return attempt["attempted_at"], float("inf") if number is None else number, attempt["payment_id"]


def failed_in(company: Company, window: Window) -> list[tuple[Bill, bool]]:
    """The invoices that first failed in the period and whose window is over, and whether they came back."""
    limit = timedelta(days=company.rules["recovery_window_days"])
    found = []
    for bill in bills(company):
        first = bill.failed_at
        if first is None or not window.holds(first):
            continue
        if company.as_of is not None and first + limit > company.as_of:
            continue
        found.append((bill, bill.paid_at is not None and bill.paid_at < first + limit))
    return found


def recovery_rate(company: Company, window: Window) -> Answer:
    above, below = Decimal(0), Decimal(0)
    for bill, came_back in failed_in(company, window):
        day = window.first_day - ONE_DAY
        value = company.convert(Decimal(bill.invoice["total"]), bill.invoice["currency"], day)
        below += value
        above += value if came_back else 0
    return ratio(above, below)


def recovery_rate_by_count(company: Company, window: Window) -> Answer:
    failed = failed_in(company, window)
    return with_wilson(ratio(sum(came_back for _, came_back in failed), len(failed)))


def authorisation_rate(company: Company, window: Window) -> Answer:
    first = [bill.attempts[0] for bill in bills(company) if window.holds(bill.attempts[0]["attempted_at"])]
    return with_wilson(ratio(sum(each["status"] != "failed" for each in first), len(first)))


def involuntary_share(company: Company, window: Window) -> Answer:
    window = until_now(company, window)
    gone = lost(company, window)
    unpaid = [account for account in gone if left_unpaid(company, account, window)]
    return with_wilson(ratio(len(unpaid), len(gone)))


def until_now(company: Company, window: Window) -> Window:
    """The period as far as anything is known of it."""
    return window if company.as_of is None else replace(window, end=min(window.end, company.as_of))


def left_unpaid(company: Company, account: str, window: Window) -> bool:
    """Whether one of the phases that an account paid last by the period's end ended unpaid."""
    phases = company.by_account("subscription_phases", "start_at")[account]
    invoices = company.by_account("invoices", "issued_at").get(account, [])
    last = max(step.end for step in company.stories[account].steps if step.start < window.end)
    if company.rules["churn_instant"] == "cancel_request":
        phases = [cancelled(phase) for phase in phases]
    for phase in phases:
        pays = phase["status"] in charged(company.rules) and monthly(phase, company.rules)
        until = in_force_until(phase, phases, invoices, company.rules)
        if not pays or phase["start_at"] >= until or until != last:
            continue
        lapsed = phase["status"] == "past_due" and grace_ends(phase, phases, invoices, company.rules) < ends(
            phase
        )
        reason = phase.get("end_reason")
        asked = phase.get("cancel_requested_at") is not None
        if reason == "payment_failure" or (reason is None and lapsed and not asked):
            return True
    return False


MEASURES: dict[str, Callable[..., Answer]] = {
    "involuntary_churn_share": involuntary_share,
    "payment_recovery_rate": recovery_rate,
    "payment_recovery_rate.by_count": recovery_rate_by_count,
    "authorisation_rate": authorisation_rate,
}
"""Metric -> what gives its answer from a company, a window and the metric's own dimension by name."""
