"""Cohorts by the period of the first payment or act, and what is left so many periods later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal

from tests.oracle.active_users import acts_at_accounts, acts_of_users
from tests.oracle.answers import Answer, ratio
from tests.oracle.company import Company
from tests.oracle.days import ONE_DAY, Window, add_months
from tests.oracle.stories import Story

Least = Callable[[Decimal, Decimal], Decimal]


def later(company: Company, window: Window, age: int) -> Window:
    """The week, month or quarter that begins `age` of them later."""
    days = (window.last_day - window.first_day).days + 1
    if days == 7:
        first = window.first_day + timedelta(days=7 * age)
        return company.place.window(first, first + timedelta(days=6))
    months = 3 if days > 31 else 1
    first = add_months(window.first_day, months * age)
    return company.place.window(first, add_months(first, months) - ONE_DAY)


def is_over(company: Company, window: Window) -> bool:
    return company.as_of is None or window.end <= company.as_of


def began(company: Company, window: Window) -> Iterator[Story]:
    """The accounts that first paid in the period."""
    for story in company.stories.values():
        if story.spans and window.holds(story.spans[0][0]):
            yield story


def logo(company: Company, window: Window, age: int) -> Answer:
    then = later(company, window, age)
    if not is_over(company, then):
        return Answer(None, 0, 0, "pending")
    cohort = list(began(company, window))
    return ratio(sum(story.customer_at(then.end) for story in cohort), len(cohort), "pending")


def revenue(company: Company, window: Window, age: int, left: Least) -> Answer:
    then, day = later(company, window, age), window.first_day - ONE_DAY
    if not is_over(company, then):
        return Answer(None, Decimal(0), Decimal(0), "pending")
    kept, start = Decimal(0), Decimal(0)
    for story in began(company, window):
        first = story.spans[0][0] + timedelta(microseconds=1)
        before = company.worth(story.by_currency(first), day)
        kept += left(before, company.worth(story.by_currency(then.end), day))
        start += before
    return ratio(kept, start, "pending")


def net(company: Company, window: Window, age: int) -> Answer:
    return revenue(company, window, age, lambda before, after: after)


def gross(company: Company, window: Window, age: int) -> Answer:
    return revenue(company, window, age, min)


def usage(company: Company, window: Window, age: int) -> Answer:
    then = later(company, window, age)
    if not is_over(company, then):
        return Answer(None, 0, 0, "pending")
    cohort, core = {story.account for story in began(company, window)}, company.settings["core_events"]
    active = {
        account
        for account, events in acts_at_accounts(company, listed=False).items()
        if any(event["name"] in core and then.holds(event["occurred_at"]) for event in events)
    }
    return ratio(len(cohort & active), len(cohort), "pending")


def users(company: Company, window: Window, age: int) -> Answer:
    then = later(company, window, age)
    if not is_over(company, then):
        return Answer(None, 0, 0, "pending")
    cohort = [events for events in acts_of_users(company).values() if window.holds(events[0]["occurred_at"])]
    active = sum(any(then.holds(event["occurred_at"]) for event in events) for events in cohort)
    return ratio(active, len(cohort), "pending")


MEASURES: dict[str, Callable[..., Answer]] = {
    "cohort_retention": logo,
    "cohort_retention.gross_revenue": gross,
    "cohort_retention.net_revenue": net,
    "cohort_retention.usage": usage,
    "cohort_retention.users": users,
}
"""Metric -> what gives its answer from a company, a window and the cohort's age."""
