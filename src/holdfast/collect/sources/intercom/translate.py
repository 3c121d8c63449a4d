"""From what Intercom told of its objects to rows of our tables: the same for any order of messages."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from holdfast.collect.sources.intercom.conversations import Conversation
from holdfast.collect.sources.source import Body, Message, Told, Unused, moment

PARTED = {
    "accounts": "account_id",
    "users": "user_id",
    "tickets": "ticket_id",
    "ticket_replies": "ticket_id",
    "survey_responses": "trigger_ref",
    "touchpoints": "touchpoint_id",
}
"""The tables that Intercom tells of, and the column by which the rows of each hang together."""

TABLES = {"company": "accounts", "contact": "users", "conversation": "tickets"}
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError)


def of_shared(_messages: Iterable[Message]) -> Told:
    """Nothing of Intercom belongs to nobody."""
    return Told()


def of_accounts(messages: Sequence[Message], _shared: Iterable[Message]) -> Told:
    """The rows of the companies, contacts and conversations that these are all messages about.

    A conversation is its contact's company's.
    """
    told = Told({table: [] for table in PARTED}, parts={column: set() for column in PARTED.values()})
    found: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        found[message.object_id].append(message)
    states = {about: _states(said) for about, said in found.items()}
    for about in sorted(states):
        kind, _, identity = about.partition("-")
        try:
            _tell(kind, identity, states[about], states, told)
        except UNREADABLE as problem:
            why = f"something told of it cannot be read ({type(problem).__name__}: {problem})"
            told.unused.append(Unused(kind, about, TABLES[kind], why, "objects as Intercom writes them"))
    return told


def _states(said: Sequence[Message]) -> list[Body]:
    ordered = sorted(said, key=lambda each: (each.at, each.message_id))
    return [message.body[message.object] for message in ordered]


def _tell(
    kind: str, identity: str, states: Sequence[Body], known: Mapping[str, Sequence[Body]], told: Told
) -> None:
    if kind == "company":
        told.parts["account_id"].add(identity)
        told.rows["accounts"].append(_company(identity, states[-1]))
    elif kind == "contact":
        told.parts["user_id"].add(identity)
        if states[-1].get("companies"):
            told.rows["users"].append(_contact(identity, states[-1]))
    else:
        _conversation(identity, states, known, told)


def _company(identity: str, body: Body) -> dict[str, object]:
    size = body.get("size")
    return {
        "account_id": identity,
        "name": body.get("name"),
        "created_at": _first(body, "remote_created_at", "created_at"),
        "industry": body.get("industry"),
        "employees": size if isinstance(size, int) and not isinstance(size, bool) else None,
        "attributes": _attributes(body, "company_id", "plan", "custom_attributes"),
    }


def _contact(identity: str, body: Body) -> dict[str, object]:
    """The row of a user or lead; of several companies the first is meant."""
    return {
        "user_id": identity,
        "account_id": body["companies"][0],
        "created_at": _first(body, "signed_up_at", "created_at"),
        "email": body.get("email"),
        "name": body.get("name"),
        "locale": body.get("language_override"),
        "persona": body.get("role"),
        "attributes": _attributes(body, "external_id"),
    }


def _conversation(
    identity: str, states: Sequence[Body], known: Mapping[str, Sequence[Body]], told: Told
) -> None:
    for column in ("ticket_id", "trigger_ref", "touchpoint_id"):
        told.parts[column].add(identity)
    contact = next(iter(states[-1]["contacts"]), None)
    of_contact = known.get(f"contact-{contact}") or [{}]
    account = next(iter(of_contact[-1].get("companies") or ()), None)
    conversation = Conversation(identity, states, contact, account)
    if conversation.is_outreach:
        told.rows["touchpoints"].extend(conversation.touchpoints())
    else:
        told.rows["tickets"].append(conversation.row())
        told.rows["ticket_replies"].extend(conversation.replies())
    told.rows["survey_responses"].extend(conversation.answers())


def _first(body: Body, *names: str) -> datetime | None:
    return next((moment(body[name]) for name in names if body.get(name)), None)


def _attributes(body: Body, *names: str) -> str | None:
    found = {name: body[name] for name in names if body.get(name)}
    return json.dumps(found, sort_keys=True, ensure_ascii=False) if found else None
