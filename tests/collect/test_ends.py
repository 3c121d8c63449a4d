"""R3: an end given as a date alone."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from holdfast.errors import BadInput
from tests.collect.conftest import Reader

HEADER = "phase_id,subscription_id,account_id,plan,start_at,end_at,status,currency,unit_amount,interval\n"


def phases(*ends: str) -> str:
    return HEADER + "".join(
        f"p{i},s,a,pro,2024-01-01,{end},active,EUR,5,month\n" for i, end in enumerate(ends)
    )


def test_last_days_of_months_are_asked_about(read: Reader) -> None:
    with pytest.raises(BadInput) as refused:
        read("subscription_phases.csv", phases("2024-01-31", "2024-02-29", "2024-03-15", ""))
    assert "2 of 3 are the last day of a month" in refused.value.message
    assert "ends = 'inclusive'" in str(refused.value.hint)
    assert "ends = 'exclusive'" in str(refused.value.hint)


def test_other_days_are_exclusive_without_a_word(read: Reader) -> None:
    result = read("subscription_phases.csv", phases("2024-02-01", "2024-01-31"))
    assert result.column("end_at") == [datetime(2024, 2, 1), datetime(2024, 1, 31)]


@pytest.mark.parametrize(
    ("ends", "zone", "expected"),
    [
        ("inclusive", "UTC", datetime(2024, 4, 1)),
        ("exclusive", "UTC", datetime(2024, 3, 31)),
        ("inclusive", "Europe/Berlin", datetime(2024, 3, 31, 22)),
        ("exclusive", "Europe/Berlin", datetime(2024, 3, 30, 23)),
    ],
)
def test_the_mapping_says(read: Reader, ends: str, zone: str, expected: datetime) -> None:
    result = read("subscription_phases.csv", phases("2024-03-31"), f"ends = '{ends}'", zone=zone)
    assert result.column("end_at") == [expected]


def test_an_end_with_a_time_is_what_it_says(read: Reader) -> None:
    result = read("subscription_phases.csv", phases("2024-01-31T00:00:00Z"), "ends = 'inclusive'")
    assert result.column("end_at") == [datetime(2024, 1, 31)]


def test_the_end_of_a_period_of_days(read: Reader) -> None:
    header = "cost_id,period_start,period_end,category,amount,currency\n"
    line = "c,2024-01-01,2024-01-31,cogs,5,EUR\n"
    with pytest.raises(BadInput, match="period_end"):
        read("costs.csv", header + line)
    assert read("costs.csv", header + line, "ends = 'inclusive'").column("period_end") == [date(2024, 2, 1)]


@pytest.mark.parametrize("kind", ["DATE", "TIMESTAMP"])
def test_days_in_parquet_whether_as_dates_or_as_midnights(
    read: Reader, con: duckdb.DuckDBPyConnection, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "subscription_phases.parquet"
    con.execute(
        f"""COPY (SELECT 'p' AS phase_id, 's' AS subscription_id, 'a' AS account_id, 'pro' AS plan,
                {kind} '2024-01-01' AS start_at, {kind} '2024-01-31' AS end_at, 'active' AS status,
                'EUR' AS currency, 5 AS unit_amount, 'month' AS "interval") TO '{path}'"""
    )
    with pytest.raises(BadInput, match="last day of a month"):
        read("", path)
    assert read("", path, "ends = 'inclusive'").column("end_at") == [datetime(2024, 2, 1)]
