"""Moments as clients write them, and what they mean by our clock."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from holdfast.collect.sources.told import AHEAD, EARLIEST, TOLERATED, Unfit

MILLISECONDS = 10**11
"""A number of this size or more counts milliseconds since 1970, a smaller one seconds."""

WANTED = "ISO 8601, such as 2025-04-30T09:30:00Z"


def moment(value: Any, column: str = "timestamp") -> datetime | None:
    """A moment as a naive UTC instant, None where none is given; raises Unfit for what is none.

    Text is ISO 8601, UTC where it says no zone; a number counts seconds or milliseconds since 1970.
    """
    if value is None or value == "":
        return None
    try:
        if isinstance(value, str):
            read = datetime.fromisoformat(value)
            return read.astimezone(UTC).replace(tzinfo=None) if read.tzinfo else read
        if isinstance(value, int | float) and not isinstance(value, bool):
            seconds = value / 1000 if abs(value) >= MILLISECONDS else value
            return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
    except (ValueError, OverflowError, OSError):
        pass
    raise Unfit(column, value, f"{column} is not a moment in time", WANTED)


def happened(stamped: datetime, sent_at: datetime | None, received_at: datetime) -> datetime:
    """When it happened by our clock: what the client stamped, less what its clock is off by.

    That is received_at - sent_at, as in Segment's specification, and left out where it is not more
    than TOLERATED. Raises Unfit for a moment that lies ahead of its arrival, or before EARLIEST.
    """
    off = received_at - sent_at if sent_at else received_at - received_at
    try:
        at = stamped + off if abs(off) > TOLERATED else stamped
    except OverflowError:
        at = stamped
    if at > received_at + AHEAD:
        raise Unfit("occurred_at", at.isoformat(), "it lies after its own arrival", "a moment that has been")
    if at < EARLIEST:
        raise Unfit("occurred_at", at.isoformat(), "no product was used then", "the moment it happened")
    return at
