"""Features that know what came later: told apart by laying the past out from what was there then."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import ibis
import numpy as np

from holdfast.insights.risk.features import Known
from holdfast.tables import TABLES
from holdfast.tables.schema import Kind
from holdfast.timelines.basis import OnDemand, Records

OF_THE_END = ("end_reason", "end_cause", "outcome", "renewed_by", "renewed_mrr", "converted_at", "bot_solved")
"""Columns that say how something ended: empty until it has."""

PLANNED = ("due_at", "term_end", "notice_by", "ends_at")
"""Instants that are known before they come, because they were agreed."""


def as_it_was(records: Records, at: datetime) -> Records:
    """The records without anything that speaks of `at` or later: rows begun then, instants, how things ended.

    An end that had been announced by a request to cancel stays; any other end of a phase is not known yet.
    """

    def cut(name: str) -> Any:
        table = TABLES.get("accounts" if name == "accounts_versions" else name)
        rows = records[name]
        if table is None:
            return rows
        moments = [
            column for column in table.columns if column.kind is Kind.INSTANT and column.name in rows.columns
        ]
        begun = next((column.name for column in moments if column.required), None)
        if begun is not None:
            rows = rows.filter(rows[begun] < ibis.literal(at))
        changed = {
            column.name: _until(rows, column.name, at)
            for column in moments
            if column.name not in (begun, *PLANNED)
        }
        later = [rows[end] >= ibis.literal(at) for end in ("end_at", "decided_at") if end in rows.columns]
        for ending in OF_THE_END:
            if later and ending in rows.columns and ending not in changed:
                unknown = later[0].fill_null(True)
                changed[ending] = ibis.ifelse(unknown, ibis.null().cast(rows[ending].type()), rows[ending])
        return rows.mutate(**changed) if changed else rows

    return OnDemand(tuple(records), cut)


def _until(rows: Any, name: str, at: datetime) -> Any:
    value, never = rows[name], ibis.null().cast(rows[name].type())
    known = value < ibis.literal(at)
    if name == "end_at" and "cancel_requested_at" in rows.columns:
        known |= (rows.cancel_requested_at < ibis.literal(at)).fill_null(False)
    return ibis.ifelse(known.fill_null(False), value, never)


def leaking(whole: Known, cut: Known) -> list[str]:
    """The features that say otherwise where nothing later is known: they read what came after.

    Both are of the same instant; a feature leaks where any account's value differs, or accounts do.
    """
    if list(whole.account_id) != list(cut.account_id):
        return ["who is a customer"]
    same = np.isclose(whole.values, cut.values, equal_nan=True)
    return [name for name, column in zip(whole.names, same.T, strict=True) if not column.all()]
