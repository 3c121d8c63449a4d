"""What an account is at an instant by its attributes, its plan or its start, joined to rows (R20)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis

from holdfast.timelines.accounts import ATTRIBUTES
from holdfast.timelines.layout import Layout
from holdfast.timelines.localtime import local
from holdfast.timelines.subjects import column_of

PLAIN = tuple(name for name in ATTRIBUTES if name not in ("is_internal", "attributes"))
OF_PHASES = ("plan", "interval", "currency")
OF_START = ("start_year", "start_month")


def with_attributes(rows: Any, layout: Layout, by: Sequence[str], instant: str) -> Any:
    """`rows` with a column for each of `by`, as of the instant in column `instant`.

    An account that is not there yet is as it enters. One with two plans at once is in both:
    such segments overlap. Rows may bring one of their own, as a trial its plan.
    """
    by = [name for name in by if column_of(name) not in rows.columns]
    plain = [name for name in by if name not in OF_PHASES and name not in OF_START]
    if plain:
        rows = _with_plain(rows, layout, plain, instant)
    for name in by:
        if name in OF_PHASES:
            rows = _with_phase(rows, layout, name, instant)
        if name in OF_START:
            rows = _with_start(rows, layout, name)
    return rows


def value_of(history: Any, name: str) -> Any:
    """An attribute of the account as text, from its history: a column, or `attributes.NAME` of any kind."""
    if name.startswith("attributes."):
        key = name.removeprefix("attributes.")
        value = history.attributes.cast("json")[key]
        return ibis.coalesce(value.unwrap_as("string"), value.cast("string").nullif("null"))
    return history[name].cast("string")


def _with_plain(rows: Any, layout: Layout, names: Sequence[str], instant: str) -> Any:
    history = layout.history
    values = {column_of(name): value_of(history, name) for name in names}
    known = history.select(who=history.account_id, since="valid_from", until="valid_to", **values)
    on = [rows.account_id == known.who, known.since < rows[instant], known.until >= rows[instant]]
    return rows.left_join(known, on).drop("who", "since", "until")


def _with_phase(rows: Any, layout: Layout, name: str, instant: str) -> Any:
    """The plan (or interval, currency) paid at the instant, else the first one begun in the period."""
    paying = layout.paying.select(
        who="account_id", value=layout.paying[name], start_at="start_at", end_at="end_at"
    )
    subjects = rows.select("account_id", "period_start", "period_end", bound=rows[instant]).distinct()
    near = subjects.join(
        paying,
        [
            subjects.account_id == paying.who,
            paying.start_at < subjects.period_end,
            paying.end_at >= subjects.bound,
        ],
    )
    held = near.start_at < near.bound
    whole = ibis.window(group_by=["account_id", "period_start", "bound"])
    near = near.mutate(
        held=held, any_held=held.max().over(whole), first_start=near.start_at.min().over(whole)
    )
    chosen = near.filter(near.held | (~near.any_held & (near.start_at == near.first_start)))
    found = chosen.select(
        "bound", who="account_id", starts="period_start", **{column_of(name): "value"}
    ).distinct()
    on = [rows.account_id == found.who, rows.period_start == found.starts, rows[instant] == found.bound]
    return rows.left_join(found, on).drop("who", "starts", "bound")


def _with_start(rows: Any, layout: Layout, name: str) -> Any:
    first = layout.spans.filter(layout.spans.ordinal == 1)
    day = local(first.start_at, layout.basis.calendar)
    text = day.strftime("%Y" if name == "start_year" else "%Y-%m")
    cohort = first.select(who="account_id", **{column_of(name): text})
    return rows.left_join(cohort, rows.account_id == cohort.who).drop("who")
