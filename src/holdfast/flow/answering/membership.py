"""Segments as a person handles them: defined, listed, and looked into on a day or over periods."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from holdfast.errors import Sentence, UsageError
from holdfast.flow.answering.figures import Desk, Question, asked_of
from holdfast.flow.knowing import segmenting
from holdfast.flow.knowing.segmenting import Segment
from holdfast.periods import Period
from holdfast.segments import FACTS, Kind, Moments, Rule, facts_told, members, tables_read, truth
from holdfast.timelines.layout import Layout
from holdfast.timelines.localtime import local
from holdfast.warehouse import Warehouse

SECONDS_A_DAY = 86_400


@dataclass(frozen=True)
class Members:
    """Who is in a segment just before an instant: account_id, name, and each fact that the rule read."""

    segment: str
    rule: Rule
    at: datetime
    rows: pa.Table


@dataclass(frozen=True)
class Turnover:
    """How many accounts were in a segment at both ends of a period, came into it and went out of it."""

    period: Period
    opening: int
    entered: int
    left: int
    closing: int


class KeptSegments:
    """The segments of one workspace."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    def define(self, name: str, rule: str, *, by: str | None = None) -> Segment:
        """Keep a rule under a name; the same name again is a new version, the old one stays known.

        Raises UsageError where the rule cannot be read, with the word at fault, and where it names
        an event, plan or attribute that no record has.
        """
        return segmenting.define(self._warehouse, name, rule, by)

    def all(self, known_at: datetime | None = None) -> list[Segment]:
        """Every segment now, or as known at an instant, in the order of their names."""
        return list(segmenting.kept_segments(self._warehouse, known_at).values())

    def drop(self, name: str) -> None:
        """Let a segment go; reports that were made with it can still be run again."""
        segmenting.drop(self._warehouse, name)

    def members(
        self, segment: str, *, at: datetime | None = None, known_at: datetime | None = None
    ) -> Members:
        """Who is in a segment, named or given as a rule, just before `at`; without it as the data end."""
        question = Question(segment=(segment,), known_at=known_at)
        return asked_of(self._warehouse, question, lambda desk: _members(desk, at))

    def turnover(
        self,
        segment: str,
        *,
        grain: str = "month",
        first: str | None = None,
        last: str | None = None,
        known_at: datetime | None = None,
    ) -> list[Turnover]:
        """How a segment's members came and went, by period from `first` to `last`, both included.

        Who is in it at one end of a period and not at the other has come or gone; what happened
        in between is not seen. Without `first` and `last`: the periods that a board shows.
        """
        question = Question((), grain, first, last, segment=(segment,), known_at=known_at)
        return asked_of(self._warehouse, question, _turnover)


def _members(desk: Desk, at: datetime | None) -> Members:
    ((name, rule),) = desk.segments.within.items()
    layout, moment = desk.layout, at or _until(desk, rule)
    moments = Moments.at([(moment, moment)], layout.basis.calendar)
    rows, columns = facts_told(rule, moments, layout)
    rows = external(rows.filter(truth(rule, rows, columns, layout.basis.calendar)), layout)
    shown = {str(read): shown_as(rows, read.fact, column, layout) for read, column in columns.items()}
    named = layout.accounts.select(who="account_id", called="name")
    told = rows.select("account_id", **shown)
    told = told.left_join(named, told.account_id == named.who)
    names = {"name": told.called} if "name" not in shown else {}
    table = told.select("account_id", **names, **{each: told[each] for each in shown})
    return Members(name, rule, moment, table.order_by("account_id").to_pyarrow())


def _turnover(desk: Desk) -> list[Turnover]:
    ((_, rule),) = desk.segments.within.items()
    layout, until = desk.layout, _until(desk, rule)
    periods = desk.periods_until(until)
    bounds = sorted({bound for period in periods for bound in (period.start, min(period.end, until))})
    moments = Moments.at([(bound, bound) for bound in bounds], layout.basis.calendar)
    rows = external(members(rule, moments, layout), layout).order_by("bound").to_pyarrow()
    inside: dict[datetime, set[str]] = {bound: set() for bound in bounds}
    for account, bound in zip(rows["account_id"].to_pylist(), rows["bound"].to_pylist(), strict=True):
        inside[bound].add(account)
    return [_turned(period, inside, until) for period in periods]


def _turned(period: Period, inside: dict[datetime, set[str]], until: datetime) -> Turnover:
    opening, closing = inside[period.start], inside[min(period.end, until)]
    return Turnover(period, len(opening), len(closing - opening), len(opening - closing), len(closing))


def _until(desk: Desk, rule: Rule) -> datetime:
    """The instant up to which all that a rule reads is whole; that of the phases, where it reads none."""
    moment = desk.whole_until(tables_read(rule) or ("subscription_phases",))
    if moment is None:
        raise UsageError(
            Sentence("There is nobody to group yet."),
            hint=Sentence("Import something: {command}", command="holdfast import --help"),
        )
    return moment


def external(rows: Any, layout: Layout) -> Any:
    """`rows` of accounts without the business's own."""
    ours = layout.accounts.filter(layout.accounts.is_internal).select("account_id")
    return rows.anti_join(ours, "account_id")


def shown_as(rows: Any, fact: str, column: str, layout: Layout) -> Any:
    """A fact as a person reads it: time passed as whole local days, several texts as one."""
    told, kind = rows[column], FACTS[fact].kind
    if kind is Kind.SPAN:
        clock = [local(at, layout.basis.calendar) for at in (rows.bound, told)]
        return clock[0].delta(clock[1], unit="second") // SECONDS_A_DAY
    if kind is Kind.TEXTS:
        return told.sort().join(", ")
    return told
