"""A body of PostHog's capture API, opened: a batch, one event, or a list of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from holdfast.collect.sources.delivery import NONE, Posted, counted
from holdfast.errors import BadInput

PATHS = ("/batch", "/capture", "/track", "/e", "/i/v0/e")


class Body(msgspec.Struct):
    """What of a body is read before its messages are."""

    batch: list[msgspec.Raw] | None = None
    api_key: Any = None
    token: Any = None
    sent_at: Any = None
    event: Any = None
    properties: msgspec.Raw = NONE


class Keyed(msgspec.Struct):
    """Where the library for browsers puts the key."""

    token: Any = None


def posted(body: bytes, headers: Mapping[str, str]) -> Posted:  # noqa: ARG001 - PostHog says all in the body
    """The messages of a body of JSON; raises BadInput where it is none of PostHog's."""
    try:
        if body.lstrip().startswith(b"["):
            messages = msgspec.json.decode(body, type=list[msgspec.Raw])
            first = msgspec.json.decode(messages[0], type=Body) if messages else Body()
            return Posted(counted(messages), _key(first), first.sent_at)
        read = msgspec.json.decode(body, type=Body)
    except msgspec.ValidationError as problem:
        raise BadInput(f"This is no body of PostHog's API: {problem}.", hint='{"batch": [...]}') from problem
    if read.batch is not None:
        return Posted(counted(read.batch), _key(read), read.sent_at)
    if read.event is None:
        raise BadInput("The body has neither a batch nor an event.", hint='{"api_key": ..., "event": ...}')
    return Posted([msgspec.Raw(body)], _key(read), read.sent_at)


def _key(read: Body) -> str | None:
    said = read.api_key or read.token
    if said is None and bytes(read.properties).startswith(b"{"):
        said = msgspec.json.decode(read.properties, type=Keyed).token
    return said if isinstance(said, str) else None
