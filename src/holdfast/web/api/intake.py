"""Events in: a body is checked, kept in the spool, and then answered.

An answer of 200 means that the body is on disk. What a body says is read when it is loaded.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from holdfast.collect.sources import POSTED
from holdfast.collect.sources.delivery import inflated, one_line
from holdfast.web.api.taking import NoKey, TooOften, answered, body_of, keep
from holdfast.web.workspaces.keys import Doorkeeper

DOOR = Doorkeeper(settings.INSTALLATION["KEY_RATE"])

FROM_ANYWHERE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST, OPTIONS",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}
"""Pages of any site may send: a write key reads nothing."""


def intake(source: str) -> Callable[[HttpRequest], HttpResponse]:
    """The view that takes in the bodies of one source."""
    protocol = POSTED[source]

    def take(request: HttpRequest) -> None:
        headers = {":path": request.path, "authorization": request.headers.get("Authorization", "")}
        body = one_line(inflated(body_of(request)))
        posted = protocol.posted(body, headers)
        key = DOOR.let_in(posted.key, "intake")
        if key is None:
            raise NoKey("No key that is in use came with this.", hint="holdfast keys create intake")
        if DOOR.too_often(key):
            raise TooOften(f"The key {key.begins}... makes too many requests.", hint="Send larger batches.")
        if posted.messages:
            keep(source, body, request.path)

    def view(request: HttpRequest) -> HttpResponse:
        """Take in one body."""
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers=FROM_ANYWHERE)
        response = answered(request, take)
        for name, value in FROM_ANYWHERE.items():
            response[name] = value
        return response

    return view
