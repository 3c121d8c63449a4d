"""Webhooks of Zendesk that are subscribed to its events: whether a request is its, and what it says."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from holdfast.collect.sources.signature import Signature
from holdfast.collect.sources.source import Body, Message
from holdfast.collect.sources.told import Unfit
from holdfast.collect.sources.zendesk.kept import change, comment, of_object, time_of
from holdfast.errors import BadInput

SIGNATURE = Signature(
    header="x-zendesk-webhook-signature",
    encoding="base64",
    signed="{timestamp}{body}",
    timestamp="x-zendesk-webhook-signature-timestamp",
)
KIND = "zen:event-type:"


def authentic(body: bytes, headers: Mapping[str, str], secrets: Collection[str], now: datetime) -> bool:
    """Whether one of the webhook's signing secrets signed this body lately. `now` is naive UTC."""
    return SIGNATURE.made_by(body, headers, secrets, now)


def messages(body: bytes, headers: Mapping[str, str]) -> list[Message]:  # noqa: ARG001 - every source is given them
    """What one delivery says; nothing where it is about something that is not read. Raises BadInput."""
    try:
        event = json.loads(body)
    except ValueError as problem:
        raise BadInput(
            f"The body is no JSON: {problem}.", hint="Send what Zendesk sends, unchanged."
        ) from problem
    if not isinstance(event, dict) or not str(event.get("type", "")).startswith(KIND):
        raise BadInput("The body is no event of Zendesk.", hint="Subscribe the webhook to Zendesk events.")
    try:
        at = time_of({"updated_at": event["time"]})
        return list(_said(event, event["type"].removeprefix(KIND), at))
    except (KeyError, TypeError, ValueError, AttributeError, Unfit) as problem:
        raise BadInput(
            f"The event lacks what every event has: {problem}.", hint="Send it unchanged."
        ) from problem


def _said(event: Body, kind: str, at: datetime) -> Iterator[Message]:
    thing, _, what = kind.partition(".")
    detail, told = event["detail"], event.get("event") or {}
    if thing not in ("ticket", "user", "organization"):
        return
    state = of_object(thing, _as_read(thing, detail, what), at)
    yield Message(
        f"{event['id']}-state", state.object, state.object_id, at, state.account_id, None, state.body
    )
    if thing == "ticket" and what in UPDATES:
        yield Message(f"{event['id']}", "update", state.object_id, at, None, None, UPDATES[what](told))


def _as_read(thing: str, detail: Body, what: str) -> dict[str, Any]:
    """An object of an event with the names and values that the interface has for them."""
    given = dict(detail)
    if thing == "ticket":
        given["status"] = str(detail.get("status") or "").lower()
        given["priority"] = str(detail.get("priority") or "").lower() or None
        if what in ("soft_deleted", "permanently_deleted", "marked_as_spam", "merged"):
            given["status"] = "deleted"
    return given


def _comment(told: Body) -> dict[str, Any]:
    given = told["comment"]
    author = given.get("author") or {}
    return comment(given, author.get("id"), given.get("body"), staff=author.get("is_staff"))


UPDATES: dict[str, Callable[[Body], dict[str, Any]]] = {
    "comment_added": _comment,
    "status_changed": lambda told: change("status", told["current"], told.get("previous")),
    "agent_assignment_changed": lambda told: change("assignee_id", told.get("current"), told.get("previous")),
}
"""Events of a ticket that say more than what it is now."""
