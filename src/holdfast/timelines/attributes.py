"""The segment an account is in at an instant, joined to rows of a timeline (R20)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis

from holdfast.errors import unknown
from holdfast.timelines.accounts import ATTRIBUTES
from holdfast.timelines.layout import Layout
from holdfast.timelines.localtime import local

PLAIN = tuple(name for name in ATTRIBUTES if name not in ("is_internal", "attributes"))
OF_PHASES = ("plan", "interval", "currency")
INSTANTS = {"opening": "period_start", "closing": "period_end", "entry": "start_at"}
OF_START = ("start_year", "start_month")


def check_segments(by: Sequence[str]) -> None:
    """Refuse a segment that no account can have, with the nearest right name."""
    for name in by:
        if name not in (*PLAIN, *OF_PHASES, *OF_START) and not name.startswith("attributes."):
            raise unknown("segment", name, (*PLAIN, *OF_PHASES, *OF_START, "attributes.NAME"))


def column_of(name: str) -> str:
    """The column that holds segment `name` in rows given by `with_segments`."""
    return "by_" + name.replace(".", "_")


def with_segments(rows: Any, layout: Layout, by: Sequence[str], *, at: str) -> Any:
    """`rows` with a column for each segment of `by`, as of the period's opening or closing.

    `at` is `opening`, `closing`, or `entry` for rows with a `start_at` of their own. An account
    that is not there yet at the opening is in the segment it enters with. An account with two
    plans at once is in both: such segments overlap. Rows may bring a segment of their own, as a
    trial its plan.
    """
    instant = INSTANTS[at]
    by = [name for name in by if column_of(name) not in rows.columns]
    plain = [name for name in by if name not in OF_PHASES and name not in OF_START]
    if plain:
        rows = _with_attributes(rows, layout, plain, instant)
    for name in by:
        if name in OF_PHASES:
            rows = _with_phase(rows, layout, name, instant)
        if name in OF_START:
            rows = _with_start(rows, layout, name)
    return rows


def _with_attributes(rows: Any, layout: Layout, names: Sequence[str], instant: str) -> Any:
    history = layout.history
    values = {column_of(name): _value(history, name) for name in names}
    known = history.select(who=history.account_id, since="valid_from", until="valid_to", **values)
    on = [rows.account_id == known.who, known.since < rows[instant], known.until >= rows[instant]]
    return rows.left_join(known, on).drop("who", "since", "until")


def _value(history: Any, name: str) -> Any:
    if name.startswith("attributes."):
        key = name.removeprefix("attributes.")
        return history.attributes.cast("json")[key].unwrap_as("string")
    return history[name].cast("string")


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
