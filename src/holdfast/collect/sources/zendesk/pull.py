"""Reading what Zendesk has by its incremental exports: all of it once, and from then on what changed.

Organizations and updates of tickets are exported by time, users and tickets by a cursor; where each
stopped is kept with each page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from holdfast.collect.sources.asking import Asker
from holdfast.collect.sources.source import Body, Message, Page
from holdfast.collect.sources.zendesk.kept import of_object, of_ticket_event
from holdfast.errors import UsageError

SETTLING = timedelta(minutes=2)
"""The last minute is not exported, and the one before may not be whole."""

RATED_BEFORE = timedelta(days=7)
"""How far back ratings are read again: one can be changed for some days."""


@dataclass(frozen=True)
class Export:
    """One export: where it is, under which name its objects stand, and what each says."""

    path: str
    objects: str
    says: Callable[[Body], Iterable[Message]]
    asked: Mapping[str, Any]
    by_cursor: bool


def _of(kind: str) -> Callable[[Body], Iterable[Message]]:
    return lambda given: [of_object(kind, given)]


EXPORTS = (
    Export("/api/v2/incremental/organizations.json", "organizations", _of("organization"), {}, False),
    Export("/api/v2/incremental/users/cursor.json", "users", _of("user"), {}, True),
    Export("/api/v2/incremental/tickets/cursor.json", "tickets", _of("ticket"), {}, True),
    Export(
        "/api/v2/incremental/ticket_events.json",
        "ticket_events",
        of_ticket_event,
        {"include": "comment_events"},
        False,
    ),
)
RATINGS = "satisfaction_ratings"


def pull(key: str, url: str | None, cursors: Mapping[str, Any]) -> Iterator[Page]:
    """Pages of what was not read yet; `key` is `you@example.com/token:...` or a token of OAuth."""
    if url is None:
        hint = "Set HOLDFAST_ZENDESK_URL, such as https://acme.zendesk.com (docs/zendesk.md)."
        raise UsageError("Zendesk has no address of its own for everybody.", hint=hint)
    user, colon, secret = key.partition(":")
    basic = (user, secret) if colon else None
    headers = {} if colon else {"Authorization": f"Bearer {key}"}
    return pages(Asker.with_headers("Zendesk", url, headers, basic), cursors)


def pages(asker: Asker, cursors: Mapping[str, Any]) -> Iterator[Page]:
    """The same, by an asker."""
    for export in EXPORTS:
        yield from _export(asker, export, cursors.get(export.objects) or {})
    yield from _ratings(asker, cursors.get(RATINGS) or {})


def _export(asker: Asker, export: Export, cursor: Mapping[str, Any]) -> Iterator[Page]:
    more = True
    while more:
        place = {"cursor": cursor["cursor"]} if "cursor" in cursor else {"start_time": cursor.get("since", 0)}
        body, now = asker.get(export.path, {**export.asked, **place})
        found = body.get(export.objects) or []
        more = not body.get("end_of_stream") and bool(found)
        after, end = body.get("after_cursor"), body.get("end_time")
        if export.by_cursor and after:
            cursor = {"cursor": after}
        elif not export.by_cursor and end:
            more = more and end != cursor.get("since")
            cursor = {"since": min(int(end), _seconds(now - SETTLING))}
        messages = [message for each in found for message in export.says(each)]
        yield Page(export.objects, messages, {export.objects: cursor}, now - SETTLING)


def _ratings(asker: Asker, cursor: Mapping[str, Any]) -> Iterator[Page]:
    asked: dict[str, Any] = {"page[size]": 100, "sort": "created_at"}
    if "since" in cursor:
        asked["start_time"] = cursor["since"]
    after, begun, more = cursor.get("after"), cursor.get("begun"), True
    while more:
        body, now = asker.get(f"/api/v2/{RATINGS}.json", asked | ({"page[after]": after} if after else {}))
        begun = begun or _seconds(now - RATED_BEFORE)
        meta = body.get("meta") or {}
        found, after = body.get(RATINGS) or [], meta.get("after_cursor")
        more = bool(meta.get("has_more")) and bool(found) and bool(after)
        going = {**cursor, "after": after, "begun": begun}
        messages = [of_object("satisfaction_rating", each) for each in found if each.get("ticket_id")]
        yield Page(RATINGS, messages, {RATINGS: going if more else {"since": begun}}, now - SETTLING)


def _seconds(at: datetime) -> int:
    return max(int(at.replace(tzinfo=UTC).timestamp()), 0)
