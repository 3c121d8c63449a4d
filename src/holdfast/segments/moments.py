"""When a rule is asked: the same few instants for every account, or an instant of each one's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import ibis

from holdfast.periods import Calendar, Period
from holdfast.timelines.basis import INSTANT
from holdfast.timelines.in_memory import in_memory
from holdfast.timelines.localtime import local_day

JUST_AFTER = timedelta(microseconds=1)


@dataclass(frozen=True)
class Moments:
    """Instants at which accounts are looked at, each just before it (R3).

    `rows` has `bound`, its local day `bound_day`, and `until`: who becomes a customer from
    `bound` on and before `until` is taken as it enters. Where `own`, each row also has the
    account_id that alone is looked at then.
    """

    rows: Any
    own: bool = False
    key: str = ""

    @classmethod
    def at(cls, instants: Iterable[tuple[datetime, datetime]], calendar: Calendar) -> Moments:
        """Every account at each instant, given with its `until`."""
        shared = sorted(set(instants))
        rows = [
            {"bound": bound, "bound_day": calendar.local_day(bound), "until": until}
            for bound, until in shared
        ]
        kinds = {"bound": INSTANT, "bound_day": "date", "until": INSTANT}
        return cls(in_memory(rows, schema=kinds), key=repr(shared))

    @classmethod
    def of_periods(cls, periods: Iterable[Period], end: str, calendar: Calendar) -> Moments:
        """Every account at the opening or closing of each period."""
        if end == "closing":
            return cls.at(((period.end, period.end) for period in periods), calendar)
        return cls.at(((period.start, period.end) for period in periods), calendar)

    @classmethod
    def of_entry(cls, rows: Any, calendar: Calendar) -> Moments:
        """Each account at the `start_at` of its own rows, and what begins in that very instant."""
        each = rows.filter(rows.account_id.notnull()).select("account_id", bound=rows.start_at).distinct()
        after = each.bound + ibis.interval(microseconds=1)
        return cls(each.mutate(bound_day=local_day(each.bound, calendar), until=after), own=True)

    def beside(self, facts: Any, *conditions: Callable[[Any, Any], Any]) -> Any:
        """Rows of facts (each with its account_id) with each moment for which all conditions hold."""
        moments = self.rows.rename(whose="account_id") if self.own else self.rows
        on = [condition(facts, moments) for condition in conditions]
        if self.own:
            on.append(facts.account_id == moments.whose)
        found = facts.join(moments, on)
        return found.drop("whose") if self.own else found

    def of_all(self, accounts: Any) -> Any:
        """Every account at every moment: account_id, bound, bound_day."""
        columns = ["account_id", "bound", "bound_day"]
        if self.own:
            return self.rows.semi_join(accounts, "account_id").select(*columns)
        return accounts.cross_join(self.rows).select(*columns)
