"""What a customer is worth, costs to win and costs to keep (K14 to K16)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from tests.oracle.answers import Answer, exact, ratio
from tests.oracle.churn import lost
from tests.oracle.company import Company
from tests.oracle.days import ONE_DAY, Window, add_months
from tests.oracle.knowledge import Row, source
from tests.oracle.ledger import stock
from tests.oracle.phases import half_even
from tests.oracle.revenue import members, payers

KEEPING = ("cs_wages", "adoption", "services_training", "customer_marketing")
INSTANT = timedelta(microseconds=1)
WINNING, GOODS = ("sales_marketing",), ("cogs",)


class UndefinedError(Exception):
    """A figure that cannot be told, with the reason."""


def days_of(window: Window) -> list[date]:
    """The local days of a period."""
    return [window.first_day + n * ONE_DAY for n in range((window.last_day - window.first_day).days + 1)]


def lasting(cost: Row) -> int:
    """How many days a cost is for."""
    return int((cost["period_end"] - cost["period_start"]).days)


def costs(company: Company, categories: tuple[str, ...]) -> list[Row]:
    return [row for row in company.rows["costs"] if row["category"] in categories and lasting(row) > 0]


def share_of_day(company: Company, cost: Row, day: date) -> Decimal:
    """What a cost is on one day: what has run up by its end less what had by its start.

    Each running sum is kept to nine places and valued at the rate before the day's month.
    """
    passed, rated = (day - cost["period_start"]).days, day.replace(day=1) - ONE_DAY
    before, after = (half_even(Fraction(cost["amount"]) * n / lasting(cost)) for n in (passed, passed + 1))
    return company.convert(after, cost["currency"], rated) - company.convert(before, cost["currency"], rated)


def spent(company: Company, categories: tuple[str, ...], days: list[date]) -> Decimal | None:
    """The cost of some days; None where no cost is for any of them."""
    found = [
        share_of_day(company, cost, day)
        for cost in costs(company, categories)
        for day in days
        if cost["period_start"] <= day < cost["period_end"]
    ]
    return sum(found, Decimal(0)) if found else None


def month_of(company: Company, day: date) -> Window:
    first = day.replace(day=1)
    return company.place.window(first, add_months(first, 1) - ONE_DAY)


def revenue(company: Company, days: list[date]) -> Decimal:
    """Each account's mean of daily opening MRR x the months that the days are."""
    if not days:
        return Decimal(0)
    months = sum((Fraction(1, len(days_of(month_of(company, day)))) for day in days), Fraction(0))
    total = Decimal(0)
    for story in company.stories.values():
        held = Decimal(0)
        for day in days:
            midnight = company.place.midnight(day)
            held += company.worth(story.by_currency(midnight), day.replace(day=1) - ONE_DAY)
        total += half_even(Fraction(held) / len(days) * months)
    return total


@dataclass(frozen=True)
class Asked(Window):
    """A period, cut at `as_of`, and the twelve months that end with it, the last one cut there too."""

    year: tuple[Window, ...] = ()


def asked_of(company: Company, window: Window) -> Asked:
    last = month_of(company, window.last_day)
    if window.last_day != last.last_day:
        last = month_of(company, last.first_day - ONE_DAY)
    year = tuple(cut(company, month) for month in company.months_back(last, 12))
    seen = cut(company, window)
    return Asked(seen.start, seen.end, seen.first_day, seen.last_day, year)


def cut(company: Company, window: Window) -> Window:
    """A period up to where the records end."""
    if company.as_of is None or window.end <= company.as_of:
        return window
    last = company.place.local(company.as_of - INSTANT).date()
    return Window(window.start, company.as_of, window.first_day, last)


