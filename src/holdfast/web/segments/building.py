"""The builder: a rule as text or by fields, with how many accounts it holds while it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import pyarrow.compute as pc
from django.http import HttpResponse
from django.shortcuts import redirect

from holdfast.errors import HoldfastError
from holdfast.segments import FACTS
from holdfast.web.answers.customers import roster_of
from holdfast.web.answers.readers import do_record
from holdfast.web.answers.segments import Members, members_of, segments_of, values_seen
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import secured, show
from holdfast.web.segments.cells import Seen, seen
from holdfast.web.segments.conditions import SHOWN, SIGNS, Condition, added, condition_of, conditions, without
from holdfast.web.workspaces.audit import do_note
from holdfast.web.workspaces.roles import May
from holdfast.words.amounts import amount

FORMS = frozenset({"GET", "HEAD", "POST"})
FIRST_ROWS = 8


@dataclass(frozen=True)
class Outcome:
    """What a rule comes to at the standpoint: its conditions, its accounts and what they pay together."""

    text: str
    count: int | None = None
    mrr: str = ""
    join: str = "and"
    parts: Sequence[str] = ()
    first: Seen | None = None
    problem: HoldfastError | None = None
    changed: bool = field(default=False, compare=False)


@page(methods=FORMS, changing=May.DEFINE)
def build(view: View) -> HttpResponse:
    """The builder, and where its form goes: a segment to keep."""
    asked = view.request.POST if view.request.method == "POST" else view.request.GET
    problem = None
    if view.request.method == "POST":
        name, text = asked.get("name", "").strip(), asked.get("rule", "")
        try:
            made = do_record(lambda space: space.segments.define(name, text, by=view.member.email))
            do_note(view.member, "defined", f"segment {name}", {"rule": str(made.rule)})
            return secured(redirect(view.link(f"/segments/of/{name}/", known=None)))
        except HoldfastError as refused:
            problem = refused
    return show(
        view,
        "segments/build.html",
        outcome=outcome_of(view, asked),
        condition=_condition(asked),
        values=_values(asked),
        facts=tuple(FACTS),
        signs=_signs(asked),
        asked=asked,
        names=[each.name for each in segments_of(None)],
        problem=problem,
        may_define=view.member.may(May.DEFINE),
    )


@page(noted=False)
def counted(view: View) -> HttpResponse:
    """What the rule comes to, alone: asked for again with every change of it."""
    return show(view, "segments/counted.html", outcome=outcome_of(view, view.request.GET), alone=True)


@page(noted=False)
def condition(view: View) -> HttpResponse:
    """The fields of one condition, alone: other facts can be asked other things."""
    asked = view.request.GET
    return show(
        view,
        "segments/condition.html",
        condition=_condition(asked),
        values=_values(asked),
        facts=tuple(FACTS),
        signs=_signs(asked),
    )


def outcome_of(view: View, asked: Mapping[str, str]) -> Outcome:
    """What the rule of a form comes to, after the change that a button of it asks for."""
    text = before = asked.get("rule", "").strip()
    try:
        if "add" in asked:
            text = added(text, condition_of(asked), asked.get("join", "and"))
        elif asked.get("without", "").isdecimal():
            text = without(text, int(asked["without"]))
        if not text:
            return Outcome("", changed=text != before)
        found = members_of(view.at, text, view.about.closing(view.at.grain, view.at.period))
    except HoldfastError as refused:
        return Outcome(text, problem=refused, changed=text != before)
    join, parts = conditions(found.rule)
    return Outcome(
        text,
        found.rows.num_rows,
        paid(view, found),
        join,
        parts,
        seen(found.rows, FIRST_ROWS, view.language),
        changed=text != before,
    )


def paid(view: View, found: Members) -> str:
    """The MRR of a segment's members, as the table of customers tells it."""
    rows = roster_of(view.about, view.at).rows
    inside = rows.filter(pc.is_in(rows["account_id"], value_set=found.rows["account_id"].combine_chunks()))
    return amount(pc.sum(inside["mrr"]).as_py() or Decimal(0), view.about.currency, view.language)


def _condition(asked: Mapping[str, str]) -> Condition:
    try:
        return condition_of(asked)
    except HoldfastError:
        return condition_of({})


def _values(asked: Mapping[str, str]) -> Sequence[str]:
    return values_seen(_condition(asked).fact.name)


def _signs(asked: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    return [(sign, SHOWN.get(sign, "")) for sign in SIGNS[_condition(asked).fact.kind]]
