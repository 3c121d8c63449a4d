"""Who may see a page, what is kept of it, and what is shown where it cannot be."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.gzip import gzip_page

from holdfast.errors import Busy, HoldfastError
from holdfast.web.answers.lateness import may_be_late
from holdfast.web.answers.readers import LOOK_SECONDS, look_again
from holdfast.web.logs import REQUEST
from holdfast.web.pages.showing import secured, show_state
from holdfast.web.pages.view import View, language_of
from holdfast.web.workspaces.audit import do_note
from holdfast.web.workspaces.models import Member
from holdfast.web.workspaces.roles import May

P = ParamSpec("P")
LOG = logging.getLogger("holdfast.web")
SIGN_IN = "/sign-in/"
READING = {"GET", "HEAD"}
WROTE = "wrote"
"""A cookie of someone who just changed something: the next page, of any process, is to show it."""


@dataclass(frozen=True)
class Besides:
    """Whether a page stands while there is nothing to count, and whether seeing it is kept."""

    without_data: bool
    noted: bool


def page(
    may: May = May.READ,
    *,
    without_data: bool = False,
    methods: frozenset[str] = frozenset(READING),
    changing: May | None = None,
    noted: bool = True,
) -> Callable[[Callable[Concatenate[View, P], HttpResponse]], Callable[..., HttpResponse]]:
    """Make a function from a view to an answer a page: for members who `may`, noted in the audit log.

    Pages are shown the empty state while there is nothing to count, but for those `without_data`. To
    post takes what `changing` says, where it is more than to look. What asks by itself is not `noted`.
    """

    def decorate(shows: Callable[Concatenate[View, P], HttpResponse]) -> Callable[..., HttpResponse]:
        @gzip_page
        @wraps(shows)
        def answered(request: HttpRequest, *given: P.args, **named: P.kwargs) -> HttpResponse:
            if request.method not in methods:
                return secured(HttpResponse(status=405, headers={"Allow": ", ".join(sorted(methods))}))
            member = request.user
            if not isinstance(member, Member) or not member.is_active:
                return _to_sign_in(request)
            asked = may if request.method in READING else changing or may
            return _seen(request, member, asked, shows, Besides(without_data, noted), *given, **named)

        return answered

    return decorate


def _seen(
    request: HttpRequest,
    member: Member,
    may: May,
    shows: Callable[Concatenate[View, P], HttpResponse],
    besides: Besides,
    *given: P.args,
    **named: P.kwargs,
) -> HttpResponse:
    language = language_of(request)
    if not member.may(may):
        do_note(member, "was refused", request.get_full_path())
        return show_state(request, "forbidden", 403, language)
    try:
        if WROTE in request.COOKIES:
            look_again()
        with _as_new_as_asked(request):
            view = View(request, member)
            if view.about.whole_until is None and not besides.without_data:
                return show_state(request, "empty", 200, language)
            response = shows(view, *given, **named)
    except Http404:
        return show_state(request, "missing", 404, language)
    except Busy as problem:
        return show_state(request, "busy", 503, language, problem)
    except HoldfastError as problem:
        return show_state(request, "cannot", 400, language, problem)
    except Exception:
        LOG.exception("a page failed", extra={"path": request.path})
        return show_state(request, "failed", 500, language, request_id=REQUEST.get())
    if besides.noted and request.method in READING and response.status_code == 200:
        do_note(member, "saw", request.path, dict(request.GET.lists()))
    if request.method not in READING:
        response.set_cookie(WROTE, "1", max_age=int(LOOK_SECONDS) + 1, samesite="Lax", httponly=True)
    _remember_language(request, response, member)
    return response


def _as_new_as_asked(request: HttpRequest) -> AbstractContextManager[None]:
    """Who changed something a moment ago, or does so now, is shown nothing of before; nor is a file."""
    is_new = request.method not in READING or WROTE in request.COOKIES or not request.path.endswith("/")
    return nullcontext() if is_new else may_be_late()


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page, and from there back; where a part of a page asked, the whole page goes."""
    wanted = {"next": request.get_full_path()} if request.path != "/" else {}
    if "lang" in request.GET:
        wanted["lang"] = request.GET["lang"]
    to = f"{SIGN_IN}?{urlencode(wanted)}" if wanted else SIGN_IN
    if request.headers.get("HX-Request"):
        return secured(HttpResponse(status=401, headers={"HX-Redirect": SIGN_IN}))
    return secured(redirect(to))


def _remember_language(request: HttpRequest, response: HttpResponse, member: Member) -> None:
    """The language that was chosen, for the next page of this browser and for letters to the member."""
    if "lang" not in request.GET:
        return
    language = language_of(request)
    if request.COOKIES.get("lang") != language:
        response.set_cookie("lang", language, max_age=31_536_000, samesite="Lax")
    if member.language != language:
        Member.objects.filter(pk=member.pk).update(language=language)
