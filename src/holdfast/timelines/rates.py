"""Exchange rates: what one unit of a currency is worth in the workspace's on a day (R14)."""

from __future__ import annotations

from typing import Any

import ibis

from holdfast.timelines.basis import Records
from holdfast.timelines.money import MONEY, RATE, converted, zero


def rates_into(records: Records, currency: str) -> Any:
    """Currency, day and rate into `currency`: an amount in `base` times rate is one in `quote`.

    Where several rows give the same pair and day, the one with the greatest rate_id holds, then
    the one of the source that is first by name.
    """
    rows = records["fx_rates"]
    rows = rows.filter(rows.quote == currency)
    best = ibis.window(group_by=["base", "day"], order_by=[rows.rate_id.desc(), rows.source])
    ranked = rows.mutate(rank=ibis.row_number().over(best))
    return ranked.filter(ranked["rank"] == 0).select("base", "day", rate=ranked.rate.cast(RATE))


def valued(
    rows: Any, rates: Any, currency: str, *, native: str, day: str, into: str, missing: str = "no_rate"
) -> Any:
    """`rows` with column `into`: the native amount at the rate of the day in column `day`.

    A missing rate values the row at 0 and puts the day into the column `missing`, so that a
    figure is undefined by name rather than short (R14).
    """
    rates = rates.select(rate_currency=rates.base, rate_on=rates.day, rate=rates.rate).view()
    joined = rows.left_join(rates, [rows.currency == rates.rate_currency, rows[day] == rates.rate_on])
    own = joined.currency == currency
    known = own | joined.rate.notnull() | (joined[native] == zero())
    value = ibis.cases(
        (own, joined[native]),
        (joined.rate.notnull(), converted(joined[native].cast(MONEY), joined.rate)),
        else_=zero(),
    )
    lacking = ibis.ifelse(known, ibis.null().cast("date"), joined[day])
    earlier = joined[missing] if missing in rows.columns else ibis.null().cast("date")
    columns = {name: joined[name] for name in rows.columns if name != missing}
    return joined.select(**columns, **{into: value, missing: ibis.coalesce(earlier, lacking)})
