"""K21 and K22: whether new users come back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tests.oracle.active_users import Measure, acts_at_accounts, acts_of_all, is_insider, users
from tests.oracle.answers import Answer, ratio
from tests.oracle.churn import with_wilson
from tests.oracle.company import Company
from tests.oracle.days import FOREVER, ONE_DAY, Window
from tests.oracle.knowledge import Row, source

Starts = Mapping[Any, datetime]
Acts = Mapping[Any, list[Row]]


def new_users(company: Company, window: Window) -> Starts:
    """The users who count and were created in the period, with when."""
    found: dict[Any, datetime] = {}
    for name, rows in users(company).items():
        known = [row.get("created_at") or row.get("valid_from") for row in rows]
        began = min((at for at in known if at is not None), default=None)
        if began is None or is_insider(rows) or company.identity.internal(first_account(company, rows)):
            continue
        if in_window(company, window, began):
            found[name] = began
    return found


def first_account(company: Company, rows: list[Row]) -> str:
    """The account a user began at: that of the row with the earliest creation, then the oldest."""
    return company.identity.of(
        min(rows, key=lambda row: row.get("created_at") or row.get("valid_from") or FOREVER)
    )


def in_window(company: Company, window: Window, at: datetime) -> bool:
    return window.holds(at) and (company.as_of is None or at < company.as_of)


def new_accounts(company: Company, window: Window) -> Starts:
    """The accounts that count and were created in the period, with when."""
    began: dict[Any, datetime] = {}
    for name, versions in company.identity.rows.items():
        account = company.identity.canonical("own", name)
        if not company.identity.internal(account):
            began[account] = min(began.get(account, FOREVER), versions[-1]["created_at"])
    return {account: at for account, at in began.items() if in_window(company, window, at)}


@dataclass(frozen=True)
class Case:
    """One new user: when it started, what it did since, and what is known of when."""

    company: Company
    start: datetime
    acts: list[Row]
    known_from: datetime

    def over(self, end: datetime) -> bool:
        """Whether a window that ends then is over, and lay in the time of which anything is known."""
        return (self.company.as_of is None or end <= self.company.as_of) and end > self.known_from

    def after(self, days: float) -> datetime:
        """So many times 24 hours after the start."""
        return self.start + timedelta(days=days)

    def active(self, first: int, before: float) -> bool:
        """Whether it acted from one day to before another."""
        end = FOREVER if before == float("inf") else self.after(before)
        return any(self.after(first) <= act["occurred_at"] < end for act in self.acts)

    def local_day(self, day: int) -> date:
        """The local day so many days after that of the start."""
        return self.company.place.local(self.start).date() + day * ONE_DAY

    def on_local_day(self, day: int) -> bool:
        """Whether it acted on that day."""
        days = {self.company.place.local(act["occurred_at"]).date() for act in self.acts}
        return self.local_day(day) in days


def share(
    company: Company, starts: Starts, acts: Acts, over: Callable[[Case], bool], counts: Callable[[Case], bool]
) -> Answer:
    """Of those whose window is over, the share of which something holds."""
    known_from = min((event["occurred_at"] for event in company.rows["events"]), default=FOREVER)
    cases = [Case(company, start, acts.get(who, []), known_from) for who, start in starts.items()]
    asked = [case for case in cases if over(case)]
    return with_wilson(ratio(sum(counts(case) for case in asked), len(asked)))


def by_users(
    company: Company, window: Window, over: Callable[[Case], bool], counts: Callable[[Case], bool]
) -> Answer:
    """The share of new users."""
    if company.as_of is not None and window.start >= company.as_of:
        return Answer(None, reason="no_data")
    return share(company, new_users(company, window), acts_of_all(company), over, counts)


def retention(company: Company, window: Window, day: int = 1) -> Answer:
    return bracket(company, window, day, day + 1)


def bracket(company: Company, window: Window, since: int = 7, before: int = 14) -> Answer:
    first, last = int(since), int(before)
    return by_users(
        company, window, lambda case: case.over(case.after(last)), lambda case: case.active(first, last)
    )


def first_users(company: Company, window: Window) -> Starts:
    """The users whose first core event is in the period, with when."""
    found: dict[Any, datetime] = {}
    began: dict[Any, datetime] = {}
    for event in company.rows["events"]:
        name = (source(event), event["user_id"])
        known = company.as_of is None or event["occurred_at"] < company.as_of
        if event["name"] in company.settings["core_events"] and event.get("origin") != "server" and known:
            began[name] = min(began.get(name, FOREVER), event["occurred_at"])
    for name, rows in users(company).items():
        insider = is_insider(rows) or company.identity.internal(first_account(company, rows))
        if name in began and not insider and window.holds(began[name]):
            found[name] = began[name]
    return found


def since_first_use(company: Company, window: Window, day: int = 1) -> Answer:
    if company.as_of is not None and window.start >= company.as_of:
        return Answer(None, reason="no_data")
    until = int(day) + 1
    return share(
        company,
        first_users(company, window),
        acts_of_all(company),
        lambda case: case.over(case.after(until)),
        lambda case: case.active(int(day), until),
    )


def unbounded(company: Company, window: Window, day: int = 1) -> Answer:
    return bracket(company, window, day, int(day) + company.rules["follow_up_days"])


def calendar(company: Company, window: Window, day: int = 1) -> Answer:
    def over(case: Case) -> bool:
        day_after = case.local_day(int(day) + 1)
        begun = company.as_of is None or company.place.local(company.as_of).date() >= day_after
        return begun and not company.place.local(case.known_from).date() >= day_after

    return by_users(company, window, over, lambda case: case.on_local_day(int(day)))


def gone(first: int, before: float, days: int) -> Measure:
    """The share not active in a window, of those of so many days."""

    def counted(company: Company, window: Window) -> Answer:
        return by_users(
            company,
            window,
            lambda case: case.over(case.after(days)),
            lambda case: not case.active(first, before),
        )

    return counted


def gone_accounts(company: Company, window: Window) -> Answer:
    if company.as_of is not None and window.start >= company.as_of:
        return Answer(None, reason="no_data")
    acts = acts_at_accounts(company)
    starts = new_accounts(company, window)
    return share(
        company,
        starts,
        acts,
        lambda case: case.over(case.after(14)),
        lambda case: not case.active(7, 14),
    )


MEASURES: dict[str, Measure] = {
    "n_day_retention": retention,
    "n_day_retention.bracket": bracket,
    "n_day_retention.unbounded": unbounded,
    "n_day_retention.calendar": calendar,
    "n_day_retention.first_use": since_first_use,
    "seven_day_drop_off": gone(7, 14, 14),
    "seven_day_drop_off.accounts": gone_accounts,
    "seven_day_drop_off.unbounded": gone(7, float("inf"), 14),
    "seven_day_drop_off.exact_day": gone(7, 8, 8),
    "seven_day_drop_off.in_first_week": gone(1, 7, 7),
}
"""Metric -> what gives its answer from a company, a window and the metric's own dimension by name."""
