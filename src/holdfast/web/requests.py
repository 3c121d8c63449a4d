"""What stands around every request: its id, its line in the log, and an answer whatever happens."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections import Counter
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

from holdfast.errors import HoldfastError
from holdfast.web.logs import REQUEST

LOG = logging.getLogger("holdfast.web")
HEADER = "X-Request-Id"
AN_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)

ANSWERED: Counter[tuple[str, int]] = Counter()
"""Requests that this process answered, by route and status."""


class Requests:
    """Django's middleware: an id in and out, one line in the log, and JSON for what went wrong."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer one request under its id: the one that the caller gave, or a fresh one."""
        told = request.headers.get(HEADER, "")
        name = told if AN_ID.fullmatch(told) else secrets.token_hex(8)
        token, begun = REQUEST.set(name), time.perf_counter()
        try:
            response = self._answer(request)
            self._note(request, response, time.perf_counter() - begun)
        finally:
            REQUEST.reset(token)
        response[HEADER] = name
        if request.is_secure():
            for cookie in response.cookies.values():
                cookie["secure"] = True
        return response

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse:
        """What a view did not expect: the log has it whole, the caller an id to ask for."""
        LOG.error("a request failed", exc_info=problem, extra={"path": request.path})
        return refused(500, HoldfastError("Something went wrong here.", hint=f"Ask for {REQUEST.get()}."))

    def _note(self, request: HttpRequest, response: HttpResponse, seconds: float) -> None:
        route = request.resolver_match.route if request.resolver_match else "none"
        ANSWERED[route, response.status_code] += 1
        level = logging.DEBUG if response.status_code < 400 else logging.INFO
        LOG.log(
            level,
            "answered",
            extra={
                "method": request.method,
                "path": request.path,
                "status": response.status_code,
                "milliseconds": round(seconds * 1000, 1),
            },
        )


def refused(status: int, error: HoldfastError, *, after: int | None = None) -> HttpResponse:
    """A mistake or a state as JSON; `after` says in how many seconds to try again."""
    told = {"code": error.code, "message": error.message, "hint": error.hint, "request": REQUEST.get()}
    response = JsonResponse({"error": told}, status=status)
    if after is not None:
        response["Retry-After"] = str(after)
    return response
