"""Signed messages of services in: let in by their signature, kept in the spool, and then answered."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from holdfast.collect.sources import SOURCES, Source
from holdfast.collect.sources.credentials import declared_secrets, secrets_variable
from holdfast.collect.sources.delivery import one_line
from holdfast.collect.spool import CannotKeep
from holdfast.errors import HoldfastError, UsageError
from holdfast.web.api.taking import NoKey, answered, body_of, keep
from holdfast.web.requests import refused
from holdfast.web.webhooks.known import Known

KNOWN = Known()


def hook(name: str) -> Callable[[HttpRequest], HttpResponse]:
    """The view that takes in what one service that we know signs and sends."""
    source, setting = SOURCES[name], f"{name.upper()}_SIGNING_SECRETS"

    def take(request: HttpRequest) -> None:
        body, headers = _signed(request, source, settings.INSTALLATION[setting], f"HOLDFAST_{setting}")
        if source.messages(body, headers):
            keep(name, one_line(body), request.path)

    def view(request: HttpRequest) -> HttpResponse:
        """Take in one message."""
        return answered(request, take)

    return view


def declared_hook(request: HttpRequest, name: str) -> HttpResponse:
    """Take in what a webhook that the business declared sends; what it means is read when it is loaded."""
    source = KNOWN.called(name)
    if source is None:
        hint = "Declare it: holdfast webhook declare NAME.toml; a running worker passes it on."
        return refused(404, UsageError(f"No webhook is called {name!r}.", hint=hint))

    def take(request: HttpRequest) -> None:
        try:
            secrets = declared_secrets(settings.WORKSPACE, name)
        except HoldfastError as problem:
            raise CannotKeep(problem.message, hint=problem.hint) from None
        body, _ = _signed(request, source, secrets, secrets_variable(name))
        keep(name, one_line(body), request.path)

    return answered(request, take)


def _signed(
    request: HttpRequest, source: Source, secrets: Collection[str], variable: str
) -> tuple[bytes, Mapping[str, str]]:
    """The body and headers of a request that one of the secrets signed; raises CannotKeep, or NoKey."""
    if not secrets:
        raise CannotKeep(f"No signing secret of {source.name} is told.", hint=f"Set {variable}.")
    body, headers = body_of(request), dict(request.headers)
    if not source.authentic(body, headers, secrets, datetime.now(UTC).replace(tzinfo=None)):
        raise NoKey(f"None of the signing secrets of {source.name} signed this, or not lately.")
    return body, headers
