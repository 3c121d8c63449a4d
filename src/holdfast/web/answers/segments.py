"""Segments as pages show them: who is in one when, who came and went, what their figures are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow.compute as pc

from holdfast.flow import Workspace
from holdfast.flow.answering.membership import Members, Turnover
from holdfast.flow.knowing.segmenting import Segment
from holdfast.metrics import Change, Figure
from holdfast.metrics.compare import compare
from holdfast.segments import FACTS
from holdfast.web.answers.about import About
from holdfast.web.answers.readers import answer
from holdfast.web.answers.standpoint import SHOWN, Standpoint

__all__ = ["Members", "Segment", "Side", "Turnover"]

MOST_VALUES = 200
PHASES = {"plan", "interval", "currency"}


@dataclass(frozen=True)
class Side:
    """The figures of two groups of accounts side by side; `change` is from the second to the first."""

    figure: Figure
    other: Figure | None
    change: Change | None


@answer
def segments_of(space: Workspace, known_at: datetime | None) -> Sequence[Segment]:
    """Every segment as it is, or was known at an instant."""
    return space.segments.all(known_at)


@answer
def members_of(space: Workspace, at: Standpoint, segment: str, moment: datetime) -> Members:
    """Who is in a segment, named or given as a rule, just before an instant, within the standpoint's.

    Raises UsageError where the rule cannot be read, or names what no record has.
    """
    found = space.segments.members(segment, at=moment, known_at=at.known_at)
    rows = found.rows
    for other in at.segment:
        inside = space.segments.members(other, at=moment, known_at=at.known_at).rows
        rows = rows.filter(pc.is_in(rows["account_id"], value_set=inside["account_id"].combine_chunks()))
    return Members(found.segment, found.rule, found.at, rows)


@answer
def turnover_of(space: Workspace, told: About, at: Standpoint, segment: str) -> Sequence[Turnover]:
    """How the members of a segment came and went over the periods up to the one looked at."""
    first = at.first(told.calendar, SHOWN)
    return space.segments.turnover(segment, grain=at.grain, first=first, last=at.period, known_at=at.known_at)


@answer
def side_by_side(space: Workspace, at: Standpoint, board: str, one: str, other: str) -> Sequence[Side]:
    """The KPIs of a role's board, or all, for one group of accounts and another; empty text is everyone.

    The difference has the interval of two groups that share nobody (R23).
    """
    mine, theirs = (_figures(space, at, board, group) for group in (one, other))
    return [_side(figure, theirs.get(key)) for key, figure in mine.items()]


@answer
def values_seen(space: Workspace, fact: str) -> Sequence[str]:
    """What a fact was seen to be, or the names that can stand with it, for a list to choose from."""
    if FACTS[fact].values:
        return FACTS[fact].values
    if fact == "count":
        return _distinct(space.records("events"), "name")
    if fact == "attributes":
        return _attributes(space)
    if fact in PHASES:
        return _distinct(space.records("subscription_phases"), fact)
    accounts = space.records("accounts")
    return _distinct(accounts, fact) if fact in accounts.columns and fact != "name" else ()


Key = tuple[str, tuple[tuple[str, str | int], ...]]


def _figures(space: Workspace, at: Standpoint, board: str, group: str) -> Mapping[Key, Figure]:
    within = (*at.segment, group) if group else at.segment
    asked = {"first": at.period, "last": at.period, "segment": within, "known_at": at.known_at}
    figures = space.kpis(grain=at.grain, board=board, **asked)  # type: ignore[arg-type]
    return {(each.name, tuple(sorted(each.of.items()))): each for each in figures}


def _side(figure: Figure, other: Figure | None) -> Side:
    return Side(figure, other, None if other is None else compare(figure, other, "previous"))


def _distinct(rows: Any, column: str) -> Sequence[str]:
    found = rows.filter(rows[column].notnull()).select(value=rows[column].cast("string")).distinct()
    values: Sequence[str] = found.order_by("value").limit(MOST_VALUES).to_pyarrow()["value"].to_pylist()
    return values


def _attributes(space: Workspace) -> Sequence[str]:
    accounts = space.records("accounts")
    told = accounts.filter(accounts.attributes.notnull()).select("attributes").distinct().limit(1000)
    return sorted({name for text in told.to_pyarrow()["attributes"].to_pylist() for name in json.loads(text)})
