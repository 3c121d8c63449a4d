"""What every way in shares: the body as it came, the spool behind the door, and refusals in words."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Callable
from datetime import UTC, datetime

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError

from holdfast.collect.sources.delivery import Delivery, TooLarge
from holdfast.collect.spool import CannotKeep, Spool
from holdfast.collect.spooled import line_of
from holdfast.errors import BadInput, HoldfastError
from holdfast.web.requests import refused

LOG = logging.getLogger("holdfast.web")
SPOOL = Spool(settings.SPOOL, settings.INSTALLATION["SPOOL_BYTES"])
SOON, LATER = 1, 5
"""Seconds after which a client may try again: one key too fast, and a spool that cannot keep more."""


class NoKey(HoldfastError):
    """A body without a key, or without a signature, that is let in."""

    code = "no_key"


class TooOften(HoldfastError):
    """A key that makes more requests than it may."""

    code = "too_often"
    permanent = False


def answered(request: HttpRequest, take: Callable[[HttpRequest], None]) -> HttpResponse:
    """200 once `take` has kept a body, else why it did not."""
    if request.method != "POST":
        return refused(405, HoldfastError("Bodies are posted here.", hint="POST a JSON object."))
    try:
        take(request)
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
    except DatabaseError as problem:
        LOG.warning("the database does not answer", extra={"problem": str(problem)})
        return refused(503, CannotKeep("The database of the server does not answer."), after=LATER)
    return JsonResponse({"success": True, "status": 1})


def keep(source: str, body: bytes, path: str) -> None:
    """Append a body of strict JSON on one line to the spool; it is on disk when this returns."""
    now = datetime.now(UTC).replace(tzinfo=None)
    name = f"{now:%Y%m%d}-{os.getpid():x}-{secrets.token_hex(8)}"
    SPOOL.append(line_of(Delivery(name, source, now, body, {":path": path})))


def body_of(request: HttpRequest) -> bytes:
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
