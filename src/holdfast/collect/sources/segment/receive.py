"""A body of Segment's HTTP API, opened: a batch, or one call whose kind its path names."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import msgspec

from holdfast.collect.sources.delivery import Posted, counted
from holdfast.errors import BadInput

SHORT = {"t": "track", "i": "identify", "g": "group", "p": "page", "s": "screen", "a": "alias", "b": "batch"}
"""The paths that the library for browsers uses."""

PATHS = tuple(f"/v1/{kind}" for kind in (*SHORT.values(), "import", *SHORT))

MANY = ("batch", "import")


class Body(msgspec.Struct):
    """What of a body is read before its messages are."""

    batch: list[msgspec.Raw] | None = None
    writeKey: Any = None  # noqa: N815 - Segment's names
    sentAt: Any = None  # noqa: N815


def kind_of(headers: Mapping[str, str]) -> str:
    """What the path says that its body is: batch, import, or one kind of call."""
    last = headers.get(":path", "").split("?")[0].rstrip("/").rsplit("/", 1)[-1]
    return SHORT.get(last, last)


def posted(body: bytes, headers: Mapping[str, str]) -> Posted:
    """The messages of a body of JSON; raises BadInput where it is none of Segment's."""
    try:
        read = msgspec.json.decode(body, type=Body)
    except msgspec.ValidationError as problem:
        raise BadInput(f"This is no body of Segment's API: {problem}.", hint='{"batch": [...]}') from problem
    key = _basic(headers) or (read.writeKey if isinstance(read.writeKey, str) else None)
    if kind_of(headers) not in MANY:
        return Posted([msgspec.Raw(body)], key, None)
    if read.batch is None:
        raise BadInput("The body has no batch.", hint='{"batch": [{"type": "track", ...}]}')
    return Posted(counted(read.batch), key, read.sentAt)


def _basic(headers: Mapping[str, str]) -> str | None:
    """The user name of HTTP's Basic authorization, which is where clients put their key."""
    scheme, _, told = headers.get("authorization", "").partition(" ")
    if scheme.casefold() == "bearer":
        return told.strip() or None
    if scheme.casefold() != "basic":
        return None
    try:
        return base64.b64decode(told, validate=True).decode().partition(":")[0] or None
    except (binascii.Error, UnicodeDecodeError):
        return None
