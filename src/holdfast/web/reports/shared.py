"""What whoever has the address of a shared report sees: that report alone, and nothing to do with it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page

from holdfast.errors import HoldfastError
from holdfast.web.answers import about
from holdfast.web.pages.showing import rendered, secured, show_state
from holdfast.web.pages.view import language_of
from holdfast.web.reports.sharing import seen_by
from holdfast.web.reports.whole import inside
from holdfast.web.workspaces.audit import do_note

READING = {"GET", "HEAD"}


@gzip_page
def shared(request: HttpRequest, text: str) -> HttpResponse:
    """The report of a signed address, until that is revoked or its time is over."""
    if request.method not in READING:
        return secured(HttpResponse(status=405, headers={"Allow": "GET, HEAD"}))
    language, share = language_of(request), seen_by(text)
    if share is None:
        return _kept_from_others(show_state(request, "not_shared", 404, language))
    try:
        told = inside(about(), share.report_id, language)
    except HoldfastError:
        return _kept_from_others(show_state(request, "not_shared", 404, language))
    do_note(None, "saw", f"shared report {share.report_id}", {"whom": share.whom, "share": share.pk})
    until = about().calendar.to_local(share.expires_at.replace(tzinfo=None))
    body = rendered(request, language, "reports/shared.html", **told, until=until)
    return _kept_from_others(secured(HttpResponse(body)))


def _kept_from_others(response: HttpResponse) -> HttpResponse:
    """The address is what lets in: no search engine keeps it, and no other page learns of it."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-store"
    return response
