"""The second step of signing in, and where a member turns it on and off."""

from __future__ import annotations

import time
from base64 import b32encode

import segno
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django_otp.plugins.otp_totp.models import TOTPDevice
from markupsafe import Markup

from holdfast.errors import unknown
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import secured, show, show_bare
from holdfast.web.pages.view import language_of
from holdfast.web.workspaces.audit import do_note
from holdfast.web.workspaces.members import NotLetIn, TooManyAttempts
from holdfast.web.workspaces.models import Member
from holdfast.web.workspaces.roles import May
from holdfast.web.workspaces.second_factor import (
    begun,
    codes_left,
    do_begin,
    do_check_code,
    do_renew_codes,
    do_turn_off,
    do_turn_on,
)

BACKEND = "django.contrib.auth.backends.ModelBackend"
FORMS = frozenset({"GET", "HEAD", "POST"})
HALF = "half_in"
HALF_HOLDS_SECONDS = 600
"""How long one who showed the password may take to show the code."""

PIXELS = 5


def let_in(request: HttpRequest, member: Member, how: str, wanted: str | None = None) -> HttpResponse:
    """Sign a member in, or ask for the code first of one who has a second factor."""
    wanted = request.GET.get("next", "") if wanted is None else wanted
    if member.second_factor_at is None:
        return _signed_in(request, member, how, wanted)
    request.session.flush()
    request.session[HALF] = {
        "member": member.pk,
        "password": member.get_session_auth_hash(),
        "at": time.time(),
        "how": how,
        "next": wanted,
    }
    return secured(redirect("/sign-in/code/"))


def code(request: HttpRequest) -> HttpResponse:
    """The form for the code, and whether what was written into it lets in."""
    language, problem, status = language_of(request), "", 200
    half = request.session.get(HALF, {})
    member = _half_in(request.session)
    if member is None:
        return secured(redirect("/sign-in/"))
    if request.method == "POST":
        try:
            do_check_code(member, request.POST.get("code", ""), _address(request))
            del request.session[HALF]
            return _signed_in(request, member, f"{half['how']} and code", half["next"])
        except (NotLetIn, TooManyAttempts) as refused:
            do_note(None, "was not let in", f"{member.email}: code")
            problem, status = refused.code, 429 if isinstance(refused, TooManyAttempts) else 403
    return show_bare(request, language, "entrance/code.html", status=status, problem=problem)


@page(May.READ, without_data=True, methods=FORMS)
def second_factor(view: View) -> HttpResponse:
    """Whether a code is asked for, and what turns that on and off."""
    problem = ""
    if view.request.method == "POST":
        try:
            return _done(view)
        except (NotLetIn, TooManyAttempts) as refused:
            problem = refused.code
    device = begun(view.member)
    return show(
        view,
        "entrance/second_factor.html",
        problem=problem,
        left=codes_left(view.member),
        picture=_picture(device) if device else None,
        secret=_grouped(device) if device else "",
    )


def _done(view: View) -> HttpResponse:
    asked, member = view.request.POST, view.member
    act, shown, address = asked.get("act", ""), asked.get("code", ""), _address(view.request)
    if act == "begin":
        do_begin(member)
        return secured(redirect(view.here()))
    if act == "off":
        do_turn_off(member, shown, address)
        update_session_auth_hash(view.request, member)
        return secured(redirect(view.here()))
    if act not in {"on", "renew"}:
        raise unknown("act", act, ["begin", "on", "renew", "off"])
    codes = (do_turn_on if act == "on" else do_renew_codes)(member, shown, address)
    update_session_auth_hash(view.request, member)
    response = show(view, "entrance/recovery_codes.html", codes=codes)
    response["Cache-Control"] = "no-store"
    return response


def _half_in(session: SessionBase) -> Member | None:
    """Who showed the password a short while ago, if it is still theirs."""
    half = session.get(HALF)
    if half is None or time.time() - half["at"] > HALF_HOLDS_SECONDS:
        return None
    member = Member.objects.filter(pk=half["member"], is_active=True).first()
    if member is None or not constant_time_compare(half["password"], member.get_session_auth_hash()):
        return None
    return member


def _signed_in(request: HttpRequest, member: Member, how: str, wanted: str) -> HttpResponse:
    login(request, member, backend=BACKEND)
    do_note(member, "signed in", how)
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return secured(redirect(wanted if safe else "/"))


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _picture(device: TOTPDevice) -> Markup:
    """What an app reads by its camera."""
    drawn = segno.make(device.config_url, micro=False, error="m")
    return Markup(drawn.svg_inline(scale=PIXELS, light="#fff", dark="#000"))  # noqa: S704 - drawn here


def _grouped(device: TOTPDevice) -> str:
    """The secret as an app takes it by hand."""
    text = b32encode(device.bin_key).decode()
    return " ".join(text[place : place + 4] for place in range(0, len(text), 4))
