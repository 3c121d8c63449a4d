"""Signed messages of services in: let in by their signature, kept in the spool, and then answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from holdfast.collect.sources import SOURCES
from holdfast.collect.sources.delivery import one_line
from holdfast.collect.spool import CannotKeep
from holdfast.web.api.taking import NoKey, answered, body_of, keep


def hook(name: str) -> Callable[[HttpRequest], HttpResponse]:
    """The view that takes in what one service signs and sends."""
    source, setting = SOURCES[name], f"{name.upper()}_SIGNING_SECRETS"

    def take(request: HttpRequest) -> None:
        secrets = settings.INSTALLATION[setting]
        if not secrets:
            raise CannotKeep(f"No signing secret of {name} is told.", hint=f"Set HOLDFAST_{setting}.")
        body, headers = body_of(request), dict(request.headers)
        if not source.authentic(body, headers, secrets, datetime.now(UTC).replace(tzinfo=None)):
            raise NoKey(f"None of the signing secrets of {name} signed this, or not lately.")
        if source.messages(body, headers):
            keep(name, one_line(body), request.path)

    def view(request: HttpRequest) -> HttpResponse:
        """Take in one message."""
        return answered(request, take)

    return view
