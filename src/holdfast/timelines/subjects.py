"""The timelines that metrics count over: one row per subject and period, each with its account.

Every table here has the columns period_start, period_end, days, account_id and left_out (the
rule that leaves the account out of everything, or null), besides what its metrics read. Where
the subject of a row is not the account, `subject_id` names it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import ibis

from holdfast.periods import Calendar, Period
from holdfast.timelines.account_periods import COUNTS, KEYS, MONEYS, RATES, account_periods, period_table
from holdfast.timelines.identity import named
from holdfast.timelines.in_memory import in_memory
from holdfast.timelines.layout import KeptMonths, Layout, account_reason
from holdfast.timelines.localtime import rate_day
from holdfast.timelines.rates import valued
from holdfast.timelines.spells import spells

Windows = Mapping[Period, Sequence[Period]]

COLUMNS = (*KEYS, "period_end", "days", "left_out", *MONEYS, *COUNTS, *RATES)
"""The columns of the account by period."""


def column_of(segment: str) -> str:
    """The column that holds a segment in rows split by it; rows may bring one of their own."""
    return "by_" + segment.replace(".", "_")


def accounts_by_period(layout: Layout, periods: Sequence[Period]) -> Any:
    """The account by period (account_periods): kept months where they are whole, the rest cut anew."""
    whole = [] if layout.months is None else [p for p in periods if p in layout.months.periods]
    rest = [p for p in periods if p not in whole and not _before(p, layout.months)]
    parts = []
    if whole and layout.months is not None:
        rows = layout.months.rows
        parts.append(rows.filter(rows.period_start.isin([p.start for p in whole])))
    if rest:
        parts.append(_cut(layout, rest) if whole else built(layout, rest))
    chosen = [part.select(*COLUMNS) for part in parts or [built(layout, periods)]]
    return ibis.union(*chosen) if len(chosen) > 1 else chosen[0]


def _cut(layout: Layout, periods: Sequence[Period]) -> Any:
    """Periods beside whole months, mostly the one that runs: cut once for all figures that are asked for."""
    return layout.once_for("cut", periods, lambda: built(layout, periods))


def _before(period: Period, kept: KeptMonths | None) -> bool:
    """Whether the period is over before the first month kept: nobody had paid by then."""
    return kept is not None and bool(kept.periods) and period.end <= min(p.start for p in kept.periods)


def built(layout: Layout, periods: Sequence[Period]) -> Any:
    """Account by period, cut from the layout's own timelines."""
    rows = account_periods(
        layout.changes, layout.spans, layout.paid, layout.paying, layout.rates, periods, layout.basis
    )
    return with_period(with_reason(rows, layout), periods).select(*COLUMNS)


def accounts_by_day(layout: Layout, periods: Sequence[Period]) -> Any:
    """Customers at the start of each local day of the periods, with `lost` 1 where they end it lost."""
    days = {day.start: day for period in periods for day in _days_of(period, layout.basis.calendar)}
    rows = built(layout, list(days.values()))
    rows = rows.filter(rows.opening_customer > 0).rename(day_start="period_start")
    rows = rows.drop("period_end", "days")
    bounds = period_table(periods)
    placed = rows.join(bounds, [rows.day_start >= bounds.period_start, rows.day_start < bounds.period_end])
    placed = placed.select(
        "account_id",
        "period_start",
        "day_start",
        "left_out",
        subject_id=placed.day_start.cast("string"),
        lost=(1 - placed.closing_customer),
    )
    return with_period(placed, periods)


def over_trailing_months(by_month: Any, windows: Windows) -> Any:
    """Rows by month placed in each period whose last twelve months they are in."""
    rows = by_month.rename(month_start="period_start").drop("period_end", "days")
    pairs = [{"period_start": p.start, "month_of": m.start} for p, months in windows.items() for m in months]
    known = in_memory(pairs, schema={"period_start": "timestamp(6)", "month_of": "timestamp(6)"})
    placed = rows.join(known, rows.month_start == known.month_of)
    return with_period(placed.mutate(subject_id=placed.month_start.cast("string")), list(windows))


def trailing_months(periods: Sequence[Period], calendar: Calendar, months: int = 12) -> Windows:
    """For each period the months, twelve or so many, that end with it.

    A period of whole months that is cut short ends in a month cut short; a day or a week takes
    the months that are over by its end.
    """
    return {period: _months_until(period, calendar, months) for period in periods}


def new_accounts(layout: Layout, periods: Sequence[Period]) -> Any:
    """Accounts by the period they were created in, with `referred`, `verified` and `paid_soon` (K01)."""
    accounts = layout.accounts.select("account_id", "created_at", "referred_by", "is_internal")
    spans = layout.spans.filter(layout.spans.ordinal == 1).select("account_id", first_paid_at="start_at")
    rows = accounts.left_join(spans, "account_id").drop("account_id_right")
    rows = in_period(rows, rows.created_at, periods)
    users = layout.records["users"]
    confirmed = users.filter(users.email_verified_at.notnull()).select(confirmed="account_id").distinct()
    rows = rows.left_join(confirmed, rows.account_id == confirmed.confirmed)
    soon = rows.first_paid_at < rows.created_at + ibis.interval(days=90)
    rows = rows.mutate(
        subject_id=rows.account_id,
        referred=rows.referred_by.notnull().cast("int64"),
        verified=rows.confirmed.notnull().cast("int64"),
        paid_soon=soon.fill_null(False).cast("int64"),
        paid_soon_by=rows.created_at + ibis.interval(days=90),
    )
    return with_period(with_reason(rows, layout), periods)


