"""K19: which entitled accounts and users reached the level of use."""

from __future__ import annotations

from datetime import date

from tests.oracle.active_users import (
    Measure,
    Name,
    acts_at_accounts,
    days_of,
    is_insider,
    last_day,
    users,
    where_known,
)
from tests.oracle.answers import Answer, ratio
from tests.oracle.churn import with_wilson
from tests.oracle.company import Company
from tests.oracle.days import Window
from tests.oracle.knowledge import Row, source
from tests.oracle.phases import ends


def entitled(company: Company, window: Window) -> set[str]:
    """Accounts that pay, or have a trial running, just before the period."""
    found = {account for account, story in company.stories.items() if story.pays_at(window.start)}
    if company.rules["entitled"] == "paying":
        return found
    for account, phases in company.by_account("subscription_phases", "start_at").items():
        trials = [phase for phase in phases if phase["status"] == "trialing"]
        if any(phase["start_at"] < window.start <= ends(phase) for phase in trials):
            found.add(account)
    return found


def entitled_users(company: Company, window: Window) -> set[Name]:
    """The users at those accounts who were there before the period and are not internal."""
    accounts = entitled(company, window)
    return {
        name
        for name, rows in users(company).items()
        if company.identity.of(rows[-1]) in accounts and not is_insider(rows) and there(rows, window)
    }


def there(rows: list[Row], window: Window) -> bool:
    """Whether a user was created before the period, or nobody knows when."""
    instants = [row.get("created_at") or row.get("valid_from") for row in rows]
    return not any(instants) or min(at for at in instants if at is not None) < window.start


def days_in(company: Company, window: Window, events: list[Row]) -> set[date]:
    """The period's days on which something happened."""
    return {day for day in days_of(company, events) if window.first_day <= day <= last_day(company, window)}


def core(company: Company, events: list[Row]) -> list[Row]:
    """The events that mean real use."""
    return [event for event in events if event["name"] in company.settings["core_events"]]


def qualifying(company: Company, events: list[Row]) -> list[Row]:
    """The events that make active."""
    names = company.settings["qualifying_events"]
    return [event for event in events if not names or event["name"] in names]


@where_known
def usage_rate(company: Company, window: Window) -> Answer:
    acts, asked = acts_at_accounts(company, listed=False), entitled(company, window)
    used = [one for one in asked if days_in(company, window, core(company, acts.get(one, [])))]
    return with_wilson(ratio(len(used), len(asked)))


@where_known
def any_event(company: Company, window: Window) -> Answer:
    acts, asked = acts_at_accounts(company), entitled(company, window)
    return with_wilson(
        ratio(sum(bool(days_in(company, window, acts.get(one, []))) for one in asked), len(asked))
    )


@where_known
def ideal_use(company: Company, window: Window) -> Answer:
    acts, asked = acts_at_accounts(company), entitled(company, window)
    enough = company.settings["ideal_use_days"]
    ideal = [one for one in asked if len(days_in(company, window, acts.get(one, []))) >= enough]
    return with_wilson(ratio(len(ideal), len(asked)))


@where_known
def feature(company: Company, window: Window, feature: str = "") -> Answer:
    acts, asked = acts_at_accounts(company), entitled(company, window)
    used = [
        one
        for one in asked
        if days_in(company, window, [act for act in acts.get(one, []) if act["name"] == feature])
    ]
    return with_wilson(ratio(len(used), len(asked)))


@where_known
def by_users(company: Company, window: Window) -> Answer:
    asked = entitled_users(company, window)
    acts: dict[Name, list[Row]] = {}
    for event in core(
        company, [event for each in acts_at_accounts(company, listed=False).values() for event in each]
    ):
        acts.setdefault((source(event), str(event.get("user_id"))), []).append(event)
    used = [one for one in asked if days_in(company, window, acts.get(one, []))]
    return with_wilson(ratio(len(used), len(asked)))


MEASURES: dict[str, Measure] = {
    "product_usage_rate": usage_rate,
    "product_usage_rate.users": by_users,
    "product_usage_rate.any_event": any_event,
    "product_usage_rate.ideal_use_k": ideal_use,
    "product_usage_rate.feature": feature,
}
