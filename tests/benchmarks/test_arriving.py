"""What is posted, at a size that takes seconds: each side keeps what it says, and rows and notes come out."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from benchmarks.arriving import EVENTS, TABLE, arriving, soak
from benchmarks.clients import post, request
from benchmarks.servers import answering
from benchmarks.sizes import Size
from tests.postgres import PROGRAMS, cluster

TINY = Size("tiny", accounts=1, imports=1, boards=1, posts=1, seconds=0.5, waiting=20, soak=5.0)
"""Nothing here is timed."""


@pytest.mark.skipif(not PROGRAMS, reason="PostgreSQL is not installed")
def test_the_rows_and_notes_of_what_is_posted(tmp_path: Path) -> None:
    rows, notes = arriving(TINY, tmp_path)
    assert [row.against for row in rows] == [
        "keeping nothing",
        "PostgreSQL, a commit a request",
        "PostgreSQL, COPY",
        "DuckDB, JSON lines",
    ]
    assert len(notes) == 3


@pytest.mark.parametrize("keeps", ["rows", "copy"])
def test_the_other_side_keeps_every_event(keeps: str, tmp_path: Path) -> None:
    with cluster() as postgres:
        database = postgres.new_database()
        with psycopg.connect(database, autocommit=True) as con:
            con.execute(TABLE)
            with answering(tmp_path, keeps, database) as server:
                done = post(server.port, request(server.key, EVENTS), 0.3, connections=2)
            told = con.execute("select count(*), count(distinct message_id) from posted").fetchone()
    assert done.refused == 0
    assert told == (len(done.latencies) * EVENTS,) * 2


def test_a_soak_tells_the_memory_of_all_processes(tmp_path: Path) -> None:
    ((row,), _) = soak(TINY, tmp_path, 2.0)
    assert row.ours > 50
    assert row.unit == "MiB"