def new_users(layout: Layout, periods: Sequence[Period]) -> Any:
    """Users by the period they were created in."""
    return users_in(created_users(layout), layout, periods)


def created_users(layout: Layout) -> Any:
    """Source and user_id with `created_at`, the account begun at, and `insider` above 0 for our own."""
    return layout.once("created_users", lambda: _created_users(layout.records["users"]))


def _created_users(users: Any) -> Any:
    users = users.mutate(created_at=ibis.coalesce(users.created_at, users.valid_from))
    order = [users.created_at, ibis.asc(users.valid_from, nulls_first=True), users.recorded_at]
    turns = ibis.window(group_by=["source", "user_id"], order_by=order)
    users = users.mutate(turn=ibis.row_number().over(turns))
    return users.group_by(["source", "user_id"]).agg(
        created_at=users.created_at.min(),
        account_id=users.account_id.argmin(users.turn),
        insider=users.is_internal.fill_null(False).cast("int64").max(),
    )


def users_in(users: Any, layout: Layout, periods: Sequence[Period]) -> Any:
    """Users as `created_users` gives them, by the period of their `created_at`."""
    rows = in_period(users, users.created_at, periods)
    rows = with_reason(rows.mutate(subject_id=named(rows, "user_id")), layout)
    rows = rows.mutate(left_out=ibis.ifelse(rows.insider > 0, "internal", rows.left_out))
    return with_period(rows, periods)


def one_off_lines(layout: Layout, periods: Sequence[Period]) -> Any:
    """One-off invoice lines by the period their invoice was issued in, valued at its month's rate."""
    rows = _lines(layout, "one_off")
    return with_period(with_reason(in_period(rows, rows.issued_at, periods), layout), periods)


def usage_lines(layout: Layout, periods: Sequence[Period]) -> Any:
    """Metered invoice lines of the three months that end with each period, each at its own month's rate."""
    windows = trailing_months(periods, layout.basis.calendar, 3)
    spans = in_memory(
        [
            {"period_start": period.start, "since": months[-1].start, "until": months[0].end}
            for period, months in windows.items()
        ],
        schema={"period_start": "timestamp(6)", "since": "timestamp(6)", "until": "timestamp(6)"},
    )
    rows = _lines(layout, "usage")
    rows = rows.join(spans, [rows.issued_at >= spans.since, rows.issued_at < spans.until])
    return with_period(with_reason(rows, layout), periods)


def _lines(layout: Layout, kind: str) -> Any:
    """Invoice lines of a kind with when they were issued and their `value`."""
    invoices, lines = layout.records["invoices"], layout.records["invoice_lines"]
    bills = invoices.filter(invoices.status != "void").select(
        "source", "invoice_id", "account_id", "issued_at", "currency"
    )
    sold = lines.filter(lines.kind == kind).select("source", "invoice_id", "line_id", "amount")
    rows = sold.join(bills, ["source", "invoice_id"])
    rows = rows.mutate(month_day=rate_day(rows.issued_at, layout.basis.calendar), subject_id=rows.line_id)
    return valued(rows, layout.rates, layout.basis.currency, native="amount", day="month_day", into="value")


def first_spells(layout: Layout, periods: Sequence[Period]) -> Any:
    """Spells of being a customer up to the first churn, as seen at each period's end (K12)."""
    return _spells(layout, periods, final=False)


def last_spells(layout: Layout, periods: Sequence[Period]) -> Any:
    """Spells of being a customer up to a churn without return, as seen at each period's end (K12)."""
    return _spells(layout, periods, final=True)


def with_period(rows: Any, periods: Sequence[Period]) -> Any:
    """`rows` with their period's `period_end` and `days`."""
    known = in_memory(
        [{"starts": p.start, "period_end": p.end, "days": p.days} for p in periods],
        schema={"starts": "timestamp(6)", "period_end": "timestamp(6)", "days": "int64"},
    )
    rows = rows.drop(*[name for name in ("period_end", "days") if name in rows.columns])
    return rows.join(known, rows.period_start == known.starts).drop("starts")


def _spells(layout: Layout, periods: Sequence[Period], final: bool) -> Any:
    basis = layout.basis
    bounds = period_table(periods)
    rows = spells(layout.spans, bounds, basis.calendar, observed_from=basis.observed_from, final=final)
    return with_period(with_reason(rows, layout), periods)


def _days_of(period: Period, calendar: Calendar) -> list[Period]:
    days = calendar.periods("day", period.first_day, period.last_day)
    return [replace(day, end=min(day.end, period.end)) for day in days if day.start < period.end]


def _months_until(period: Period, calendar: Calendar, count: int) -> list[Period]:
    month = calendar.containing("month", period.end - timedelta(microseconds=1))
    if month.end > period.end and not period.grain.endswith(("month", "months", "quarter", "year")):
        month = calendar.previous(month)
    months = [replace(month, end=min(month.end, period.end))]
    while len(months) < count:
        month = calendar.previous(month)
        months.append(month)
    return months


def in_period(rows: Any, at: Any, periods: Sequence[Period]) -> Any:
    """`rows` once for each period that the instant `at` is in, with its `period_start`."""
    bounds = period_table(periods).select("period_start", "period_end")
    return rows.join(bounds, [at >= bounds.period_start, at < bounds.period_end]).drop("period_end")


def with_reason(rows: Any, layout: Layout) -> Any:
    """`rows` with `left_out`: the rule that leaves the whole account out, or null."""
    reasons = account_reason(layout).rename(reason_account="account_id")
    return rows.left_join(reasons, rows.account_id == reasons.reason_account).drop("reason_account")
