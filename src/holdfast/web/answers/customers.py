"""Accounts as a table that is searched, sorted and paged, and one of them seen whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from holdfast.flow import Workspace
from holdfast.flow.answering.dossier import Dossier, Happening
from holdfast.flow.answering.roster import Roster
from holdfast.web.answers.about import About
from holdfast.web.answers.readers import answer
from holdfast.web.answers.standpoint import Standpoint

__all__ = [
    "Dossier",
    "Happening",
    "Roster",
    "Slice",
    "Wanted",
    "dossier_of",
    "facts_of",
    "roster_of",
    "slice_of",
]

COLUMNS = (
    *("name", "status", "mrr", "plan", "tenure", "last_seen", "open_tickets"),
    *("country", "industry", "owner", "created_at"),
)
"""What the table can show and be sorted by."""

PAGE_ROWS = 50
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Wanted:
    """Which accounts are wanted: letters of name or id, a status, and from which place in which order."""

    text: str = ""
    status: str = ""
    sort: str = "mrr"
    upwards: bool = False
    offset: int = 0


@dataclass(frozen=True)
class Slice:
    """Some accounts of a table: `total` are all that are wanted, `mrr` is what they pay together."""

    total: int
    rows: Sequence[Row]
    mrr: Any
    statuses: Mapping[str, int]


@answer
def roster_of(space: Workspace, told: About, at: Standpoint) -> Roster:
    """Every account of the standpoint just before its period ends, or where the data end before that."""
    moment = told.closing(at.grain, at.period)
    return space.roster(at=moment, segment=at.segment, known_at=at.known_at)


@answer
def dossier_of(space: Workspace, at: Standpoint, account_id: str) -> Dossier:
    """One account's timeline, users and use."""
    return space.dossier(account_id, known_at=at.known_at)


def slice_of(roster: Roster, wanted: Wanted) -> Slice:
    """The accounts wanted; what is searched, sorted and summed are all of them."""
    rows = searched(roster.rows, wanted.text)
    statuses = {each["values"]: each["counts"] for each in pc.value_counts(rows["status"]).to_pylist()}
    rows = searched(rows, "", wanted.status)
    way = "ascending" if wanted.upwards else "descending"
    order = pc.sort_indices(
        rows, sort_keys=[(wanted.sort, way, "at_end"), ("account_id", "ascending", "at_end")]
    )
    shown = rows.take(order.slice(wanted.offset, PAGE_ROWS))
    return Slice(rows.num_rows, shown.to_pylist(), pc.sum(rows["mrr"]).as_py(), statuses)


def searched(rows: pa.Table, text: str, status: str = "") -> pa.Table:
    """The accounts with these letters in name or id, and of this status, where something is asked for."""
    if text:
        named = (pc.fill_null(rows["name"], ""), rows["account_id"])
        rows = rows.filter(pc.or_(*(pc.match_substring(each, text, ignore_case=True) for each in named)))
    return rows.filter(pc.equal(rows["status"], status)) if status else rows


def facts_of(roster: Roster, account_id: str) -> Row | None:
    """The facts of one account; None where the table has none of that id."""
    found: pa.Table = roster.rows.filter(pc.equal(roster.rows["account_id"], account_id))
    return found.to_pylist()[0] if found.num_rows else None
