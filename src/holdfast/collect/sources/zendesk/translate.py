"""From what Zendesk told of its objects to rows of our tables: the same for any order of messages."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from holdfast.collect.sources.moments import moment
from holdfast.collect.sources.source import Body, Message, Told, Unused
from holdfast.collect.sources.told import Unfit
from holdfast.collect.sources.zendesk.kept import reference
from holdfast.collect.sources.zendesk.tickets import Ticket

PARTED = {
    "accounts": "account_id",
    "users": "user_id",
    "tickets": "ticket_id",
    "ticket_replies": "ticket_id",
    "survey_responses": "trigger_ref",
    "touchpoints": "touchpoint_id",
}
"""The tables that Zendesk tells of, and the column by which the rows of each hang together."""

AGENTS = ("agent", "admin")


def of_shared(_messages: Iterable[Message]) -> Told:
    """Nothing of Zendesk belongs to nobody."""
    return Told()


def of_accounts(messages: Sequence[Message], _shared: Iterable[Message]) -> Told:
    """The rows of the organizations, users and tickets that these are all messages about."""
    told = Told({table: [] for table in PARTED}, parts={column: set() for column in PARTED.values()})
    objects: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        objects[message.object_id].append(message)
    for about in sorted(objects):
        said = sorted(objects[about], key=lambda each: (each.at, each.message_id))
        kind, _, identity = about.partition("-")
        try:
            KINDS[kind](identity, said, told)
        except (KeyError, TypeError, ValueError, AttributeError, Unfit) as problem:
            why = f"something told of it cannot be read ({type(problem).__name__}: {problem})"
            told.unused.append(Unused(kind, about, TABLES[kind], why, "objects as Zendesk writes them"))
    return told


def newest(said: Sequence[Message], kind: str) -> Body | None:
    """The last state told of an object."""
    return next((message.body[kind] for message in reversed(said) if kind in message.body), None)


def _organization(identity: str, said: Sequence[Message], told: Told) -> None:
    body = newest(said, "organization") or {}
    told.parts["account_id"].add(identity)
    told.rows["accounts"].append(
        {
            "account_id": identity,
            "name": body.get("name"),
            "created_at": moment(body["created_at"], "created_at"),
            "attributes": _attributes(body),
        }
    )


def _user(identity: str, said: Sequence[Message], told: Told) -> None:
    """A row for who asks and has an organization; those who answer are no users of the product."""
    body = newest(said, "user") or {}
    told.parts["user_id"].add(identity)
    organization = reference(body.get("organization_id"))
    if body.get("role") in AGENTS or body.get("deleted") or organization is None:
        return
    told.rows["users"].append(
        {
            "user_id": identity,
            "account_id": organization,
            "created_at": moment(body.get("created_at"), "created_at"),
            "email": body.get("email"),
            "name": body.get("name"),
            "locale": body.get("locale"),
            "timezone": body.get("iana_time_zone"),
            "attributes": _attributes(body),
        }
    )


def _ticket(identity: str, said: Sequence[Message], told: Told) -> None:
    for column in ("ticket_id", "trigger_ref", "touchpoint_id"):
        told.parts[column].add(identity)
    body = newest(said, "ticket")
    if body is None:
        waits = "the ticket itself has not been told of"
        told.unused.append(Unused("ticket", f"ticket-{identity}", "tickets", waits, "it waits for that"))
        return
    if body.get("status") == "deleted":
        return
    ticket = Ticket(identity, body, said)
    told.rows["tickets"].append(ticket.row())
    told.rows["ticket_replies"].extend(ticket.replies())
    told.rows["survey_responses"].extend(ticket.answers())
    told.rows["touchpoints"].extend(ticket.touchpoints())


def _attributes(body: Body) -> str | None:
    found = {name: body[name] for name in ("external_id", "tags") if body.get(name)}
    return json.dumps(found, sort_keys=True, ensure_ascii=False) if found else None


KINDS: dict[str, Any] = {"organization": _organization, "user": _user, "ticket": _ticket}
TABLES = {"organization": "accounts", "user": "users", "ticket": "tickets"}
