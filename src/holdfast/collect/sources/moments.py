"""Moments as clients write them, and what they mean by our clock."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import Any

from holdfast.collect.sources.told import AHEAD, EARLIEST, TOLERATED, Unfit

MILLISECONDS = 10**11
"""A number of this size or more counts milliseconds since 1970, a smaller one seconds."""

DATE_AND_SIGN = len("2025-04-30Z")
"""A date alone has no zone."""

WANTED = "ISO 8601, such as 2025-04-30T09:30:00Z"


def moment(value: Any, column: str = "timestamp") -> datetime | None:
    """A moment as a naive UTC instant, None where none is given; raises Unfit for what is none.

    Text is ISO 8601, UTC where it says no zone; a number counts seconds or milliseconds since 1970.
    """
    if value is None or value == "":
        return None
    try:
        if isinstance(value, str):
            return _read(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            seconds = value / 1000 if abs(value) >= MILLISECONDS else value
            return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
    except (ValueError, OverflowError, OSError):
        pass
    raise Unfit(column, value, f"{column} is not a moment in time", WANTED)


def _read(text: str) -> datetime:
    """A moment of ISO 8601; UTC's own sign is taken off first, which is the quickest way to be rid of it."""
    if (
        text[-1] == "Z"
        and len(text) > DATE_AND_SIGN
        and (read := datetime.fromisoformat(text[:-1])).tzinfo is None
    ):
        return read
    read = datetime.fromisoformat(text)
    return read if read.tzinfo is None else read.astimezone(UTC).replace(tzinfo=None)


def sent(value: Any) -> datetime | None:
    """When a client says that it sent a body, None where that is no moment: no message is lost for it."""
    try:
        return moment(value)
    except Unfit:
        return None


def happened(stamped: datetime, sent_at: datetime | None, received_at: datetime) -> datetime:
    """When it happened by our clock: what the client stamped, less what its clock is off by.

    That is received_at - sent_at, as in Segment's specification, and left out where it is not more
    than TOLERATED, or where what comes of it cannot be. Raises Unfit for a
    moment that lies ahead of its arrival, or before EARLIEST.
    """
    at = stamped
    if sent_at and not -TOLERATED <= (off := received_at - sent_at) <= TOLERATED:
        with contextlib.suppress(OverflowError):
            corrected = stamped + off
            at = corrected if EARLIEST <= corrected <= received_at + AHEAD else stamped
    if at > received_at + AHEAD:
        raise Unfit("occurred_at", at.isoformat(), "it lies after its own arrival", "a moment that has been")
    if at < EARLIEST:
        raise Unfit("occurred_at", at.isoformat(), "no product was used then", "the moment it happened")
    return at
