"""Signs that speak of use: fallen against the account's own, none at all, and whoever used it most away.

Days are local ones and whole: what a day brought is known from the midnight after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.insights.warning.rules import Rules
from holdfast.insights.warning.signs import FAR_MICROS, signs_from, signs_of, stretches_of
from holdfast.insights.warning.stretches import Ints, Stretches
from holdfast.insights.warning.weeks import Weeks, fallen, weeks_of
from holdfast.metrics.health.of_usage import acts_of_use
from holdfast.periods import Calendar
from holdfast.timelines.layout import Layout
from holdfast.timelines.localtime import instant

BEFORE_DAYS, AWAY_DAYS = 56, 90
"""How many days show who is an account's most active person, and how long that one counts as missing."""

ACCOUNTS_AT_ONCE = 20_000


@dataclass(frozen=True)
class Use:
    """Use by account and day, in order: places in `names`, days since 1970, and how many people."""

    names: pa.Array
    countries: Ints
    who: Ints
    day: Ints
    people: Ints
    until: int
    calendar: Calendar

    @cached_property
    def midnights(self) -> Ints:
        """When each day from the first with use begins, in microseconds, some days beyond the last too."""
        first = int(self.day.min()) if len(self.day) else self.until
        days = [date(1970, 1, 1) + timedelta(days=each) for each in range(first, self.until + 1)]
        begin = datetime(1970, 1, 1)
        return np.array(
            [int((self.calendar.midnight(day) - begin) / timedelta(microseconds=1)) for day in days]
        )

    def begins(self, days: Ints) -> Ints:
        """The instants at which days begin; `FAR` for days after those that are known."""
        first = self.until + 1 - len(self.midnights)
        place = np.clip(days - first, 0, len(self.midnights) - 1)
        return np.where(days > self.until, FAR_MICROS, self.midnights[place])


def use_of(layout: Layout, names: pa.Array, whole_until: datetime) -> Use:
    """The use of the accounts named on the days that were over by an instant."""
    calendar = layout.basis.calendar
    until = (calendar.local_day(whole_until) - date(1970, 1, 1)).days
    acts = acts_of_use(layout)
    acts = acts.filter(acts.day < ibis.literal(calendar.local_day(whole_until)))
    person = ibis.coalesce(acts.source + ":" + acts.user_id, "")
    days = acts.group_by(["account_id", "day"]).agg(people=person.nunique())
    found = days.to_pyarrow()
    place = pc.index_in(found["account_id"], value_set=names)
    found, place = found.filter(place.is_valid()), place.filter(place.is_valid())
    who, day = place.to_numpy().astype(np.int64), found["day"].cast(pa.int32()).to_numpy().astype(np.int64)
    order = np.lexsort((day, who))
    lived = layout.accounts.select("account_id", "country").to_pyarrow()
    place = pc.index_in(names, value_set=lived["account_id"])
    country = lived["country"].take(place).combine_chunks().dictionary_encode()
    return Use(
        names,
        country.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64),
        who[order],
        day[order],
        found["people"].to_numpy().astype(np.int64)[order],
        until,
        calendar,
    )


def use_falling(use: Use, rules: Rules) -> pa.Table:
    """While two weeks have less use than the account's own eight before let one expect, by more than chance.

    Weeks are whole, so that each day of the week is held against itself; days on which hardly anyone of
    the account's country was active are left out of both.
    """
    weeks = weeks_of(use.who, use.day, use.people, use.countries, use.until, use.calendar.week_start)
    parts = [
        _falls(weeks, np.arange(first, min(first + ACCOUNTS_AT_ONCE, len(use.names))), rules)
        for first in range(0, len(use.names), ACCOUNTS_AT_ONCE)
    ]
    if not parts:
        parts = [(np.empty((4, 0), dtype=np.int64), np.empty((2, 0)))]
    whole = np.concatenate([each[0] for each in parts], axis=1)
    amounts = np.concatenate([each[1] for each in parts], axis=1)
    who, start, end, record = whole
    stretch = Stretches(who, use.begins(start), use.begins(end))
    days = pa.array(record.astype("datetime64[D]")).cast(pa.string())
    return signs_from(use.names, stretch, "usage_fall", "weeks", days, *amounts)


