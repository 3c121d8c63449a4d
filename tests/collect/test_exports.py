"""Two real exports, read with the mapping files of examples/ and nothing else."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from holdfast import collect

ROOT = Path(__file__).parents[2]


def exports(name: str) -> Path:
    """The folder of an export: in HOLDFAST_DATA, or in shared/data beside the checkout."""
    told = os.environ.get("HOLDFAST_DATA")
    folder = Path(told) / name if told else ROOT.parent / "shared" / "data" / name
    if not folder.is_dir():
        pytest.skip(f"no {name} export here; set HOLDFAST_DATA to the folder that holds it")
    return folder


def staged(con: duckdb.DuckDBPyConnection, name: str) -> dict[tuple[str, str], collect.Staged]:
    feeds = collect.folder(exports(name), ROOT / "examples" / name)
    return {
        (feed.table.name, feed.files[0].name): collect.stage(con, feed.table, feed.files, feed.mapping)
        for feed in feeds
    }


def counts(found: dict[tuple[str, str], collect.Staged]) -> dict[tuple[str, str], tuple[int, int, int]]:
    return {key: (one.rows, one.rejected, one.left_out) for key, one in found.items()}


def test_ravenstack(con: duckdb.DuckDBPyConnection) -> None:
    found = staged(con, "ravenstack")
    assert counts(found) == {
        ("accounts", "accounts.csv"): (500, 0, 0),
        ("subscription_phases", "subscriptions.csv"): (5000, 0, 0),
        ("events", "feature_usage.csv"): (25000, 0, 0),
        ("tickets", "support_tickets.csv"): (2000, 0, 0),
        ("survey_responses", "support_tickets.csv"): (2000, 0, 825),
        ("survey_responses", "churn_events.csv"): (600, 0, 0),
        ("feedback_tags", "churn_events.csv"): (600, 0, 0),
    }
    answers = found["survey_responses", "support_tickets.csv"].good
    mean, top = con.execute(f"SELECT avg(score), avg((score >= 4)::INT) FROM {answers}").fetchall()[0]
    assert (round(mean, 4), round(top, 3)) == (3.9813, 0.663)
    phases = found["subscription_phases", "subscriptions.csv"].good
    assert con.execute(f"SELECT count(*) FROM {phases} WHERE status = 'trialing'").fetchall() == [(778,)]
    events = found["events", "feature_usage.csv"].good
    assert con.execute(f"SELECT count(account_id), count(DISTINCT event_id) FROM {events}").fetchall() == [
        (25000, 25000)
    ]


def test_socialnet7(con: duckdb.DuckDBPyConnection) -> None:
    found = staged(con, "socialnet7")
    assert counts(found) == {
        ("accounts", "account.csv"): (1759, 0, 0),
        ("users", "account.csv"): (1759, 0, 0),
        ("subscription_phases", "subscription.csv"): (6820, 0, 0),
        ("events", "event.parquet"): (2093345, 0, 0),
    }
    phases = found["subscription_phases", "subscription.csv"].good
    active = f"SELECT sum(unit_amount) FROM {phases} WHERE start_at <= '2020-03-01' AND end_at > '2020-03-01'"
    assert con.execute(active).fetchall() == [(Decimal(12350),)]
