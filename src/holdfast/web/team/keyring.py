"""Keys of programs: what each is for, when it was used last; made and shown once, revoked."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpResponse
from django.shortcuts import redirect

from holdfast.errors import HoldfastError, Sentence, UsageError
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import secured, show
from holdfast.web.team.people import FORMS
from holdfast.web.workspaces.keys import KINDS, SCOPES, do_create, do_revoke_this, keys
from holdfast.web.workspaces.roles import May


@page(May.ADMINISTER, without_data=True, methods=FORMS)
def keyring(view: View) -> HttpResponse:
    """Every key, a form for a new one, and where a key is revoked."""
    asked, problem = view.request.POST, None
    if view.request.method == "POST":
        try:
            if "revoke" in asked:
                do_revoke_this(_number(asked["revoke"]), by=view.member)
                return secured(redirect(view.link("/team/keys/")))
            return _made(view)
        except HoldfastError as refused:
            problem = refused
    every = keys()
    return show(
        view,
        "team/keys.html",
        used=[each for each in every if each.revoked_at is None],
        revoked=[each for each in every if each.revoked_at is not None],
        kinds=list(KINDS),
        scopes=list(SCOPES),
        asked=asked,
        ticked=asked.getlist("scope"),
        problem=problem,
        naive=naive,
    )


def naive(at: datetime) -> datetime:
    """An instant as the calendar takes it."""
    return at.astimezone(UTC).replace(tzinfo=None)


def _made(view: View) -> HttpResponse:
    asked = view.request.POST
    kind, label = asked.get("kind", ""), asked.get("label", "").strip()
    if not label:
        raise UsageError(
            Sentence("A key has a name, by which you know later what to revoke."),
            hint=Sentence("Such as: website."),
        )
    text = do_create(kind, label, asked.getlist("scope"), by=view.member)
    response = show(view, "team/key_made.html", text=text, label=label)
    response["Cache-Control"] = "no-store"
    return response


def _number(text: str) -> int:
    if not text.isdecimal():
        raise UsageError(Sentence("{text!r} is no number of a key.", text=text))
    return int(text)
