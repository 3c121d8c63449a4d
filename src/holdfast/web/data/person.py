"""One person's data: all of it as a file to hand over, or erased once the id was typed again."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from holdfast.errors import HoldfastError, unknown
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import secured, show
from holdfast.web.persons.asking import (
    DISCLOSE,
    ERASE,
    KEPT,
    KINDS,
    Person,
    asked_lately,
    do_ask_for_data,
    do_ask_to_erase,
    file_of,
    person_of,
    rows_found,
)
from holdfast.web.workspaces.audit import do_note
from holdfast.web.workspaces.roles import May

FORMS = frozenset({"GET", "HEAD", "POST"})
LOOK = "look"
"""To see what an erasure takes and leaves, before it is asked for."""

ENDED = {"done", "failed"}


@page(May.ADMINISTER, without_data=True, methods=FORMS)
def person(view: View) -> HttpResponse:
    """The forms, what was asked lately, and where the forms go; an id stands in no address."""
    problem = None
    if view.request.method == "POST":
        try:
            return _done(view)
        except HoldfastError as refused:
            problem = refused
    values = {"kinds": KINDS, "asked": view.request.POST, "problem": problem, "days": KEPT.days}
    response = show(view, "data/person.html", **values, **_lately())
    return _kept_by_nobody(response)


@page(May.ADMINISTER, without_data=True, noted=False)
def under_way(view: View) -> HttpResponse:
    """The list alone, asked for again and again as long as something is under way."""
    return _kept_by_nobody(show(view, "data/asked.html", **_lately(), days=KEPT.days))


@page(May.ADMINISTER, without_data=True, noted=False)
def person_json(view: View, asked: str) -> HttpResponse:
    """The file that was made; who takes it stands in the audit log."""
    found = file_of(asked)
    if found is None:
        raise Http404
    about, text = found
    do_note(view.member, "took the data of", about)
    response = HttpResponse(text, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{about.replace(" ", "-")}.json"'
    return _kept_by_nobody(secured(response))


def _done(view: View) -> HttpResponse:
    asked = view.request.POST
    act = asked.get("act", "")
    who = person_of(asked.get("kind", ""), asked.get("id", "").strip())
    if act == LOOK:
        return _to_confirm(view, who)
    if act == ERASE:
        if asked.get("again", "").strip() != who.id:
            return _to_confirm(view, who, differs=True)
        do_ask_to_erase(who, by=view.member)
    elif act == DISCLOSE:
        do_ask_for_data(who, by=view.member)
    else:
        raise unknown("act", act, [DISCLOSE, LOOK, ERASE])
    return secured(redirect(view.link("/data/person/")))


def _to_confirm(view: View, who: Person, *, differs: bool = False) -> HttpResponse:
    """What goes, what stays, and a field for the id once more."""
    return _kept_by_nobody(show(view, "data/erase.html", who=who, rows=rows_found(who), differs=differs))


def _lately() -> dict[str, object]:
    """What was asked, whether something of it is under way, and how instants are told."""
    works = asked_lately()
    return {"works": works, "busy": any(each.state not in ENDED for each in works), "naive": _naive}


def _naive(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=None)


def _kept_by_nobody(response: HttpResponse) -> HttpResponse:
    """No browser and no proxy keeps an answer in which an id or a person's rows stand."""
    response["Cache-Control"] = "no-store"
    return response
