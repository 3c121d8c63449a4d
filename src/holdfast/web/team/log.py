"""The audit log: who saw and changed what, the newest first, a page at a time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.http import HttpResponse

from holdfast.errors import Sentence, UsageError, unknown
from holdfast.report.rows import as_csv
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import secured, show
from holdfast.web.workspaces.audit import LINES, PARTS, Asked, lines
from holdfast.web.workspaces.models import Deed, Member
from holdfast.web.workspaces.roles import May
from holdfast.words import knows, say

MOST_LINES = 100_000
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = ("at", "member", "did", "about", "facts", "request")


@page(May.ADMINISTER, without_data=True)
def log(view: View) -> HttpResponse:
    """The lines wanted, with forms to want others."""
    asked = asked_of(view)
    found = lines(asked, LINES + 1)
    return show(
        view,
        "team/log.html",
        asked=asked,
        parts_of_log=PARTS,
        csv=f"/team/log.csv?{view.request.GET.urlencode()}",
        people=list(Member.objects.all()),
        lines=found[:LINES],
        older=found[LINES - 1].pk if len(found) > LINES else None,
        did=lambda deed: did(deed, view.language),
        at=lambda deed: deed.at.astimezone(UTC).replace(tzinfo=None),
        told=told,
    )


@page(May.ADMINISTER, without_data=True)
def log_csv(view: View) -> HttpResponse:
    """The lines wanted as a file, at most a hundred thousand of them."""
    rows = [
        {
            "at": deed.at.astimezone(UTC).isoformat(),
            "member": deed.member.email if deed.member else "",
            "did": deed.did,
            "about": _harmless(deed.about),
            "facts": _harmless(told(deed)),
            "request": deed.request,
        }
        for deed in lines(asked_of(view), MOST_LINES)
    ]
    response = HttpResponse(as_csv(rows, COLUMNS), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit-log.csv"'
    return secured(response)


def asked_of(view: View) -> Asked:
    """What the address asks for; raises UsageError for a part, a number or a day that cannot be."""
    asked = view.request.GET
    part = asked.get("part") or PARTS[0]
    if part not in PARTS:
        raise unknown("part of the log", part, PARTS)
    return Asked(
        part=part,
        member=_number(asked.get("member", "")),
        text=asked.get("q", "").strip(),
        since=_midnight(view, "since"),
        before=_midnight(view, "until", days_on=1),
        below=_number(asked.get("below", "")),
    )


def did(deed: Deed, language: str) -> str:
    """What was done, in words; what no translation is known of, as it is kept."""
    key = f"web.did.{deed.did.replace(' ', '_')}"
    return say(key, language) if knows(key) else deed.did


def told(deed: Deed) -> str:
    """The facts of a line, those that say something."""
    return ", ".join(f"{name}: {_text(value)}" for name, value in deed.facts.items() if value)


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _number(text: str) -> int | None:
    if text and not text.isdecimal():
        raise UsageError(Sentence("{text!r} is no number.", text=text), hint=Sentence("A whole number."))
    return int(text) if text else None


def _midnight(view: View, name: str, days_on: int = 0) -> datetime | None:
    """Where a day told in the address begins, or one some days on."""
    text = view.request.GET.get(name)
    if not text:
        return None
    try:
        day = date.fromisoformat(text) + timedelta(days=days_on)
    except (ValueError, OverflowError):
        raise UsageError(
            Sentence("{option} cannot be {text!r}.", option=name, text=text),
            hint=Sentence("A day such as 2025-04-30."),
        ) from None
    return view.about.calendar.midnight(day).replace(tzinfo=UTC)


def _harmless(text: str) -> str:
    """A text that a spreadsheet takes for no formula: whoever tried to sign in may have written it."""
    return f"'{text}" if text.startswith(FORMULAS) else text
