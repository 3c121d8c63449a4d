"""Events in: a body is checked, kept in the spool, and then answered.

An answer of 200 means that the body is on disk. What a body says is read when it is loaded.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError

from holdfast.collect.sources import POSTED, PostedSource
from holdfast.collect.sources.delivery import Delivery, TooLarge, inflated, one_line
from holdfast.collect.spool import CannotKeep, Spool
from holdfast.collect.spooled import line_of
from holdfast.errors import BadInput, HoldfastError
from holdfast.web.requests import refused
from holdfast.web.workspaces.keys import Doorkeeper

SPOOL = Spool(settings.WORKSPACE / "spool", settings.INSTALLATION["SPOOL_BYTES"])
DOOR = Doorkeeper(settings.INSTALLATION["KEY_RATE"])
SOON, LATER = 1, 5
"""Seconds after which a client may try again: one key too fast, and a spool that cannot keep more."""

FROM_ANYWHERE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST, OPTIONS",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}
"""Pages of any site may send: a write key reads nothing."""


class NoKey(HoldfastError):
    """A body without a key that is let in."""

    code = "no_key"


class TooOften(HoldfastError):
    """A key that makes more requests than it may."""

    code = "too_often"
    permanent = False


def intake(source: str) -> Callable[[HttpRequest], HttpResponse]:
    """The view that takes in the bodies of one source."""
    protocol = POSTED[source]

    def view(request: HttpRequest) -> HttpResponse:
        """Take in one body."""
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers=FROM_ANYWHERE)
        response = _answered(request, source, protocol)
        for name, value in FROM_ANYWHERE.items():
            response[name] = value
        return response

    return view


def _answered(request: HttpRequest, source: str, protocol: PostedSource) -> HttpResponse:
    if request.method != "POST":
        return refused(405, HoldfastError("Bodies are posted here.", hint="POST a JSON object."))
    try:
        _take(request, source, protocol)
    except TooLarge as problem:
        return refused(413, problem)
    except BadInput as problem:
        return refused(400, problem)
    except NoKey as problem:
        return refused(401, problem)
    except TooOften as problem:
        return refused(429, problem, after=SOON)
    except CannotKeep as problem:
        return refused(503, problem, after=LATER)
    return JsonResponse({"success": True, "status": 1})


def _take(request: HttpRequest, source: str, protocol: PostedSource) -> None:
    headers = {":path": request.path, "authorization": request.headers.get("Authorization", "")}
    body = one_line(inflated(_body(request)))
    posted = protocol.posted(body, headers)
    key = DOOR.let_in(posted.key, "intake")
    if key is None:
        raise NoKey("No key that is in use came with this.", hint="holdfast keys create intake")
    if DOOR.too_often(key):
        raise TooOften(f"The key {key.begins}... makes too many requests.", hint="Send larger batches.")
    if posted.messages:
        SPOOL.append(line_of(_delivery(source, body, headers)))


def _delivery(source: str, body: bytes, headers: Mapping[str, str]) -> Delivery:
    now = datetime.now(UTC).replace(tzinfo=None)
    name = f"{now:%Y%m%d}-{os.getpid():x}-{secrets.token_hex(8)}"
    return Delivery(name, source, now, body, {":path": headers[":path"]})


def _body(request: HttpRequest) -> bytes:
    """The body as it came; raises BadInput where it is too large, broken off or of no stated length."""
    if "chunked" in request.headers.get("Transfer-Encoding", "").casefold():
        raise BadInput("The body does not say how long it is.", hint="Send a Content-Length.")
    try:
        return request.body
    except RequestDataTooBig:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raise TooLarge(f"The body is larger than {limit:,} bytes.", hint="Send smaller batches.") from None
    except UnreadablePostError as problem:
        raise BadInput("The body broke off.") from problem
