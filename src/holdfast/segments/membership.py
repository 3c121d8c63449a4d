"""Who is in a segment when: a rule asked of every account at some instants, as facts told then.

A comparison with an unknown fact is unknown, and so is its opposite; `and`, `or` and `not` carry
that on, and an account of which a rule is unknown is no member.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import Any

import ibis

from holdfast.criterion import AllOf, AnyOf
from holdfast.periods import Calendar
from holdfast.segments.facts import FACTS, Kind
from holdfast.segments.moments import Moments
from holdfast.segments.rule import (
    Ago,
    Compared,
    IsKnown,
    Not,
    OneOf,
    Read,
    Rule,
    Span,
    Value,
    facts_read,
)
from holdfast.timelines.layout import Layout
from holdfast.timelines.localtime import instant, local
from holdfast.timelines.money import MONEY

SIGNS = {
    "=": lambda left, right: left == right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}
TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def members(rule: Rule, moments: Moments, layout: Layout) -> Any:
    """account_id and bound of the accounts that a rule is true of, just before each instant."""
    if moments.own:
        return _members(rule, moments, layout)
    mark = hashlib.sha256(f"{rule}|{moments.key}".encode()).hexdigest()[:12]
    return layout.once(f"members_{mark}", lambda: _members(rule, moments, layout))


def facts_told(rule: Rule, moments: Moments, layout: Layout) -> tuple[Any, dict[Read, str]]:
    """Every account at every instant with the facts that a rule reads, and the column of each."""
    rows = moments.of_all(known_accounts(layout))
    columns = {read: f"fact_{place}" for place, read in enumerate(facts_read(rule))}
    for read, column in columns.items():
        rows = _with_fact(rows, read, column, moments, layout)
    return rows, columns


def truth(rule: Rule, rows: Any, columns: Mapping[Read, str], calendar: Calendar) -> Any:
    """Whether a rule holds for each row: true, false or null where that is unknown."""
    match rule:
        case Not(part):
            return ~truth(part, rows, columns, calendar)
        case AllOf(parts):
            return reduce(lambda a, b: a & b, (truth(part, rows, columns, calendar) for part in parts))
        case AnyOf(parts):
            return reduce(lambda a, b: a | b, (truth(part, rows, columns, calendar) for part in parts))
        case IsKnown(read):
            return rows[columns[read]].notnull()
        case OneOf(read, values):
            each = (_compared(read, "=", value, rows, columns[read], calendar) for value in values)
            return reduce(lambda a, b: a | b, each)
        case Compared(read, sign, value):
            return _compared(read, sign, value, rows, columns[read], calendar)


def known_accounts(layout: Layout) -> Any:
    """Every account of which there is a row, a phase, a user, an event, a ticket or an answer."""
    return layout.once("known_accounts", lambda: _known_accounts(layout))


def _known_accounts(layout: Layout) -> Any:
    tables = ("users", "tickets", "survey_responses")
    named = [layout.records[table].select("account_id") for table in tables]
    found = [layout.accounts.select("account_id"), layout.priced.select("account_id"), *named]
    every = ibis.union(*found, distinct=True)
    return layout.near(every.filter(every.account_id.notnull()))


def _members(rule: Rule, moments: Moments, layout: Layout) -> Any:
    rows, columns = facts_told(rule, moments, layout)
    holds = truth(rule, rows, columns, layout.basis.calendar).fill_null(False)
    return rows.filter(holds).select("account_id", "bound")


def _with_fact(rows: Any, read: Read, column: str, moments: Moments, layout: Layout) -> Any:
    fact = FACTS[read.fact]
    made = fact.made(moments, layout, read)
    made = made.select(who="account_id", at="bound", told=made.value, there=ibis.literal(True))
    joined = rows.left_join(made, [rows.account_id == made.who, rows.bound == made["at"]])
    value = joined.told
    if fact.absent is not None:
        value = ibis.ifelse(joined.there.isnull(), fact.absent(joined, layout), value)
    return joined.select(*rows.columns, **{column: value})


def _compared(read: Read, sign: str, value: Value, rows: Any, column: str, calendar: Calendar) -> Any:
    kind, told = FACTS[read.fact].kind, rows[column]
    match value:
        case Span():
            # The fact is the instant from which time has passed.
            return SIGNS[TURNED[sign]](_later(told, value, calendar), rows.bound)
        case Ago(span):
            return SIGNS[sign](told, _earlier(rows.bound_day, span))
        case date():
            return SIGNS[sign](told, ibis.literal(value))
        case Decimal():
            number = told.try_cast(MONEY) if kind is Kind.EITHER else told.cast(MONEY)
            return SIGNS[sign](number, ibis.literal(f"{value:f}").cast(MONEY))
        case str() if kind is Kind.TEXTS:
            return told.contains(value)
    return SIGNS[sign](told, ibis.literal(value))


def _later(began: Any, span: Span, calendar: Calendar) -> Any:
    """The instant at which so much time has passed by the workspace's clock."""
    return instant(local(began, calendar) + _interval(span), calendar)


def _earlier(day: Any, span: Span) -> Any:
    return (day.cast("timestamp") - _interval(span)).date()


def _interval(span: Span) -> Any:
    return ibis.interval(span.count, unit={"day": "D", "week": "W", "month": "M", "year": "Y"}[span.unit])