def margin(company: Company, window: Asked) -> Fraction:
    """The margin settled, else what is left of the revenue of the months that have costs of goods."""
    if company.settings["gross_margin"] is not None:
        return Fraction(company.settings["gross_margin"])
    covered = [month for month in window.year if spent(company, GOODS, days_of(month)) is not None]
    days = [day for month in covered for day in days_of(month)]
    cost, gained = spent(company, GOODS, days), revenue(company, days)
    if cost is None or gained == 0:
        raise UndefinedError("margin_unknown")
    return 1 - exact(cost) / exact(gained)


def arpa(company: Company, window: Asked) -> Fraction:
    paying = payers(company, window.end)
    if paying == 0:
        raise UndefinedError("empty_denominator")
    return exact(stock(company, window.end)) / paying


def lifetime(company: Company, window: Asked, *, capped: bool = True) -> Fraction:
    """Months: openings over losses of the last twelve, not more than the cap where there is one."""
    months = window.year
    losses = sum(len(lost(company, month)) for month in months)
    if losses == 0:
        raise UndefinedError("no_churn")
    found = Fraction(sum(len(members(company, month.start)) for month in months), losses)
    cap = company.rules["cap_months"]
    return min(found, Fraction(cap)) if cap and capped else found


def new_customers(company: Company, window: Asked) -> int:
    return sum(bool(story.spans) and window.holds(story.spans[0][0]) for story in company.stories.values())


def cost_to_win(company: Company, window: Asked) -> tuple[Decimal, int]:
    back = timedelta(days=company.rules["sales_cycle_days"])
    cost = spent(company, WINNING, [day - back for day in days_of(window)])
    if cost is None:
        raise UndefinedError("no_data")
    return cost, new_customers(company, window)


def won_for(company: Company, window: Asked) -> Fraction:
    cost, new = cost_to_win(company, window)
    if new == 0:
        raise UndefinedError("empty_denominator")
    return exact(cost) / new


def lifetime_value(company: Company, window: Asked) -> Answer:
    return Answer(arpa(company, window) * margin(company, window) * lifetime(company, window))


def lifetime_value_revenue(company: Company, window: Asked) -> Answer:
    return Answer(arpa(company, window) * lifetime(company, window))


def paid(company: Company) -> Iterator[tuple[str, Row, Decimal]]:
    """Account, invoice as paid (`moved_at`) and its revenue: recurring and one-off, without tax."""
    lines: dict[tuple[str, str], list[Row]] = {}
    for line in company.rows["invoice_lines"]:
        lines.setdefault((source(line), line["invoice_id"]), []).append(line)
    for account, invoices in company.by_account("invoices", "issued_at").items():
        for invoice in invoices:
            moved_at = invoice.get("paid_at")
            if moved_at is None and invoice["status"] == "paid":
                moved_at = invoice["issued_at"]
            if invoice["status"] == "void" or moved_at is None:
                continue
            if company.as_of is not None and moved_at >= company.as_of:
                continue
            of_invoice = lines.get((source(invoice), invoice["invoice_id"]))
            if (net := net_of(invoice, of_invoice)) is not None:
                rated = company.rate_day(moved_at)
                moved = {**invoice, "moved_at": moved_at}
                yield account, moved, company.convert(net, invoice["currency"], rated)


def net_of(invoice: Row, lines: list[Row] | None) -> Decimal | None:
    """An invoice's recurring and one-off revenue, or None where it has lines but none of these."""
    discount = invoice.get("discount") or Decimal(0)
    if lines is None:
        if invoice.get("subtotal") is not None:
            return Decimal(invoice["subtotal"]) - discount
        return Decimal(invoice["total"]) - (invoice.get("tax") or Decimal(0))
    kept = [Decimal(line["amount"]) for line in lines if line["kind"] in ("recurring", "one_off")]
    return sum(kept, Decimal(0)) - discount if kept else None


