"""K02 to K07: customers, ARPA, MRR, its movements and what is kept of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from tests.oracle.answers import Answer, exact, ratio, total
from tests.oracle.company import Company
from tests.oracle.days import Window
from tests.oracle.ledger import GAINS, KINDS, ledger, movements, period_net, stock
from tests.oracle.stories import summed

Measure = Callable[[Company, Window], Answer]


def payers(company: Company, bound: datetime) -> int:
    """How many accounts pay just before a bound."""
    return sum(story.pays_at(bound) for story in company.stories.values())


def members(company: Company, bound: datetime) -> set[str]:
    """Which accounts are customers just before a bound."""
    return {account for account, story in company.stories.items() if story.customer_at(bound)}


def paying_customers(company: Company, window: Window) -> Answer:
    return total(payers(company, window.end))


def customers(company: Company, window: Window) -> Answer:
    return total(len(members(company, window.end)))


def arpa(company: Company, window: Window) -> Answer:
    return ratio(stock(company, window.end), payers(company, window.end))


def paying_customers_average(company: Company, window: Window) -> Answer:
    days = company.place.days(window)
    return ratio(sum(payers(company, day.start) for day in days), len(days))


def customers_average(company: Company, window: Window) -> Answer:
    days = company.place.days(window)
    return ratio(sum(len(members(company, day.start)) for day in days), len(days))


def arpa_average(company: Company, window: Window) -> Answer:
    days = company.place.days(window)
    money = sum((stock(company, day.start) for day in days), Decimal(0))
    return ratio(money, sum(payers(company, day.start) for day in days))


def mrr(company: Company, window: Window) -> Answer:
    return total(stock(company, window.end))


def arr(company: Company, window: Window) -> Answer:
    return total(12 * stock(company, window.end))


def mrr_latest_subscription(company: Company, window: Window) -> Answer:
    rules = company.rules | {"subscriptions": "latest"}
    day = company.rate_day(window.end)
    stories = company.told(rules).values()
    return total(sum((company.worth(story.by_currency(window.end), day) for story in stories), Decimal(0)))


def movement(kind: str) -> Measure:
    """The default measure of a kind of movement."""
    return lambda company, window: total(ledger(company, kind, window))


def net_movement(kind: str) -> Measure:
    """The `period_net` measure of a kind of movement."""
    return lambda company, window: total(period_net(company, kind, window))


def one_off_revenue(company: Company, window: Window) -> Answer:
    """Lines of kind one_off on invoices issued in the period and not void."""
    return total(billed(company, "one_off", window))


def billed(company: Company, kind: str, window: Window) -> Decimal:
    """The lines of a kind on invoices issued in a stretch of time and not void."""
    money = Decimal(0)
    lines = [line for line in company.rows["invoice_lines"] if line["kind"] == kind]
    for invoices in company.by_account("invoices", "issued_at").values():
        for invoice in invoices:
            if invoice["status"] != "void" and window.holds(invoice["issued_at"]):
                day = company.rate_day(invoice["issued_at"])
                for line in lines:
                    if line["invoice_id"] == invoice["invoice_id"]:
                        money += company.convert(line["amount"], invoice["currency"], day)
    return money


def ratio_day(company: Company, window: Window) -> date:
    """The day whose rate values both ends of a ratio: the last one before the window."""
    return date.fromordinal(window.first_day.toordinal() - 1)


def ends_by_account(company: Company, window: Window) -> list[tuple[Decimal, Decimal]]:
    """Opening and closing MRR of each account that paid at the opening."""
    day = ratio_day(company, window)
    both = []
    for story in company.stories.values():
        opening = company.worth(story.by_currency(window.start), day)
        if story.pays_at(window.start):
            both.append((opening, company.worth(story.by_currency(window.end), day)))
    return both


def ends_by_subscription(company: Company, window: Window) -> list[tuple[Decimal, Decimal]]:
    """Opening and closing MRR of each subscription that paid at the opening."""
    day = ratio_day(company, window)
    both = []
    for story in company.stories.values():
        opening, closing = story.at(window.start), story.at(window.end)
        for subscription in {name for name, _ in opening}:
            before, after = (
                summed({key: amount for key, amount in end.items() if key[0] == subscription})
                for end in (opening, closing)
            )
            both.append((company.worth(before, day), company.worth(after, day)))
    return both


def kept(both: list[tuple[Decimal, Decimal]], capped: bool) -> Answer:
    """Closing over opening MRR of a cohort, each closing capped at its opening or not."""
    closing = sum((min(pair) if capped else pair[1] for pair in both), Decimal(0))
    return ratio(closing, sum((opening for opening, _ in both), Decimal(0)), aside={"pairs": both})


def gross_revenue_retention(company: Company, window: Window) -> Answer:
    return kept(ends_by_account(company, window), capped=True)


def grr_subscription_level(company: Company, window: Window) -> Answer:
    return kept(ends_by_subscription(company, window), capped=True)


def net_revenue_retention(company: Company, window: Window) -> Answer:
    return kept(ends_by_account(company, window), capped=False)


def less_losses(*gains: str) -> Measure:
    """Opening MRR, less churn and contraction, plus some gains, over opening MRR.

    All is valued at the rate before the window, so that no exchange effect enters (R14).
    """

    def measured(company: Company, window: Window) -> Answer:
        day = ratio_day(company, window)
        opening = sum((pair[0] for pair in ends_by_account(company, window)), Decimal(0))
        change = Decimal(0)
        for story in company.stories.values():
            for move in movements(company, story):
                if window.holds(move.instant) and move.kind in ("churn", "contraction", *gains):
                    change += move.change(company, day)
        return ratio(opening + change, opening)

    return measured


def quick_ratio(*gains: str) -> Measure:
    """Gains over losses, both of the ledger."""

    def measured(company: Company, window: Window) -> Answer:
        gained = sum((ledger(company, kind, window) for kind in gains), Decimal(0))
        lost = ledger(company, "churn", window) + ledger(company, "contraction", window)
        return ratio(gained, lost, "no_losses")

    return measured


def gained_share(answer: Answer) -> Answer:
    """1 - a ratio."""
    assert answer.value is not None
    return Answer(1 - exact(answer.value))


MEASURES: dict[str, Measure] = {
    "paying_customers": paying_customers,
    "paying_customers.average": paying_customers_average,
    "customers": customers,
    "customers.average": customers_average,
    "arpa": arpa,
    "arpa.average": arpa_average,
    "mrr": mrr,
    "mrr.latest_subscription": mrr_latest_subscription,
    "arr": arr,
    "one_off_revenue": one_off_revenue,
    "gross_revenue_retention": gross_revenue_retention,
    "gross_revenue_retention.ledger": less_losses(),
    "gross_revenue_retention.subscription_level": grr_subscription_level,
    "net_revenue_retention": net_revenue_retention,
    "net_revenue_retention.ledger_with_reactivation": less_losses("expansion", "reactivation"),
    "net_revenue_retention.baremetrics": less_losses("expansion"),
    "quick_ratio": quick_ratio(*GAINS),
    "quick_ratio.without_reactivation": quick_ratio("new", "expansion"),
}
for each in (*KINDS, "net_new"):
    MEASURES[f"mrr_{each}"] = movement(each)
    if each != "fx":
        MEASURES[f"mrr_{each}.period_net"] = net_movement(each)
