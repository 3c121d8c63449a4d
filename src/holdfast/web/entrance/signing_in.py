"""Pages to sign in and out by, and to choose a password."""

from __future__ import annotations

from datetime import UTC
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from holdfast.errors import HoldfastError, UsageError
from holdfast.web.entrance import provider
from holdfast.web.entrance.second_factor import FORMS, let_in
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import secured, show, show_bare
from holdfast.web.pages.view import language_of
from holdfast.web.workspaces.audit import do_note
from holdfast.web.workspaces.members import (
    NotLetIn,
    TooManyAttempts,
    do_check,
    do_set_password,
    do_use_link,
    member_of_link,
)
from holdfast.web.workspaces.models import Member
from holdfast.web.workspaces.reading import do_read_so
from holdfast.web.workspaces.roles import May
from holdfast.words import date
from holdfast.words.numerals import in_digits
from holdfast.words.reading import CALENDARS, DIGITS, RIAL, tagged

REFUSED = {
    "declined": 403,
    "no_member": 403,
    "provider_away": 503,
    "someone_else": 403,
    "too_many_attempts": 429,
    "unfinished": 403,
    "unverified": 403,
}
"""Why one comes back from the provider who was not let in, with the status of the page that says so."""


def sign_in(request: HttpRequest) -> HttpResponse:
    """The form, and whether what was written into it lets in."""
    if request.method != "POST":
        refused = request.GET.get("refused", "") if provider.name() else ""
        return _form(request, refused if refused in REFUSED else "", REFUSED.get(refused, 200))
    email = request.POST.get("email", "")
    if not settings.INSTALLATION["PASSWORD_SIGN_IN"]:
        do_note(None, "was not let in", email)
        return _form(request, "password_off", 403)
    try:
        member = do_check(email, request.POST.get("password", ""), request.META.get("REMOTE_ADDR", ""))
    except (NotLetIn, TooManyAttempts) as problem:
        do_note(None, "was not let in", email)
        status = 429 if isinstance(problem, TooManyAttempts) else 403
        return _form(request, problem.code, status, email)
    return let_in(request, member, "by password")


def _form(request: HttpRequest, problem: str = "", status: int = 200, email: str = "") -> HttpResponse:
    """The sign-in page, with the ways in that this installation has."""
    told = {name: request.GET[name] for name in ("next", "lang") if request.GET.get(name)}
    wanted = f"?{urlencode(told)}" if told else ""
    return show_bare(
        request,
        language_of(request),
        "entrance/sign_in.html",
        status=status,
        problem=problem,
        email=email,
        by_password=settings.INSTALLATION["PASSWORD_SIGN_IN"],
        provider=provider.name(),
        wanted=wanted,
        to_provider=f"/sign-in/openid/{wanted}",
    )


def by_link(request: HttpRequest, text: str) -> HttpResponse:
    """A page that says whose link it is and lets them in by a button: who looks ahead uses nothing up."""
    language = language_of(request)
    try:
        if request.method != "POST":
            member = member_of_link(text)
            return show_bare(request, language, "entrance/by_link.html", member=member)
        return let_in(request, do_use_link(text), "by link")
    except NotLetIn as problem:
        do_note(None, "was not let in", "by link")
        return _form(request, f"link_{problem.code}", 403)


def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, when posted to."""
    if request.method != "POST":
        return secured(HttpResponse(status=405, headers={"Allow": "POST"}))
    if isinstance(request.user, Member):
        do_note(request.user, "signed out", "")
    logout(request)
    return secured(redirect("/sign-in/"))


@page(May.READ, without_data=True, methods=FORMS)
def own_account(view: View) -> HttpResponse:
    """Who one is here, how one reads, and a form for a password."""
    problem, by_password = "", settings.INSTALLATION["PASSWORD_SIGN_IN"]
    if "calendar" in view.request.POST:
        return _read_so(view)
    if view.request.method == "POST":
        if not by_password:
            raise UsageError("Nobody signs in by a password here.", hint="HOLDFAST_PASSWORD_SIGN_IN=on")
        try:
            do_set_password(view.member, view.request.POST.get("password", ""))
            update_session_auth_hash(view.request, view.member)
            return secured(redirect(view.here(saved="1", read=None)))
        except HoldfastError as refused:
            problem = refused.code
    saved = "saved" in view.request.GET and not problem
    shown = {"problem": problem, "saved": saved, "by_password": by_password}
    return show(view, "entrance/own_account.html", **shown, **_readings(view))


def _read_so(view: View) -> HttpResponse:
    posted = view.request.POST
    toman = posted["money"] == "toman" if "money" in posted else view.member.toman
    do_read_so(view.member, posted.get("digits", ""), posted["calendar"], toman=toman)
    return secured(redirect(view.here(saved=None, read="1")))


def _readings(view: View) -> dict[str, Any]:
    """What one may choose of how pages are written, each with an example."""
    language, digits = view.file_language, view.member.digits
    today = view.about.calendar.local_day(timezone.now().astimezone(UTC).replace(tzinfo=None))
    return {
        "read_so": "read" in view.request.GET,
        "digit_choices": [(name, in_digits("123", tagged(language, digits=name))) for name in ("", *DIGITS)],
        "calendars": [
            (name, date(today, tagged(language, digits=digits, calendar=name))) for name in CALENDARS
        ],
        "in_rial": view.about.currency == RIAL,
    }
