"""Billing runs of a layout, and when their next terms end as seen from an instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from holdfast.timelines.cycles import billed, billing_runs, terms_ending
from holdfast.timelines.in_memory import in_memory
from holdfast.timelines.layout import Layout


def billed_of(layout: Layout) -> Any:
    """Paying phases with their line."""
    told, rules = layout.records["subscription_phases"], layout.basis.rules
    return layout.once("billed_phases", lambda: billed(layout.paying, told, rules))


def billing_runs_of(layout: Layout) -> Any:
    """Runs of paying at one interval."""
    return layout.once("billing_runs", lambda: billing_runs(billed_of(layout), layout.basis.calendar))


def cycles_ahead(layout: Layout, stretches: Sequence[tuple[datetime, datetime]]) -> Any:
    """The terms of runs that pay just before a stretch begins, whose end comes in it.

    Columns: account_id, `bound` (where the stretch begins), term_end, and months and days, how long a term
    is. Whether the run goes on is read from nothing that comes after the bound.
    """
    clock = layout.basis.calendar.to_local
    names = ("due_from", "period_end", "from_clock", "to_clock")
    rows = [dict(zip(names, (*each, *map(clock, each)), strict=True)) for each in stretches]
    bounds = in_memory(rows, schema=dict.fromkeys(names, "timestamp(6)"))
    terms = terms_ending(billing_runs_of(layout), bounds, layout.basis.calendar).rename(bound="due_from")
    held = terms.filter((terms.begins < terms.bound) & (terms.ends >= terms.bound))
    return held.select("account_id", "bound", "term_end", "months", "days")
