"""K17 and K18: who uses the product, and on how many days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import wraps

from tests.oracle.answers import Answer, ratio, total
from tests.oracle.churn import with_wilson
from tests.oracle.company import Company
from tests.oracle.days import ONE_DAY, Window
from tests.oracle.knowledge import Row, recorded, source

Name = tuple[str, str]
Measure = Callable[..., Answer]


def users(company: Company) -> dict[Name, list[Row]]:
    """The rows of each user, oldest first: (source, user_id) names one."""
    found: dict[Name, list[Row]] = {}
    for row in sorted(
        company.rows["users"], key=lambda row: (row.get("valid_from") or datetime.min, recorded(row))
    ):
        found.setdefault((source(row), row["user_id"]), []).append(row)
    return found


def is_insider(rows: list[Row]) -> bool:
    """Whether any row of a user says internal."""
    return any(row.get("is_internal") for row in rows)


def client_events(company: Company, listed: bool = True) -> list[Row]:
    """Events that no server made, before the data end; with `listed`, of the names that qualify."""
    names = company.settings["qualifying_events"]
    return [
        event
        for event in company.rows["events"]
        if event.get("origin") != "server"
        and (company.as_of is None or event["occurred_at"] < company.as_of)
        and (not listed or not names or event["name"] in names)
    ]


def homes(company: Company) -> dict[Name, str | None]:
    """The account of each user: that of its newest row, else the least that its events name."""
    found: dict[Name, str | None] = {
        name: company.identity.of(rows[-1]) for name, rows in users(company).items()
    }
    named: dict[Name, set[str]] = {}
    for event in company.rows["events"]:
        who = (source(event), event.get("user_id"))
        if event.get("origin") != "server" and who[1] is not None and who not in found:
            at = {company.identity.of(event)} if event.get("account_id") is not None else set()
            named.setdefault((who[0], who[1]), set()).update(at)
    return found | {who: min(accounts, default=None) for who, accounts in named.items()}


def acts_of_all(company: Company) -> dict[Name, list[Row]]:
    """What each user did, in order of time."""
    found: dict[Name, list[Row]] = {}
    for event in sorted(client_events(company), key=lambda event: event["occurred_at"]):
        if event.get("user_id") is not None:
            found.setdefault((source(event), event["user_id"]), []).append(event)
    return found


def acts_of_users(company: Company) -> dict[Name, list[Row]]:
    """What each user who counts did: none who is internal, or at home at an internal account."""
    known, at = users(company), homes(company)
    return {
        name: events
        for name, events in acts_of_all(company).items()
        if not is_insider(known.get(name, [])) and not company.identity.internal(at[name] or "")
    }


def acts_at_accounts(company: Company, listed: bool = True) -> dict[str, list[Row]]:
    """What was done at each account that counts, by users who are not internal."""
    known, at = users(company), homes(company)
    found: dict[str, list[Row]] = {}
    for event in client_events(company, listed):
        who = (source(event), str(event.get("user_id")))
        home = at.get(who)
        account = company.identity.of(event) if event.get("account_id") is not None else home
        if account is None or is_insider(known.get(who, [])) or company.identity.internal(account):
            continue
        found.setdefault(account, []).append(event)
    return found


def days_of(company: Company, events: list[Row]) -> set[date]:
    """The local days of events."""
    return {company.place.local(event["occurred_at"]).date() for event in events}


def last_day(company: Company, window: Window) -> date:
    """The period's last local day, or the one on which the data end."""
    if company.as_of is None or company.as_of >= window.end:
        return window.last_day
    return company.place.local(company.as_of - timedelta(microseconds=1)).date()


def where_known(measure: Measure) -> Measure:
    """The same, undefined where no event is known before the period's end, or none after its start."""

    @wraps(measure)
    def asked(company: Company, window: Window, **of: int) -> Answer:
        instants = [event["occurred_at"] for event in company.rows["events"]]
        instants = [at for at in instants if company.as_of is None or at < company.as_of]
        if (company.as_of is not None and window.start >= company.as_of) or not instants:
            return Answer(None, reason="no_data")
        return (
            Answer(None, reason="no_data") if window.end <= min(instants) else measure(company, window, **of)
        )

    return asked


def in_days(
    company: Company, acts: dict[str, list[Row]] | dict[Name, list[Row]], first: date, last: date
) -> list[int]:
    """How many days each subject acted on in a stretch of days, those with none left out."""
    counts = (sum(first <= day <= last for day in days_of(company, events)) for events in acts.values())
    return [count for count in counts if count]


def active(length: int, *, accounts: bool = False) -> Measure:
    """How many acted in the `length` days that end with the period."""

    @where_known
    def counted(company: Company, window: Window) -> Answer:
        last = last_day(company, window)
        first = last - (length - 1) * ONE_DAY
        if accounts:
            return total(len(in_days(company, acts_at_accounts(company), first, last)))
        return total(len(in_days(company, acts_of_users(company), first, last)))

    return counted


@where_known
def calendar_month(company: Company, window: Window) -> Answer:
    last = last_day(company, window)
    return total(len(in_days(company, acts_of_users(company), last.replace(day=1), last)))


def counts(company: Company, window: Window, length: int) -> list[int]:
    """The active days of each user with any in the `length` days that end with the period."""
    last = last_day(company, window)
    return in_days(company, acts_of_users(company), last - (length - 1) * ONE_DAY, last)


@where_known
def stickiness(company: Company, window: Window) -> Answer:
    days = counts(company, window, 28)
    return ratio(sum(days), 28 * len(days))


@where_known
def last_day_share(company: Company, window: Window) -> Answer:
    return with_wilson(ratio(len(counts(company, window, 1)), len(counts(company, window, 28))))


@where_known
def dau_wau(company: Company, window: Window) -> Answer:
    days = counts(company, window, 7)
    return ratio(sum(days), 7 * len(days))


@where_known
def wau_mau(company: Company, window: Window) -> Answer:
    return with_wilson(ratio(len(counts(company, window, 7)), len(counts(company, window, 28))))


@where_known
def l28(company: Company, window: Window, k: int = 4) -> Answer:
    days = counts(company, window, 28)
    return with_wilson(ratio(sum(count >= int(k) for count in days), len(days)))


MEASURES: dict[str, Measure] = {
    "daily_active_users": active(1),
    "daily_active_users.accounts": active(1, accounts=True),
    "weekly_active_users": active(7),
    "weekly_active_users.accounts": active(7, accounts=True),
    "monthly_active_users": active(28),
    "monthly_active_users.mau30": active(30),
    "monthly_active_users.calendar_month": calendar_month,
    "monthly_active_users.accounts": active(28, accounts=True),
    "stickiness": stickiness,
    "stickiness.last_day": last_day_share,
    "stickiness.dau_wau": dau_wau,
    "stickiness.wau_mau": wau_mau,
    "l28": l28,
}
"""Metric -> what gives its answer from a company, a window and the metric's own dimension by name."""
