"""Costs and revenue spread over the days they are for, and what customers paid (K14 to K16)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import ibis

from holdfast.periods import Calendar, Period
from holdfast.timelines import paid
from holdfast.timelines.basis import FAR
from holdfast.timelines.identity import named
from holdfast.timelines.in_memory import in_memory
from holdfast.timelines.layout import Layout
from holdfast.timelines.localtime import local_day
from holdfast.timelines.money import MONEY, share, zero
from holdfast.timelines.rates import valued
from holdfast.timelines.subjects import trailing_months, with_period, with_reason

RETENTION = ("cs_wages", "adoption", "services_training", "customer_marketing")
ACQUISITION, GOODS = ("sales_marketing",), ("cogs",)
DAY = timedelta(days=1)
FOR_EVER = date(9999, 12, 31)
SLICE = {
    "period_start": "timestamp(6)",
    "since_day": "date",
    "until_day": "date",
    "rate_on": "date",
    "slice_days": "int64",
    "month_days": "int64",
}
Days = tuple[date, date]
SLICED = "revenue_by_slice"
MONTH_PARTS = 377_580
"""What months of 28, 29, 30 and 31 days divide without a rest: a part of any month is a whole number."""


def retention_costs(layout: Layout, periods: Sequence[Period]) -> Any:
    """What keeping customers cost: each cost's share of the days of each period, as `value`."""
    return _spent(layout, RETENTION, periods, _slices(layout, periods))


def spent_by_category(layout: Layout, periods: Sequence[Period]) -> Any:
    """Category and `value`: what was spent on each kind of thing in the periods, where anything was."""
    rows = _spent(layout, (*RETENTION, *ACQUISITION, *GOODS), periods, _slices(layout, periods))
    return rows.group_by("category").agg(value=rows.value.sum().cast(MONEY))


def acquisition_costs(layout: Layout, periods: Sequence[Period]) -> Any:
    """What winning customers cost: each cost's share of the days of each period, as `value`.

    With a sales cycle, of the days so long before: what was spent then won who pays now.
    """
    back = timedelta(days=layout.basis.rules.sales_cycle_days)
    spent = [replace(p, first_day=p.first_day - back, last_day=p.last_day - back) for p in periods]
    return _spent(layout, ACQUISITION, periods, _slices(layout, spent))


def goods_sold(layout: Layout, periods: Sequence[Period]) -> Any:
    """What delivering cost in the twelve months that end with each period, as `value`."""
    return _spent(layout, GOODS, periods, _year_slices(layout, periods))


def recurring_revenue(layout: Layout, periods: Sequence[Period]) -> Any:
    """Account by period: mean of its daily opening MRR x the months of the period, as `value`."""
    slices = _slices(layout, periods)
    return _revenue("recurring_revenue", layout, periods, slices, slices.table)


def revenue_with_costs(layout: Layout, periods: Sequence[Period]) -> Any:
    """The same over those of the twelve months that end with each period for which goods have a cost."""
    slices, costs = _year_slices(layout, periods), _costs(layout, GOODS)
    every = slices.table
    return _revenue(
        "revenue_with_costs", layout, periods, slices, every.semi_join(costs, _meets(costs, every))
    )


@dataclass(frozen=True)
class _Slices:
    """Parts of periods, each of one local month, with the day whose rate values it (R14)."""

    rows: tuple[tuple[Any, ...], ...]

    @property
    def table(self) -> Any:
        """A row per period and slice."""
        given = [dict(zip(SLICE, row, strict=True)) for row in self.rows]
        return in_memory(given, schema=SLICE)

    @property
    def days(self) -> list[Days]:
        """The first day of each slice and the day after it, whichever periods it is part of."""
        return sorted({(row[1], row[2]) for row in self.rows})

    def but(self, made: Collection[Days]) -> _Slices:
        """The slices without those of some days."""
        return _Slices(tuple(row for row in self.rows if (row[1], row[2]) not in made))


def _slices(layout: Layout, periods: Sequence[Period]) -> _Slices:
    """The periods cut at the months' ends, by the workspace's clock."""
    return _cut([(period, period) for period in periods], layout.basis.calendar)


def _year_slices(layout: Layout, periods: Sequence[Period]) -> _Slices:
    calendar = layout.basis.calendar
    windows = trailing_months(periods, calendar)
    return _cut([(period, month) for period in periods for month in windows[period]], calendar)


def _cut(pairs: Sequence[tuple[Period, Period]], calendar: Calendar) -> _Slices:
    """The days of each part by local month, up to the last day of its period, which may be cut short."""
    rows = []
    for period, part in pairs:
        for month in calendar.periods("month", part.first_day, part.last_day):
            since = max(part.first_day, month.first_day)
            until = min(part.last_day, month.last_day, period.last_day)
            days, rated = (until - since).days + 1, month.first_day - DAY
            rows.append((period.start, since, until + DAY, rated, days, month.days))
    return _Slices(tuple(rows))


def _costs(layout: Layout, categories: Sequence[str]) -> Any:
    costs = layout.records["costs"]
    costs = costs.filter(costs.category.isin(list(categories)) & (costs.period_end > costs.period_start))
    return costs.select(
        "category",
        "currency",
        "amount",
        subject_id=named(costs, "cost_id"),
        cost_start=costs.period_start,
        cost_end=costs.period_end,
    )


