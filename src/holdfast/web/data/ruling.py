"""Settings and rules as a form; before they are kept, what they would do to the figures, by account."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect

from holdfast.errors import HoldfastError, Sentence, UsageError
from holdfast.metrics import CATALOG, Figure
from holdfast.report.look import Look
from holdfast.report.phrases import reason_text, title_text, value_text
from holdfast.web.answers.ruling import (
    HEADLINES,
    NAMES,
    Effect,
    choices_of,
    do_set,
    effect_of,
    is_rule,
    settings_history,
    settings_in_force,
    text_of,
    wanted_of,
)
from holdfast.web.data.incoming import FORMS
from holdfast.web.pages import View, page
from holdfast.web.pages.settings_told import as_told, settings_told
from holdfast.web.pages.showing import secured, show
from holdfast.web.workspaces.audit import do_note
from holdfast.web.workspaces.roles import May
from holdfast.words.amounts import signed

SHOWN = 50


@dataclass(frozen=True)
class Field:
    """One setting as the form shows it."""

    name: str
    text: str
    choices: tuple[str, ...]
    is_rule: bool


@dataclass(frozen=True)
class Line:
    """One figure of a preview: as it is, as it would be, and what lies between."""

    name: str
    title: str
    before: str
    after: str
    difference: str
    moves: bool


@page(without_data=True, methods=FORMS, changing=May.DEFINE)
def settings_page(view: View) -> HttpResponse:
    """Every setting and rule, who set it when; a form that leads to what others would do."""
    asked, problem = view.request.POST, None
    now = settings_in_force()
    if view.request.method == "POST":
        try:
            told = tuple((name, json.dumps(asked[name])) for name in NAMES if name in asked)
            if wanted := wanted_of(told):
                return secured(redirect(view.link("/data/settings/preview/", set=as_told(wanted))))
            raise UsageError(
                Sentence("Nothing of this differs from what is set."),
                hint=Sentence("Change something first."),
            )
        except HoldfastError as refused:
            problem = refused
    history = settings_history()
    return show(
        view,
        "data/settings.html",
        fields=list(_fields(now, asked)),
        version=view.about.rulebook,
        history=history[:SHOWN],
        more=len(history[SHOWN:]),
        text=text_of,
        problem=problem,
        may_set=view.member.may(May.DEFINE),
    )


@page(May.DEFINE, without_data=True, methods=FORMS)
def preview(view: View) -> HttpResponse:
    """What is wanted beside what is set, and the button that keeps it."""
    wanted = settings_told(view)
    if not wanted:
        return secured(redirect(view.link("/data/settings/")))
    now = settings_in_force()
    changes = {name: (text_of(name, now[name]), text_of(name, json.loads(value))) for name, value in wanted}
    if view.request.method == "POST":
        do_set(wanted, view.member.email)
        for name, (before, after) in changes.items():
            do_note(view.member, "set", f"setting {name}", {"from": before or "–", "to": after or "–"})
        return secured(redirect(view.link("/data/settings/")))
    return show(
        view,
        "data/preview.html",
        changes=changes,
        effect=view.link("/data/settings/effect/", set=as_told(wanted)),
        here=view.link("/data/settings/preview/", set=as_told(wanted)),
    )


@page(May.DEFINE, noted=False)
def effect(view: View) -> HttpResponse:
    """The headline figures as they are and as they would be; each leads to its bridge by account."""
    wanted = settings_told(view)
    look = Look(language=view.language)
    found = effect_of(view.at, wanted) if wanted else ()
    return show(
        view,
        "data/effect.html",
        lines=[_line(each, look) for each in found],
        others=_others(look),
        told=as_told(wanted),
    )


def _fields(now: Mapping[str, Any], asked: Mapping[str, str]) -> Iterator[Field]:
    for name in NAMES:
        text = asked.get(name, text_of(name, now[name]))
        yield Field(name, text, choices_of(name), is_rule(name))


def _line(each: Effect, look: Look) -> Line:
    title = title_text(each.name, look, CATALOG[each.name].title)
    before, after = _value(each.before, look), _value(each.after, look)
    return Line(each.name, title, before, after, _difference(each, look), each.moves)


def _value(figure: Figure | None, look: Look) -> str:
    if figure is None:
        return look.dash
    shown = value_text(figure, look).strip(f" {look.mark}")
    return shown if figure.value is not None else reason_text(figure, look)


def _difference(each: Effect, look: Look) -> str:
    if each.before is None or each.after is None or each.before.value is None or each.after.value is None:
        return ""
    return signed(Decimal(each.after.value) - Decimal(each.before.value), each.after.unit, look.language)


def _others(look: Look) -> list[tuple[str, str]]:
    """The figures that a preview does not count by itself."""
    rest = [each for each in CATALOG.values() if not each.variant and each.name not in HEADLINES]
    titles = ((each.full_name, title_text(each.full_name, look, each.title)) for each in rest)
    return sorted(titles, key=lambda each: each[1])
