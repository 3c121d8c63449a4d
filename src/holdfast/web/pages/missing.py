"""What is answered where there is no such page, and where a form was not sent from here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import is_valid_path
from django.utils.http import escape_leading_slashes

from holdfast.errors import HoldfastError
from holdfast.web.pages.showing import show_state
from holdfast.web.pages.view import language_of
from holdfast.web.requests import refused


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's
    """404 as a page, for programs as JSON; where only the slash at the end was left off, the page itself."""
    whole = f"{request.path_info}/"
    if request.method == "GET" and not request.path_info.endswith("/") and is_valid_path(whole):
        return HttpResponsePermanentRedirect(escape_leading_slashes(request.get_full_path(True)))
    if request.path_info.startswith("/api/"):
        return refused(404, HoldfastError("There is no such address.", hint="/openapi.json names them."))
    return show_state(request, "missing", 404, language_of(request))


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's
    """403 as a page: the form is too old, or another site sent it."""
    return show_state(request, "forged", 403, language_of(request))