def _falls(weeks: Weeks, accounts: Ints, rules: Rules) -> tuple[Ints, Any]:
    """Whose use fell, from and until which day, the last day judged; what was expected and found."""
    low, expected, found = fallen(weeks, accounts, rules.usage_percent, rules.usage_least)
    edges = np.diff(np.pad(low, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    who, first = np.nonzero(edges == 1)
    _, after = np.nonzero(edges == -1)
    start, end = weeks.ends(first), weeks.ends(after)
    return np.stack([accounts[who], start, end, start - 1]), np.stack(
        [expected[who, first], found[who, first]]
    )


def use_missing(use: Use, customers: Stretches, rules: Rules) -> pa.Table:
    """From so many whole days without use, since the last one or since becoming a customer, until some."""
    began = int(use.day.min()) if len(use.day) else use.until
    joining = np.searchsorted(use.midnights, customers.start, side="right") - 1 + began
    who = np.concatenate((use.who, customers.who))
    day = np.concatenate((use.day, np.maximum(joining, began) - 1))
    used = np.concatenate((np.ones(len(use.who), dtype=bool), np.zeros(len(customers), dtype=bool)))
    order = np.lexsort((used, day, who))
    who, day, used = who[order], day[order], used[order]
    same = np.append(who[1:] == who[:-1], np.zeros(min(len(who), 1), dtype=bool))
    next_day = np.where(same, np.append(day[1:], [0] * min(len(who), 1)), use.until)
    start, end = day + 1 + rules.quiet_days, np.where(same, next_day + 1, use.until + 1)
    quiet = (start < end) & (start <= use.until)
    stretch = Stretches(who[quiet], use.begins(start[quiet]), use.begins(end[quiet]))
    days = pa.array(day[quiet].astype("datetime64[D]")).cast(pa.string())
    record = pc.if_else(pa.array(used[quiet]), days, "")
    return signs_from(use.names, stretch, "no_use", "activity", record)


def champions_gone(layout: Layout, use: Use, rules: Rules) -> pa.Table:
    """From so many days without the person who had been the most active of several, until back."""
    calendar = layout.basis.calendar
    until = ibis.literal(date(1970, 1, 1) + timedelta(days=use.until))
    acts = acts_of_use(layout).filter(ibis._.user_id.notnull() & (ibis._.day < until))
    days = acts.select("account_id", "source", "user_id", "day").distinct()
    days = layout.keep("days_of_people", days)
    own = ibis.window(group_by=["account_id", "source", "user_id"], order_by="day")
    rows = days.mutate(
        next_day=days.day.lead().over(own), earlier=days.day.lag(rules.champion_least - 1).over(own)
    )
    gone = ibis.coalesce(rows.next_day, until).delta(rows.day, unit="day") > rules.champion_days
    often = rows.day.delta(rows.earlier, unit="day") < BEFORE_DAYS
    left = rows.filter(gone & often).drop("earlier").mutate(last=rows.day).drop("day")
    near = days.select(whose="account_id", of="source", person="user_id", on="day")
    beside = left.join(
        near,
        [
            left.account_id == near.whose,
            near.on <= left["last"],
            near.on > left["last"] - ibis.interval(days=BEFORE_DAYS),
        ],
    )
    key = ["account_id", "source", "user_id", "last", "next_day"]
    each = beside.group_by([*key, "of", "person"]).agg(days=beside.on.nunique())
    mine = (each.of == each.source) & (each.person == each.user_id)
    ranked = each.group_by(key).agg(
        own=ibis.ifelse(mine, each.days, 0).max(), others=ibis.ifelse(mine, 0, each.days).max()
    )
    ranked = ranked.filter((ranked.others > 0) & (ranked.own >= ranked.others))
    starts = ranked["last"] + ibis.interval(days=1 + rules.champion_days)
    back = ranked.next_day + ibis.interval(days=1)
    ends = ibis.least(
        ibis.coalesce(back, starts + ibis.interval(days=AWAY_DAYS)), starts + ibis.interval(days=AWAY_DAYS)
    )
    ranked = ranked.mutate(
        start_at=instant(starts.cast("timestamp"), calendar), end_at=instant(ends.cast("timestamp"), calendar)
    )
    return signs_of(ranked, "champion_gone", "users", ranked.user_id, before=ranked.own)


def customers_of(layout: Layout, names: pa.Array) -> Stretches:
    """When the accounts named were customers."""
    rows = layout.spans.select("account_id", "start_at", "end_at").to_pyarrow()
    return stretches_of(rows, names)
