"""Webhooks of Intercom: whether a request is its, and what it says."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime

from holdfast.collect.sources.intercom.kept import of_object
from holdfast.collect.sources.signature import Signature
from holdfast.collect.sources.source import Message, instant
from holdfast.errors import BadInput

SIGNATURE = Signature(header="x-hub-signature", algorithm="sha1", prefix="sha1=")


def authentic(body: bytes, headers: Mapping[str, str], secrets: Collection[str], now: datetime) -> bool:
    """Whether one of the app's client secrets signed this body; Intercom's signatures name no time."""
    return SIGNATURE.made_by(body, headers, secrets, now)


def messages(body: bytes, headers: Mapping[str, str]) -> list[Message]:  # noqa: ARG001 - every source is given them
    """What one notification says; nothing where it is about something that is not read. Raises BadInput."""
    try:
        told = json.loads(body)
    except ValueError as problem:
        raise BadInput(
            f"The body is no JSON: {problem}.", hint="Send what Intercom sends, unchanged."
        ) from problem
    if not isinstance(told, dict) or told.get("type") != "notification_event":
        raise BadInput("The body is no notification of Intercom.", hint="Send it unchanged.")
    if told.get("topic") == "ping":
        return []
    try:
        item = told["data"]["item"]
        at = instant(item.get("updated_at") or told["created_at"])
        message = of_object(item, at, str(told["id"]))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError) as problem:
        raise BadInput(
            f"The notification lacks what every one has: {problem}.", hint="Send it unchanged."
        ) from problem
    return [message] if message else []
