"""What a client posted: one request body, opened into its messages."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from holdfast.errors import BadInput

BODY_BYTES = 8 * 2**20
"""How large a body may be once it is inflated."""

MESSAGES = 10_000
"""How many messages one body may hold."""

GZIP = b"\x1f\x8b"

NONE = msgspec.Raw(b"")
"""A field that a message does not have."""


class TooLarge(BadInput):
    """A body beyond what is taken at once."""

    code = "too_large"


@dataclass(frozen=True)
class Posted:
    """One body, opened: the key it names, when the client says it was sent, and its messages as JSON."""

    messages: list[msgspec.Raw]
    key: str | None = None
    sent_at: Any = None


@dataclass(frozen=True)
class Delivery:
    """One body as the spool keeps it: an id of ours, whose protocol it speaks, when it came, and where to."""

    id: str
    source: str
    received_at: datetime
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def inflated(body: bytes, limit: int = BODY_BYTES) -> bytes:
    """The body, gunzipped where it is gzip whatever its headers say; raises TooLarge beyond `limit` bytes."""
    if not body.startswith(GZIP):
        if len(body) > limit:
            raise _too_large(limit)
        return body
    unzip = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        text = unzip.decompress(body, limit + 1)
    except zlib.error as problem:
        raise BadInput(f"The body begins like gzip but is not: {problem}.") from problem
    if len(text) > limit:
        raise _too_large(limit)
    if not unzip.eof:
        raise BadInput("The gzip body ends too early.")
    return text


def one_line(body: bytes) -> bytes:
    """The body as strict JSON in UTF-8 on one line; raises BadInput where it is no JSON.

    What lenient clients send is mended and not refused: NaN and infinities become null, bytes that
    are no UTF-8 and halves of surrogate pairs become the sign for unreadable.
    """
    try:
        body.decode()  # msgspec passes over texts without a look at their bytes
        msgspec.json.decode(body, type=msgspec.Raw)
        line = body
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        line = _mended(body)
    return line.replace(b"\n", b" ").replace(b"\r", b" ")


def _mended(body: bytes) -> bytes:
    try:
        value = json.loads(body.decode("utf-8", "replace"), parse_constant=lambda _: None)
        return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    except (ValueError, RecursionError) as problem:
        raise BadInput(f"The body is not JSON: {problem}.", hint="Send a JSON object.") from problem


def counted(messages: list[msgspec.Raw]) -> list[msgspec.Raw]:
    """The messages, where they are not too many."""
    if len(messages) > MESSAGES:
        raise TooLarge(
            f"The body holds {len(messages):,} messages.", hint=f"At most {MESSAGES:,} in one request."
        )
    return messages


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body is larger than {limit:,} bytes.", hint="Send smaller batches.")
