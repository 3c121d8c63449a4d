"""What is kept of each object of Intercom: the fields that are read, and nothing besides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from holdfast.collect.sources.source import Body, Message, instant

KEPT = {
    "company": "name company_id created_at remote_created_at industry size plan custom_attributes",
    "contact": "external_id email name role created_at signed_up_at language_override companies",
    "conversation": "created_at state title source contacts conversation_rating conversation_parts"
    " statistics admin_assignee_id",
}
"""The kinds of objects that are read, and of each the fields."""

PART = ("id", "part_type", "created_at", "body", "assigned_to", "redacted")
STATISTICS = ("first_admin_reply_at", "last_close_at", "count_reopens")
CONTACTS = ("user", "lead", "contact")


def of_object(given: Body, at: datetime | None = None, name: str | None = None) -> Message | None:
    """The message that an object is; None for a kind that is not read.

    `at` is when it was so, without it when it was last changed; `name` is the id of a notification.
    """
    kind = "contact" if given.get("type") in CONTACTS else str(given.get("type"))
    if kind not in KEPT:
        return None
    changed = at or instant(given.get("updated_at") or given["created_at"])
    body = {field: given[field] for field in KEPT[kind].split() if field in given} | {"id": str(given["id"])}
    owner = parent = None
    if kind == "company":
        owner = body["id"]
    elif kind == "contact":
        body["companies"] = _companies_of(given)
        owner = next(iter(body["companies"]), None)
    else:
        body |= _trimmed(given)
        parent = next((f"contact-{each}" for each in body["contacts"]), None)
    told = name or f"{kind}-{given['id']}@{changed:%Y%m%dT%H%M%SZ}"
    return Message(told, kind, f"{kind}-{given['id']}", changed, owner, parent, {kind: body})


def _companies_of(contact: Body) -> list[str]:
    """The companies that a contact belongs to, in Intercom's order."""
    listed = contact.get("companies") or {}
    found = listed.get("data") or listed.get("companies") or []
    return [str(each["id"]) for each in found]


def _trimmed(given: Body) -> dict[str, Any]:
    """A conversation without addresses and links; its parts where they are written out."""
    source, rating = given.get("source") or {}, given.get("conversation_rating") or {}
    counted = given.get("statistics") or {}
    listed = (given.get("contacts") or {}).get("contacts") or []
    parts = (given.get("conversation_parts") or {}).get("conversation_parts")
    kept: dict[str, Any] = {
        "source": {name: source.get(name) for name in ("type", "delivered_as", "subject", "body")}
        | {"author": _author(source.get("author"))},
        "contacts": [str(each["id"]) for each in listed],
        "conversation_rating": {name: rating.get(name) for name in ("rating", "remark", "created_at")},
        "statistics": {name: counted.get(name) for name in STATISTICS},
        "conversation_parts": None
        if parts is None
        else [
            {name: part.get(name) for name in PART} | {"author": _author(part.get("author"))}
            for part in parts
        ],
    }
    return kept


def _author(given: Any) -> dict[str, str]:
    author = given if isinstance(given, Mapping) else {}
    return {"type": str(author.get("type")), "id": str(author.get("id"))}
