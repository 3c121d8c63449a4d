"""Facts of who an account is: its attributes, how old it is, whether it pays."""

from __future__ import annotations

from typing import Any

import ibis

from holdfast.segments.attributes import PLAIN, value_of
from holdfast.segments.entering import customers_at, entries
from holdfast.segments.facts import Kind, fact
from holdfast.segments.moments import Moments
from holdfast.segments.rule import Read
from holdfast.tables import TABLES
from holdfast.timelines.layout import Layout

STATES = ("paying", "paused", "trialing", "churned", "never_paid")
PHASES = ("subscription_phases",)
EXAMPLES = {"country": "country in (ID, MY)", "employees": "employees >= 50"}


def _attribute(moments: Moments, layout: Layout, read: Read) -> Any:
    history = layout.history
    name = f"attributes.{read.of}" if read.of is not None else read.fact
    value = history[name] if name == "employees" else value_of(history, name)
    known = history.select("account_id", "valid_from", "valid_to", value=value)
    near = moments.beside(
        known, lambda each, at: each.valid_from < at.bound, lambda each, at: each.valid_to >= at.bound
    )
    return near.filter(near.value.notnull()).select("account_id", "bound", "value")


for _name in PLAIN:
    fact(
        _name,
        Kind.NUMBER if _name == "employees" else Kind.TEXT,
        EXAMPLES.get(_name, f"{_name} is known"),
        meaning=TABLES["accounts"].column(_name).meaning,
    )(_attribute)
fact(
    "attributes",
    Kind.EITHER,
    "attributes.persona = founder",
    of="an attribute's name",
    meaning="Any other attribute by its name, compared as a number with a number, else as text.",
)(_attribute)


@fact("age", Kind.SPAN, "age < 30 days")
def age(moments: Moments, layout: Layout, _: Read) -> Any:
    """How long ago the account signed up; unknown before."""
    born = layout.accounts.select("account_id", value="created_at")
    return moments.beside(born, lambda each, at: each.value < at.bound).select("account_id", "bound", "value")


@fact("tenure", Kind.SPAN, "tenure >= 6 months", reads=PHASES)
def tenure(moments: Moments, layout: Layout, _: Read) -> Any:
    """How long ago the account first paid; unknown where it never had."""
    first = layout.spans.filter(layout.spans.ordinal == 1).select("account_id", value="start_at")
    near = moments.beside(first, lambda each, at: each.value < at.bound)
    return near.select("account_id", "bound", "value")


def _never_paid(_rows: Any, _layout: Layout) -> Any:
    return ibis.literal("never_paid")


@fact("status", Kind.TEXT, "status = paying", values=STATES, absent=_never_paid, reads=PHASES)
def status(moments: Moments, layout: Layout, _: Read) -> Any:
    """Where it stands: one of the five words; paused is a customer that pays nothing just now."""
    trying = layout.priced.filter(layout.priced.state == "trialing")
    found = [
        _at(moments, layout.paid),
        entries(moments, layout),
        customers_at(moments, layout),
        _at(moments, trying),
        moments.beside(layout.spans, lambda each, at: each.start_at < at.bound),
    ]
    places = (0, 0, 1, 2, 3)
    ranked = ibis.union(
        *[
            rows.select("account_id", "bound", place=ibis.literal(place).cast("int64"))
            for rows, place in zip(found, places, strict=True)
        ]
    )
    best = ranked.group_by(["account_id", "bound"]).agg(place=ranked.place.min())
    names = [(place, name) for place, name in enumerate(STATES[:-1])]
    return best.select("account_id", "bound", value=best.place.cases(*names))


def _at(moments: Moments, spans: Any) -> Any:
    return moments.beside(
        spans, lambda each, at: each.start_at < at.bound, lambda each, at: each.end_at >= at.bound
    )
