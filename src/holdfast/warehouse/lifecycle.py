"""The moves a subscription may make from one phase to the next."""

from __future__ import annotations

BEGUN = "begun"
ENDED = "ended"

PAID = ("active", "past_due")
"""A subscription that was never in one of these has nothing to pause."""

LEGAL_MOVES: dict[str, tuple[str, ...]] = {
    BEGUN: ("trialing", "active", "past_due", "free"),
    "trialing": ("trialing", "active", "past_due", "free"),
    "free": ("trialing", "active", "past_due", "free"),
    "active": ("active", "past_due", "paused", "free"),
    "past_due": ("active", "past_due", "paused", "free"),
    "paused": ("active", "past_due", "paused", "free"),
    ENDED: ("trialing", "active", "past_due", "free"),
}
"""From the status of a phase to those that may follow. `begun` stands before the first phase,
`ended` in a gap between two. What has been paid for is never on trial again without having
ended, and what was never paid for cannot be paused."""


def moves() -> str:
    """The legal moves as SQL rows of (from, to)."""
    pairs = (f"('{before}', '{after}')" for before, then in LEGAL_MOVES.items() for after in then)
    return ", ".join(pairs)