def _meets(costs: Any, slices: Any) -> list[Any]:
    return [costs.cost_start < slices.until_day, costs.cost_end > slices.since_day]


def _spent(layout: Layout, categories: Sequence[str], periods: Sequence[Period], slices: _Slices) -> Any:
    """Row per cost and period, `value` valued month by month at the month's rate.

    A share is the difference of two running ones, so that the shares of a cost add up to it.
    """
    costs, parts = _costs(layout, categories), slices.table
    rows = costs.join(parts, _meets(costs, parts))
    whole = rows.cost_end.delta(rows.cost_start, unit="day")
    ends = {"till_then": rows.since_day, "till_end": rows.until_day}
    for name, day in ends.items():
        passed = ibis.least(ibis.greatest(day, rows.cost_start), rows.cost_end)
        rows = rows.mutate(**{name: share(rows.amount, passed.delta(rows.cost_start, unit="day"), whole)})
    for name in ends:
        rows = valued(
            rows, layout.rates, layout.basis.currency, native=name, day="rate_on", into=f"{name}_value"
        )
    each = rows.group_by(["period_start", "subject_id", "category"]).agg(
        value=(rows.till_end_value - rows.till_then_value).sum().cast(MONEY), no_rate=rows.no_rate.min()
    )
    nobody = ibis.null().cast("string")
    return with_period(each.mutate(account_id=nobody, left_out=nobody), periods)


def _revenue(name: str, layout: Layout, periods: Sequence[Period], slices: _Slices, counted: Any) -> Any:
    """Account by period: the sum of its MRR as each day of the slices counted began x months / days."""

    def made() -> Any:
        rows = _sliced(layout, slices).join(counted, ["since_day", "until_day"])
        each = rows.group_by(["account_id", "period_start"]).agg(
            mrr_days=rows.mrr_days.sum().cast(MONEY), no_rate=rows.no_rate.min()
        )
        each = each.join(_months_per_day(counted), "period_start")
        value = share(each.mrr_days, each.times, each.parts)
        return each.select("account_id", "period_start", "no_rate", value=value)

    each = layout.once_for(name, periods, made)
    return with_period(with_reason(each, layout), periods)


def _sliced(layout: Layout, slices: _Slices) -> Any:
    """Account by slice, of these slices and perhaps others: each is made once, whoever asks for it first."""
    held: dict[Days, str] = layout.steps.setdefault(SLICED, {})
    fresh = slices.but(held)
    if fresh.rows:
        name = f"{SLICED}_{sha256(repr(fresh.days).encode()).hexdigest()[:12]}"
        layout.once(name, lambda: _by_slice(layout, fresh.table))
        held.update(dict.fromkeys(fresh.days, name))
    parts = [layout.steps[name] for name in dict.fromkeys(held[days] for days in slices.days)]
    return ibis.union(*parts) if parts[1:] else parts[0]


def _by_slice(layout: Layout, slices: Any) -> Any:
    """Account by slice: the sum of its MRR as each day began."""
    held = layout.changes.filter(layout.changes.after > zero())
    calendar, next_day = layout.basis.calendar, ibis.interval(days=1)
    gone = ibis.ifelse(
        held.next_at < FAR, local_day(held.next_at, calendar) + next_day, ibis.literal(FOR_EVER)
    )
    held = held.select(
        "account_id",
        "currency",
        "after",
        from_day=(local_day(held["at"], calendar) + next_day).cast("date"),
        to_day=gone.cast("date"),
    )
    slices = slices.select("since_day", "until_day", "rate_on").distinct()
    rows = held.join(slices, [held.from_day < slices.until_day, held.to_day > slices.since_day])
    first, last = ibis.greatest(rows.from_day, rows.since_day), ibis.least(rows.to_day, rows.until_day)
    rows = rows.mutate(begun=ibis.greatest(last.delta(first, unit="day"), 0))
    rows = valued(rows, layout.rates, layout.basis.currency, native="after", day="rate_on", into="held")
    return rows.group_by(["account_id", "since_day", "until_day"]).agg(
        mrr_days=(rows.held * rows.begun).sum().cast(MONEY), no_rate=rows.no_rate.min()
    )


def _months_per_day(slices: Any) -> Any:
    """How many months the slices of a period are, over their days, as `times` and `parts`."""
    whole = (slices.slice_days == slices.month_days).cast("int64")
    parts = slices.slice_days * (MONTH_PARTS // slices.month_days)
    sums = slices.group_by("period_start").agg(
        whole=whole.sum(), count=slices.count(), in_parts=parts.sum(), slice_days=slices.slice_days.sum()
    )
    months = sums.whole == sums["count"]
    return sums.select(
        "period_start",
        times=ibis.ifelse(months, sums["count"], sums.in_parts).cast("int64"),
        parts=ibis.ifelse(months, sums.slice_days, sums.slice_days * MONTH_PARTS).cast("int64"),
    )


TIMELINES: dict[str, Callable[..., Any]] = {
    "retention_costs": retention_costs,
    "acquisition_costs": acquisition_costs,
    "goods_sold": goods_sold,
    "recurring_revenue": recurring_revenue,
    "revenue_with_costs": revenue_with_costs,
    **paid.TIMELINES,
}
"""Timelines by the name that metrics call them; each takes a layout and periods."""
