"""Checks of what is derived: the MRR bridge, and kept timelines against the slow truth."""

from __future__ import annotations

from typing import Any

import ibis

from holdfast.flow.keeping.kept_sessions import SESSIONS, sessions_of
from holdfast.flow.keeping.refresh import ACTIVITY, MONTHS, is_current, kept_layout, kept_months
from holdfast.flow.knowing.held import Held
from holdfast.flow.knowing.known import Knowledge
from holdfast.timelines.account_periods import RATES
from holdfast.timelines.layout import BY_ACCOUNT, Layout, lay_out
from holdfast.timelines.subjects import built
from holdfast.warehouse import Finding, Warehouse

FEW = 5
REBUILD = "Make them anew: holdfast refresh --whole."


def check_derived(warehouse: Warehouse) -> list[Finding]:
    """Whether the MRR bridge closes, and whether kept timelines equal the ones made from scratch."""
    known = Knowledge(warehouse)
    if not is_current(warehouse, known):
        return [_stale()]
    with warehouse.reading(), Held(warehouse) as held:
        kept = kept_layout(warehouse, known)
        scratch = lay_out(
            known.records, known.basis, names=known.names, sources=known.settings["sources"], keep=held
        )
        return [*_bridge(kept), *_differences(warehouse, known, kept, scratch), *_missing_rates(kept)]


def _bridge(kept: Layout) -> list[Finding]:
    """Closing MRR of an account's month is opening MRR of its next."""
    if kept.months is None or not kept.months.periods:
        return []
    rows = kept.months.rows
    bounds = ibis.memtable(
        [{"period_start": p.start, "next_start": p.end} for p in kept.months.periods],
        schema={"period_start": "timestamp(6)", "next_start": "timestamp(6)"},
    )
    dated = rows.join(bounds, "period_start")
    nexts = rows.select("account_id", next_start="period_start", next_opening="opening_mrr")
    last = max(p.start for p in kept.months.periods)
    joined = dated.filter(dated.period_start < ibis.literal(last)).left_join(
        nexts, ["account_id", "next_start"]
    )
    broken = joined.filter(joined.closing_mrr != joined.next_opening.fill_null(0))
    gains = rows.new_mrr + rows.expansion_mrr + rows.reactivation_mrr
    moved = gains - rows.contraction_mrr - rows.churned_mrr
    fx = rows.closing_mrr - rows.opening_mrr - moved
    unexplained = rows.filter((fx != 0) & rows.account_id.notin(_foreign(kept)))
    return [
        *_found("mrr_chain", MONTHS, broken, "months whose closing MRR is not the next month's opening"),
        *_found("mrr_bridge", MONTHS, unexplained, "months in which opening plus movements is not closing"),
    ]


def _foreign(kept: Layout) -> Any:
    rows = kept.changes
    return rows.filter(rows.currency != kept.basis.currency).select("account_id").distinct().account_id


def _differences(warehouse: Warehouse, known: Knowledge, kept: Layout, scratch: Layout) -> list[Finding]:
    pairs = {name: (getattr(kept, name), getattr(scratch, name)) for name in BY_ACCOUNT}
    pairs[ACTIVITY] = (kept.activity, scratch.activity)
    if kept.sessions is not None:
        pairs[SESSIONS] = (kept.sessions.rows, sessions_of(known))
    months = kept_months(warehouse, known)
    if months and kept.months is not None:
        pairs[MONTHS] = (kept.months.rows, built(scratch, months))
    found = []
    for name, (stored, made) in pairs.items():
        columns = sorted(stored.columns)
        ours, theirs = stored.select(*columns), made.select(*columns)
        differing = ibis.union(ibis.difference(ours, theirs), ibis.difference(theirs, ours))
        found += _found("derived", name, differing, "kept rows that differ from the records")
    return found


def _missing_rates(kept: Layout) -> list[Finding]:
    if kept.months is None:
        return []
    rows = kept.months.rows
    lacking = ibis.union(*(rows.select(day=rows[name]) for name in RATES), distinct=True)
    days = lacking.filter(lacking.day.notnull()).order_by("day").to_pyarrow()["day"].to_pylist()
    if not days:
        return []
    return [
        Finding(
            code="no_rate",
            severity="warning",
            table="fx_rates",
            count=len(days),
            message=f"days without the exchange rate into {kept.basis.currency} that some month needs",
            what_to_do=f"Import the rates of these days into fx_rates, with quote {kept.basis.currency}.",
            examples=tuple(day.isoformat() for day in days[:FEW]),
        )
    ]


def _found(code: str, table: str, rows: Any, message: str) -> list[Finding]:
    count = int(rows.count().to_pyarrow().as_py())
    if not count:
        return []
    some = rows.limit(FEW).to_pyarrow().to_pylist()
    examples = tuple(", ".join(f"{key}={value}" for key, value in list(row.items())[:4]) for row in some)
    return [
        Finding(
            code=code,
            severity="error",
            table=table,
            count=count,
            message=message,
            what_to_do=REBUILD,
            examples=examples,
        )
    ]


def _stale() -> Finding:
    return Finding(
        code="stale",
        severity="warning",
        table=MONTHS,
        count=0,
        message="what is kept derived is older than the records; figures come from the records",
        what_to_do="Run holdfast kpis, which brings it up to date.",
        examples=(),
    )
