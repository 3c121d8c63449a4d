"""Reading what Intercom has: companies whole, contacts and conversations by when they were changed.

Contacts and conversations are searched in the order of their last change, page by page; where the
reading stopped is kept with each page. A conversation that is found is then read with its parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from holdfast.collect.sources.asking import Asker
from holdfast.collect.sources.intercom.kept import of_object
from holdfast.collect.sources.source import Body, Message, Page

URL = "https://api.intercom.io"
VERSION = "2.11"
SIZE = 100
OVERLAP = timedelta(minutes=5)
"""Searches find what changed a little after it did; so far back they look again."""

SEARCHED = {"contacts": "data", "conversations": "conversations"}
"""What is searched, and under which name the answer has it."""


def pull(key: str, url: str | None, cursors: Mapping[str, Any]) -> Iterator[Page]:
    """Pages of what was not read yet, by an access token."""
    headers = {"Authorization": f"Bearer {key}", "Intercom-Version": VERSION}
    return pages(Asker.with_headers("Intercom", url or URL, headers), cursors)


def pages(asker: Asker, cursors: Mapping[str, Any]) -> Iterator[Page]:
    """The same, by an asker."""
    yield from _companies(asker)
    for what in SEARCHED:
        yield from _search(asker, what, cursors.get(what) or {})


def _companies(asker: Asker) -> Iterator[Page]:
    """All companies: Intercom cannot be asked for those that changed."""
    number, more = 1, True
    while more:
        body, now = asker.post("/companies/list", {"page": number, "per_page": SIZE, "order": "asc"})
        found = body.get("data") or []
        more = number < int((body.get("pages") or {}).get("total_pages") or 0) and bool(found)
        number += 1
        yield Page("companies", _messages(found), {}, now - OVERLAP)


def _search(asker: Asker, what: str, cursor: Mapping[str, Any]) -> Iterator[Page]:
    since, after, begun = cursor.get("since", 0), cursor.get("after"), cursor.get("begun")
    more = True
    while more:
        place = {"starting_after": after} if after else {}
        asked = {
            "query": {"field": "updated_at", "operator": ">", "value": since},
            "sort": {"field": "updated_at", "order": "ascending"},
            "pagination": {"per_page": SIZE, **place},
        }
        body, now = asker.post(f"/{what}/search", asked)
        begun = begun or _seconds(now - OVERLAP)
        found = body.get(SEARCHED[what]) or []
        after = ((body.get("pages") or {}).get("next") or {}).get("starting_after")
        more = bool(after) and bool(found)
        going = {"since": since, "after": after, "begun": begun}
        whole = [_whole(asker, each) if what == "conversations" else each for each in found]
        yield Page(what, _messages(whole), {what: going if more else {"since": begun}}, now - OVERLAP)


def _whole(asker: Asker, conversation: Body) -> Body:
    """A conversation with its parts, which a search does not give."""
    body, _ = asker.get(f"/conversations/{conversation['id']}")
    return body


def _messages(objects: list[Body]) -> list[Message]:
    return [message for each in objects if (message := of_object(each))]


def _seconds(at: datetime) -> int:
    return max(int(at.replace(tzinfo=UTC).timestamp()), 0)
