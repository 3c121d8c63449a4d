"""What is kept of each object of Zendesk: the fields that are read, and nothing besides.

All that is said of a ticket, its changes, comments and ratings, is about one object: the ticket.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from holdfast.collect.sources.moments import moment
from holdfast.collect.sources.source import Body, Message

KEPT = {
    "organization": "created_at updated_at name external_id tags deleted_at",
    "user": "created_at updated_at name email external_id role organization_id locale iana_time_zone tags"
    " active deleted",
    "ticket": "created_at updated_at subject description status priority requester_id submitter_id"
    " organization_id assignee_id via",
    "satisfaction_rating": "created_at updated_at score comment reason ticket_id requester_id",
}
"""The kinds of objects that are read, and of each the fields."""

CHANGES = ("status", "assignee_id")
"""The fields of a ticket of which changes are read."""


def of_object(kind: str, given: Body, at: datetime | None = None) -> Message:
    """The message that an object is, as it was when it was last changed."""
    changed = at or time_of(given)
    body = {name: given[name] for name in KEPT[kind].split() if name in given} | {"id": str(given["id"])}
    if kind == "ticket":
        via = given.get("via") or {}
        body["via"] = {"channel": via.get("channel"), "rel": (via.get("source") or {}).get("rel")}
    about = f"ticket-{given['ticket_id']}" if kind == "satisfaction_rating" else f"{kind}-{given['id']}"
    owner = body["id"] if kind == "organization" else reference(given.get("organization_id"))
    name = f"{kind}-{given['id']}@{changed:%Y%m%dT%H%M%S.%fZ}"
    return Message(name, kind, about, changed, owner, None, {kind: body})


def of_ticket_event(given: Body) -> Iterator[Message]:
    """The messages of one update of a ticket: the comments in it, and changes of status or assignee."""
    at = moment(given.get("created_at") or given.get("timestamp"))
    if at is None:
        raise ValueError("an update has a time")
    for child in given.get("child_events") or ():
        if said := _child(given, child):
            name = f"event-{given['id']}-{child['id']}"
            yield Message(name, "update", f"ticket-{given['ticket_id']}", at, None, None, said)


def _child(given: Body, child: Body) -> dict[str, Any] | None:
    if child.get("event_type") == "Comment":
        return comment(child, child.get("author_id") or given.get("updater_id"), child.get("plain_body"))
    for name in CHANGES:
        if name in child and child.get("event_type") in ("Change", "Create"):
            return change(name, child[name], child.get("previous_value"))
    return None


def comment(given: Body, author: Any, text: str | None = None, *, staff: Any = None) -> dict[str, Any]:
    """The body of a message that is a comment; `staff` says whether an agent wrote it, where that is told."""
    said = {"id": str(given["id"]), "author_id": reference(author), "text": text or given.get("body")}
    return {"comment": said | {"public": given.get("public", given.get("is_public")) is True, "staff": staff}}


def change(name: str, now: Any, before: Any) -> dict[str, Any]:
    """The body of a message that is a change of a field."""
    return {"change": {"field": name, "now": _plain(now), "before": _plain(before)}}


def _plain(value: Any) -> str | None:
    return str(value).lower() if value not in (None, "") else None


def reference(value: Any) -> str | None:
    """The id of an object that another names."""
    return str(value) if value not in (None, "", 0, "0") and not isinstance(value, Mapping) else None


def time_of(given: Body) -> datetime:
    """When an object was last changed; raises ValueError where it does not say so."""
    found = moment(given.get("updated_at") or given.get("created_at"))
    if found is None:
        raise ValueError("an object has a time")
    return found
