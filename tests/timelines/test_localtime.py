"""Wall clocks and instants in the engine are those of the calendar, around every kind of turn."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import duckdb
import ibis
import pytest

from holdfast.periods import Calendar
from holdfast.timelines.localtime import duckdb_clock, instant, local

ZONES = ("UTC", "Asia/Kolkata", "Asia/Tehran", "America/Sao_Paulo", "America/New_York", "Australia/Lord_Howe")
BESIDE = (-3600, -1800, -1, 0, 1, 1799, 1800, 1801, 3599, 3600, 7200)


def near_turns(calendar: Calendar) -> list[datetime]:
    turns = [at for at, _ in calendar.offsets(datetime(2015, 1, 1), datetime(2024, 1, 1))]
    return [turn + timedelta(seconds=beside, microseconds=1) for turn in turns for beside in BESIDE]


def asked(calendar: Calendar, moments: list[datetime], shifted: Any) -> list[datetime]:
    store = ibis.duckdb.from_connection(duckdb.connect())
    for statement in duckdb_clock(calendar):
        store.con.execute(statement)
    rows = [{"turn": turn, "moment": moment} for turn, moment in enumerate(moments)]
    table = ibis.memtable(rows, schema={"turn": "int64", "moment": "timestamp(6)"})
    made = table.select("turn", shown=shifted(table.moment, calendar)).order_by("turn")
    found: list[datetime] = store.to_pyarrow(made)["shown"].to_pylist()
    return found


@pytest.mark.parametrize("zone", ZONES)
def test_local_is_the_calendars(zone: str) -> None:
    calendar = Calendar(zone)
    moments = near_turns(calendar)
    assert asked(calendar, moments, local) == [calendar.to_local(moment) for moment in moments]


@pytest.mark.parametrize("zone", ZONES)
def test_instant_is_the_calendars_where_clocks_skip_and_repeat(zone: str) -> None:
    calendar = Calendar(zone)
    clocks = [calendar.to_local(moment) for moment in near_turns(calendar)]
    clocks += [clock + timedelta(hours=1) for clock in clocks]
    assert asked(calendar, clocks, instant) == [calendar.to_utc(clock) for clock in clocks]
