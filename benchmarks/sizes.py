"""The sizes a benchmark runs at, and how often each thing is timed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """A simulated company, and how many times each side of a ratio is timed.

    `events_per_account` is the mean over the whole time. Of what is posted: `posts` rounds of `seconds` each,
    `waiting` requests of 100 events to load, `soak` requests a second.
    """

    name: str
    accounts: int
    imports: int
    boards: int
    months: int = 24
    events_per_account: float = 100.0
    posts: int = 3
    seconds: float = 5.0
    waiting: int = 1_000
    soak: float = 30.0


SIZES = {
    size.name: size
    for size in (
        Size("small", accounts=2_000, imports=3, boards=5),
        Size("tenth", accounts=20_000, imports=3, boards=7),
        Size("full", accounts=200_000, imports=2, boards=5, seconds=10.0, waiting=10_000),
    )
}
