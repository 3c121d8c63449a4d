"""Numbers out: every question of `reads` at its address, for members and for programs with a key.

An answer carries an ETag of what it was counted from: who brings it back is told 304 while nothing was
recorded that could change it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page

from holdfast import __version__
from holdfast.errors import Busy, HoldfastError
from holdfast.report.rows import json_of
from holdfast.web.answers import About, about, state_of_data
from holdfast.web.answers.readers import HOLDS_SECONDS
from holdfast.web.api.taking import SOON, NoKey, TooOften
from holdfast.web.reads import Read
from holdfast.web.reads.paging import Gone, page_of
from holdfast.web.reads.read import Answer, NotThere, Paged
from holdfast.web.requests import refused
from holdfast.web.workspaces.audit import do_note
from holdfast.web.workspaces.keys import READ, Doorkeeper, KeyFacts
from holdfast.web.workspaces.models import Member
from holdfast.web.workspaces.roles import May

DOOR = Doorkeeper(settings.INSTALLATION["READ_RATE"])
BEARER = "Bearer "


class NotAllowed(HoldfastError):
    """A key or a member that may not read this."""

    code = "not_allowed"


@dataclass(frozen=True)
class Visitor:
    """Who asks: a member who is signed in, or a program by its key."""

    member: Member | None = None
    key: KeyFacts | None = None

    def note(self, request: HttpRequest) -> None:
        """Keep in the audit log what was read."""
        facts: dict[str, Any] = dict(request.GET.lists())
        if self.key is not None:
            facts |= {"key": self.key.begins}
        do_note(self.member, "read", request.path, facts)


def reading(read: Read) -> Callable[..., HttpResponse]:
    """The view that answers one question."""

    @gzip_page
    def view(request: HttpRequest, **named: str) -> HttpResponse:
        """Answer with JSON, or with why not."""
        try:
            response = _answered(request, read, named)
        except HoldfastError as problem:
            response = refused(_status(problem), problem, after=None if problem.permanent else SOON)
        if response.status_code == 401:
            response["WWW-Authenticate"] = 'Bearer realm="holdfast"'
        response["Vary"] = "Authorization, Cookie"
        response.setdefault("Cache-Control", "private, no-cache")
        return response

    return view


def _answered(request: HttpRequest, read: Read, named: Mapping[str, str]) -> HttpResponse:
    visitor = visitor_of(request, read)
    if request.method not in {"GET", "HEAD"}:
        response = refused(405, HoldfastError("This is only for reading.", hint="GET it."))
        response["Allow"] = "GET, HEAD"
        return response
    asked = read.read(_told(request, read, named))
    tag = _tag(request)
    visitor.note(request)
    if tag in request.headers.get("If-None-Match", ""):
        return HttpResponse(status=304, headers={"ETag": tag})
    body = body_of(asked, read.asks(asked))
    return HttpResponse(body, content_type="application/json", headers={"ETag": tag})


def visitor_of(request: HttpRequest, read: Read) -> Visitor:
    """Who asks; raises NoKey for nobody that is known, NotAllowed and TooOften for who may not now."""
    told = request.headers.get("Authorization", "")
    if told:
        return Visitor(key=let_in(told.removeprefix(BEARER).strip(), read.scope))
    member = request.user
    if not isinstance(member, Member) or not member.is_active:
        hint = "Authorization: Bearer hfr_...; holdfast keys create read --scope figures"
        raise NoKey("Nobody is signed in, and no key came with this.", hint=hint)
    if not member.may(May.READ):
        raise NotAllowed("Your role does not allow this.")
    return Visitor(member=member)


def let_in(text: str, scope: str | None, *, counted: bool = True) -> KeyFacts:
    """The key that a program shows, where it has the scope; raises NoKey, NotAllowed and TooOften.

    What is not `counted` takes nothing from how often the key may ask.
    """
    key = DOOR.let_in(text, READ)
    if key is None:
        raise NoKey("This is no key for reading that is in use.", hint="holdfast keys create read --scope")
    if scope is not None and scope not in key.scopes:
        hint = f"holdfast keys create read --scope {scope}"
        raise NotAllowed(f"The key {key.begins}... reads {', '.join(key.scopes)}, not {scope}.", hint=hint)
    if counted and DOOR.too_often(key):
        raise TooOften(f"The key {key.begins}... asks too often.", hint="Ask for larger pages.")
    return key


def body_of(asked: Any, answer: Answer) -> str:
    """An answer as JSON: its rows with what is said besides, and where and as of when they are from."""
    besides = {**answer.besides, **_stamp(about())}
    if not isinstance(asked, Paged):
        return json_of({"data": answer.rows[0], **besides})
    rows, cursor = page_of(answer, asked.limit, asked.cursor)
    return json_of({"data": rows, "next": cursor, **besides})


def _stamp(told: About) -> dict[str, object]:
    return {"whole_until": told.whole_until, "recorded_until": told.recorded_until, "rulebook": told.rulebook}


def _told(request: HttpRequest, read: Read, named: Mapping[str, str]) -> dict[str, str | Sequence[str]]:
    told: dict[str, str | Sequence[str]] = {
        name: tuple(values) if read.takes_many(name) else values[-1] for name, values in request.GET.lists()
    }
    return {**told, **named}


def _tag(request: HttpRequest) -> str:
    """What changes with the address, the records, the program, and with time, as answers that are kept do."""
    told = (
        request.path,
        request.META.get("QUERY_STRING", ""),
        state_of_data(),
        __version__,
        time.time() // HOLDS_SECONDS,
    )
    return f'W/"{hashlib.sha256(repr(told).encode()).hexdigest()[:24]}"'


def _status(problem: HoldfastError) -> int:
    known: Mapping[type[Exception], int]
    known = {NoKey: 401, NotAllowed: 403, NotThere: 404, Gone: 410, TooOften: 429, Busy: 503}
    return next((status for kind, status in known.items() if isinstance(problem, kind)), 400)
