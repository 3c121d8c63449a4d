"""The history of a subscription's moves."""

from __future__ import annotations

from datetime import datetime

import ibis
import pytest

from holdfast.timelines.lifecycle import lifecycle

MOVES = [
    (None, "trialing", "2024-01-01"),
    ("trialing", "active", "2024-01-15"),
    ("active", "paused", "2024-03-01"),
    ("paused", "active", "2024-04-01"),
    ("active", "cancelled", "2024-05-01"),
    ("cancelled", "reactivated", "2024-07-01"),
]


def phase(number: int, status: str, start: str, end: str | None) -> dict[str, object]:
    """A phase of one subscription."""
    return {
        "account_id": "A",
        "subscription_id": "S",
        "phase_id": str(number),
        "status": status,
        "start_at": datetime.fromisoformat(start),
        "end_at": None if end is None else datetime.fromisoformat(end),
    }


@pytest.fixture
def moves() -> list[tuple[object, object, str]]:
    """What the phases of a whole life become."""
    phases = [
        phase(1, "trialing", "2024-01-01", "2024-01-15"),
        phase(2, "active", "2024-01-15", "2024-02-01"),
        phase(3, "active", "2024-02-01", "2024-03-01"),
        phase(4, "paused", "2024-03-01", "2024-04-01"),
        phase(5, "active", "2024-04-01", "2024-05-01"),
        phase(6, "active", "2024-07-01", None),
    ]
    schema = {
        "account_id": "string",
        "subscription_id": "string",
        "phase_id": "string",
        "status": "string",
        "start_at": "timestamp(6)",
        "end_at": "timestamp(6)",
    }
    rows = lifecycle(ibis.memtable(phases, schema=schema)).order_by("at").to_pyarrow().to_pylist()
    return [(row["was"], row["became"], row["at"].date().isoformat()) for row in rows]


def test_a_whole_life_is_a_history_of_moves(moves: list[tuple[object, object, str]]) -> None:
    assert moves == MOVES
