"""K01, K08 and K09: accounts that come, and customers that leave or stay."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction

from tests.oracle.answers import Answer, ratio, total
from tests.oracle.company import Company
from tests.oracle.days import Window
from tests.oracle.intervals import wilson
from tests.oracle.knowledge import Row
from tests.oracle.revenue import members


def signups(company: Company, window: Window) -> Answer:
    return total(len(created(company, window)))


def created(company: Company, window: Window) -> set[str]:
    """The accounts that began in the period, merged ones once, at their earliest."""
    began: dict[str, datetime] = {}
    for account, versions in company.identity.rows.items():
        target = company.identity.canonical("own", account)
        if not company.identity.internal(target):
            began[target] = min([began.get(target, versions[-1]["created_at"]), versions[-1]["created_at"]])
    return {account for account, instant in began.items() if window.holds(instant)}


def current_users(company: Company) -> list[Row]:
    """The latest row of each user of an account that counts."""
    newest = {}
    for user in company.rows["users"]:
        newest[(user.get("source"), user["user_id"])] = user
    return [user for user in newest.values() if not company.identity.internal(company.identity.of(user))]


def signups_users(company: Company, window: Window) -> Answer:
    users = [user for user in current_users(company) if not user.get("is_internal")]
    return total(
        sum(user.get("created_at") is not None and window.holds(user["created_at"]) for user in users)
    )


def signups_verified(company: Company, window: Window) -> Answer:
    """New accounts of which someone has confirmed an e-mail address."""
    confirmed = {
        company.identity.of(user)
        for user in current_users(company)
        if user.get("email_verified_at") is not None and not user.get("is_internal")
    }
    return total(len(created(company, window) & confirmed))


def referrals(company: Company, window: Window) -> Answer:
    """New accounts that someone referred; aside, how many of them paid within 90 days."""
    referred = {
        account
        for account in created(company, window)
        if company.identity.seen(account, "referred_by") is not None
    }
    paid = 0
    for account in referred:
        began = company.identity.rows[account][-1]["created_at"]
        steps = company.stories[account].steps if account in company.stories else []
        paid += any(step.start < began + timedelta(days=90) for step in steps)
    return total(len(referred), paying=paid)


def churned(company: Company, window: Window) -> list[str]:
    """The account of each churn in the period, as often as it churned."""
    return [
        account
        for account, story in company.stories.items()
        for instant in story.churns()
        if window.holds(instant)
    ]


def joined(company: Company, window: Window) -> set[str]:
    """Accounts outside the opening that became customers in the period, new or back."""
    opening = members(company, window.start)
    return {
        account
        for account, story in company.stories.items()
        if account not in opening and any(window.holds(start) for start, _ in story.spans)
    }


def joined_and_left(company: Company, window: Window) -> set[str]:
    """Accounts that joined in the period and are gone at its end."""
    return joined(company, window) - members(company, window.end)


def with_wilson(answer: Answer) -> Answer:
    """A proportion with its interval."""
    if answer.value is None:
        return answer
    assert answer.numerator is not None
    assert answer.denominator is not None
    low, high = wilson(float(answer.numerator), float(answer.denominator))
    return Answer(answer.value, answer.numerator, answer.denominator, answer.reason, low, high, answer.aside)


def lost(company: Company, window: Window) -> set[str]:
    """Opening customers that are none at the closing."""
    return members(company, window.start) - members(company, window.end)


def start_cohort(company: Company, window: Window) -> Answer:
    opening = members(company, window.start)
    aside = {"joined_and_left": len(joined_and_left(company, window))}
    return with_wilson(ratio(len(lost(company, window)), len(opening), aside=aside))


def seed_all_churned(company: Company, window: Window) -> Answer:
    leavers = len(lost(company, window)) + len(joined_and_left(company, window))
    return ratio(leavers, len(members(company, window.start)))


def exposed(company: Company, window: Window) -> Answer:
    ever = len(members(company, window.start)) + len(joined(company, window))
    return with_wilson(ratio(len(set(churned(company, window))), ever))


def midpoint(company: Company, window: Window) -> Answer:
    ends = len(members(company, window.start)) + len(members(company, window.end))
    return ratio(len(churned(company, window)), Fraction(ends, 2))


def daily_sum(company: Company, window: Window) -> Answer:
    if not any(members(company, day.start) for day in company.place.days(window)):
        return ratio(0, 0)
    summed = Fraction(0)
    for day in company.place.days(window):
        opening = members(company, day.start)
        if opening:
            summed += 1 - Fraction(len(opening & members(company, day.end)), len(opening))
    return Answer(summed)


def customer_days(company: Company, window: Window) -> Answer:
    days = company.place.days(window)
    stayed = sum(len(members(company, day.start)) for day in days)
    return ratio(len(churned(company, window)) * len(days), stayed)


def retention(company: Company, window: Window) -> Answer:
    opening = members(company, window.start)
    return with_wilson(ratio(len(opening & members(company, window.end)), len(opening)))


def engaged(company: Company, window: Window) -> Answer:
    """Opening customers with a core event, not of a server, in the period."""
    opening = members(company, window.start)
    seen = {
        company.account_of(event)
        for event in company.rows["events"]
        if event["name"] in company.settings["core_events"]
        and event.get("origin") != "server"
        and window.holds(event["occurred_at"])
        and not (company.user_of(event) or {}).get("is_internal")
        and (company.as_of is None or event["occurred_at"] <= company.as_of)
    }
    return with_wilson(ratio(len(opening & seen), len(opening)))


def arithmetic(company: Company, window: Window) -> Answer:
    opening, closing = members(company, window.start), members(company, window.end)
    return ratio(len(closing) - len(closing - opening), len(opening))


MEASURES = {
    "signups": signups,
    "signups.users": signups_users,
    "signups.verified": signups_verified,
    "referrals": referrals,
    "customer_churn_rate": start_cohort,
    "customer_churn_rate.seed_all_churned": seed_all_churned,
    "customer_churn_rate.exposed": exposed,
    "customer_churn_rate.midpoint": midpoint,
    "customer_churn_rate.daily_sum": daily_sum,
    "customer_churn_rate.customer_days": customer_days,
    "customer_retention_rate": retention,
    "customer_retention_rate.engaged": engaged,
    "customer_retention_rate.arithmetic": arithmetic,
}
