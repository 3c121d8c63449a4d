"""Work that comes round: in the zone of the workspace, on the days when clocks change too."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import UsageError
from holdfast.periods import Calendar, duration, rhythm

BERLIN = Calendar("Europe/Berlin")
instants = st.datetimes(datetime(2024, 1, 1), datetime(2026, 1, 1))


@pytest.mark.parametrize(
    ("text", "now", "then"),
    [
        ("every 15 minutes", datetime(2025, 6, 1, 10, 7), datetime(2025, 6, 1, 10, 15)),
        ("every hour", datetime(2025, 6, 1, 10), datetime(2025, 6, 1, 11)),
        ("every 7 hours", datetime(2025, 6, 1, 20), datetime(2025, 6, 1, 22)),
        ("at 03:00", datetime(2025, 6, 1, 10), datetime(2025, 6, 2, 1)),
        ("at 03:00", datetime(2025, 10, 25, 10), datetime(2025, 10, 26, 2)),
        ("at 02:30", datetime(2025, 3, 29, 10), datetime(2025, 3, 30, 1, 30)),
    ],
)
def test_the_next_time(text: str, now: datetime, then: datetime) -> None:
    assert rhythm(text).after(now, BERLIN) == then


@given(instants, st.sampled_from(["every 1 minute", "every 45 minutes", "every day", "at 00:00", "at 23:59"]))
def test_it_is_always_ahead_and_within_a_day_or_so(now: datetime, text: str) -> None:
    found = rhythm(text)
    then = found.after(now, BERLIN)
    assert now < then <= now + timedelta(hours=25)
    assert found.after(then - timedelta(microseconds=1), BERLIN) == then
    assert rhythm(str(found)) == found


@pytest.mark.parametrize("text", ["", "sometimes", "every 2 days", "every 5 seconds", "at 25:00", "hourly"])
def test_what_is_none(text: str) -> None:
    with pytest.raises(UsageError, match="is no rhythm"):
        rhythm(text)


def test_stretches() -> None:
    assert duration("10 minutes") == timedelta(minutes=10)
    assert duration("soon") is None