def lifetime_value_realised(company: Company, window: Asked) -> Answer:
    """What accounts that first paid in the period have paid so far, less what they got back."""
    cohort = {
        name for name, story in company.stories.items() if story.spans and window.holds(story.spans[0][0])
    }
    total = sum((net for account, _, net in paid(company) if account in cohort), Decimal(0))
    for account, refunds in company.by_account("refunds", "at").items():
        for refund in refunds:
            if account in cohort and (company.as_of is None or refund["at"] < company.as_of):
                total -= company.convert(refund["amount"], refund["currency"], company.rate_day(refund["at"]))
    return ratio(total, len(cohort))


def lifetime_value_seed_purchase(company: Company, window: Asked) -> Answer:
    """Average purchase x purchases a month of being a customer x months of being one."""
    months = window.year
    bought = [net for _, row, net in paid(company) if months[0].start <= row["moved_at"] < months[-1].end]
    lived = Fraction(0)
    for month in months:
        openings = sum(len(members(company, day.start)) for day in company.place.days(month))
        lived += Fraction(openings, len(days_of(month_of(company, month.first_day))))
    if not bought or not lived:
        raise UndefinedError("no_data")
    value, frequency = exact(sum(bought, Decimal(0))) / len(bought), Fraction(len(bought)) / lived
    return Answer(value * frequency * lifetime(company, window, capped=False))


def acquisition_cost(company: Company, window: Asked) -> Answer:
    return ratio(*cost_to_win(company, window))


def ltv_to_cac(company: Company, window: Asked) -> Answer:
    value, cost = lifetime_value(company, window).value, won_for(company, window)
    assert value is not None
    return ratio(value, cost)


def cac_payback(company: Company, window: Asked) -> Answer:
    profit = arpa(company, window) * margin(company, window)
    if profit <= 0:
        raise UndefinedError("not_reached")
    return ratio(won_for(company, window), profit)


def kept_for(company: Company, window: Asked) -> Decimal:
    cost = spent(company, KEEPING, days_of(window))
    if cost is None:
        raise UndefinedError("no_data")
    return cost


def paying(company: Company, window: Asked, *, opening: bool, closing: bool) -> int:
    return sum(
        (not opening or story.pays_at(window.start)) and (not closing or story.pays_at(window.end))
        for story in company.stories.values()
    )


def retention_cost(company: Company, window: Asked) -> Answer:
    days = company.place.days(window)
    mean = Fraction(sum(payers(company, day.start) for day in days), len(days))
    return ratio(kept_for(company, window), mean)


def retention_cost_per(*, opening: bool = False, closing: bool = False) -> Callable[[Company, Asked], Answer]:
    return lambda company, window: ratio(
        kept_for(company, window), paying(company, window, opening=opening, closing=closing)
    )


def retention_cost_ratio(company: Company, window: Asked) -> Answer:
    return ratio(kept_for(company, window), revenue(company, days_of(window)))


def told(measured: Callable[[Company, Asked], Answer]) -> Callable[..., Answer]:
    """A measure whose missing parts are its reason."""

    def answered(company: Company, window: Asked) -> Answer:
        try:
            return measured(company, asked_of(company, window))
        except UndefinedError as undefined:
            return Answer(None, reason=str(undefined))

    return answered


MEASURES: dict[str, Callable[..., Answer]] = {
    name: told(measured)
    for name, measured in {
        "lifetime_value": lifetime_value,
        "lifetime_value.revenue": lifetime_value_revenue,
        "lifetime_value.realised": lifetime_value_realised,
        "lifetime_value.seed_purchase": lifetime_value_seed_purchase,
        "acquisition_cost": acquisition_cost,
        "ltv_to_cac": ltv_to_cac,
        "cac_payback": cac_payback,
        "retention_cost": retention_cost,
        "retention_cost.closing": retention_cost_per(closing=True),
        "retention_cost.opening": retention_cost_per(opening=True),
        "retention_cost.retained": retention_cost_per(opening=True, closing=True),
        "retention_cost_ratio": retention_cost_ratio,
    }.items()
}
"""Metric -> what gives its answer from a company, a window and the metric's own dimension by name."""
