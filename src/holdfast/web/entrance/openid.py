"""Signing in by a provider: there, and back with what it says; refused ones see why on the sign-in page."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from holdfast.errors import HoldfastError
from holdfast.web.entrance.provider import Away, Declined, Unfinished, name, to_provider, told_by
from holdfast.web.entrance.second_factor import HALF_HOLDS_SECONDS, let_in
from holdfast.web.pages.missing import missing
from holdfast.web.pages.showing import secured
from holdfast.web.pages.view import language_of
from holdfast.web.workspaces.audit import do_note
from holdfast.web.workspaces.identities import Told, do_recognise
from holdfast.web.workspaces.members import NotLetIn, TooManyAttempts, do_note_failed, refuse_guessers
from holdfast.web.workspaces.models import Member

PROVIDER = "OpenID Connect"
HOW = f"by {PROVIDER}"
BACK = "/sign-in/openid/back/"
WANTED = "wanted"


def begin(request: HttpRequest) -> HttpResponse:
    """Send a browser to the provider, and keep for a while where it wanted to go."""
    if not name() or request.method != "GET":
        return missing(request)
    if isinstance(request.user, Member) and request.user.is_active:
        return secured(redirect("/"))
    kept = {"next": request.GET.get("next", ""), "lang": language_of(request)}
    try:
        refuse_guessers({"address": f"address {_address(request)}"})
        response = to_provider(request, _back(request))
    except (Away, TooManyAttempts) as problem:
        return _refused(problem, PROVIDER, kept)
    request.session[WANTED] = kept
    request.session.set_expiry(HALF_HOLDS_SECONDS)
    return secured(response)


def back(request: HttpRequest) -> HttpResponse:
    """Let in a member whom the provider signed for; a code is asked for as after a password.

    What comes where nothing was begun is not counted: other sites could send it in somebody's name.
    """
    if not name() or request.method != "GET":
        return missing(request)
    kept = request.session.get(WANTED) or {"next": "", "lang": language_of(request)}
    told: Told | None = None
    try:
        refuse_guessers({"address": f"address {_address(request)}"})
        told = told_by(request)
        member = do_recognise(told, _address(request))
    except (Away, Declined, Unfinished, NotLetIn, TooManyAttempts) as problem:
        if isinstance(problem, Unfinished) and WANTED in request.session:
            do_note_failed({"address": f"address {_address(request)}"})
        return _refused(problem, told.email or told.subject if told else PROVIDER, kept)
    request.session.flush()
    return let_in(request, member, HOW, kept["next"])


def _refused(problem: HoldfastError, who: str, kept: dict[str, str]) -> HttpResponse:
    """To the sign-in page, which says why; the address of an answer that is used up is left behind."""
    do_note(None, "was not let in", f"{who}: {problem.code}")
    told = {"refused": problem.code, **{name: value for name, value in kept.items() if value}}
    return secured(redirect(f"/sign-in/?{urlencode(told)}"))


def _back(request: HttpRequest) -> str:
    """Where the provider is to send the browser: as people see the pages, where that was told."""
    address = str(settings.INSTALLATION["ADDRESS"]).rstrip("/")
    return f"{address}{BACK}" if address else request.build_absolute_uri(BACK)


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))
