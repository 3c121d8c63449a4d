"""When each account's next term ends, as known just before an instant: of contracts, else of billing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import ibis

from holdfast.segments import Moments
from holdfast.timelines.basis import INSTANT
from holdfast.timelines.cycles_ahead import cycles_ahead
from holdfast.timelines.layout import Layout
from holdfast.timelines.localtime import instant, local

AHEAD_DAYS = 90
"""How far ahead renewals are looked for: as far as chances are told."""

LEAST_DAYS = 28
"""Billing by shorter terms than a month has no renewal that could be told from the next."""

KEYS = ["account_id", "bound"]


def days_to_renewal(moments: Moments, layout: Layout) -> Any:
    """account_id, bound and, as `value`, the days from the instant to the end of the day of the next renewal.

    Of accounts whose next undecided term ends within `AHEAD_DAYS`, the day of its end included: who
    leaves at the renewal leaves on that day. A term that was renewed early no longer counts.
    """
    calendar = layout.basis.calendar
    terms = ibis.union(_of_contracts(moments, layout), _of_cycles(moments, layout))
    midnight = local(terms.term_end, calendar).truncate("D") + ibis.interval(days=1)
    over = instant(midnight.cast(INSTANT), calendar)
    seconds = over.epoch_seconds() - terms.bound.epoch_seconds()
    terms = terms.mutate(days=seconds.cast("float64") / 86_400)
    ahead = terms.filter(terms.days <= AHEAD_DAYS)
    return ahead.group_by(KEYS).agg(value=ahead.days.min())


def _of_contracts(moments: Moments, layout: Layout) -> Any:
    rows = moments.beside(
        layout.records["contracts"],
        lambda each, at: (each.term_start < at.bound) & (each.term_end >= at.bound),
        lambda each, at: each.term_end < at.bound + ibis.interval(days=AHEAD_DAYS),
    )
    renewed = (rows.outcome == "renewed").fill_null(False) | rows.renewed_by.notnull()
    early = renewed & (rows.decided_at < rows.bound).fill_null(False)
    return rows.filter(~early).select(*KEYS, term_end=rows.term_end.cast(INSTANT))


def _of_cycles(moments: Moments, layout: Layout) -> Any:
    """Terms of billing, where no contract that was known covers their end."""
    instants = moments.rows.select("bound").distinct().to_pyarrow()["bound"].to_pylist()
    rows = cycles_ahead(layout, [(each, each + timedelta(days=AHEAD_DAYS)) for each in sorted(instants)])
    rows = rows.filter((rows.months > 0) | (rows.days >= LEAST_DAYS))
    covers = layout.records["contracts"].select(who="account_id", since="term_start", until="term_end")
    free = rows.anti_join(
        covers,
        [
            rows.account_id == covers.who,
            covers.since < rows.bound,
            covers.since < rows.term_end,
            covers.until >= rows.term_end,
        ],
    )
    return free.select(*KEYS, term_end=free.term_end.cast(INSTANT))
