"""Events as they are posted: kept before the answer, loaded and current, against other ways to keep them."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import psycopg

import holdfast
from benchmarks.clients import PLACE, post, request
from benchmarks.clock import in_turn, say, timed
from benchmarks.results import Row
from benchmarks.servers import Server, answering, serving
from benchmarks.sizes import Size
from holdfast.collect.sources.delivery import Delivery, one_line
from holdfast.collect.spool import Spool
from holdfast.collect.spooled import line_of
from holdfast.flow.live import Live
from tests.postgres import PROGRAMS, cluster

EVENTS = 100
THIRD, QUARTER = 3.0, 4.0
"""Kept before the answer: at least a third of the requests; loading: at least a quarter of the speed."""

SHARE = 0.7
"""The part of the speed of loading at which events are posted to see that none pile up."""

FLAT = 1.15
SPOOL, NOTHING, ROWS, COPY = (
    "kept in the spool",
    "keeping nothing",
    "PostgreSQL, a commit a request",
    "PostgreSQL, COPY",
)

TABLE = "create table posted (message_id text, user_id text, name text, at timestamptz, told json)"

Found = tuple[list[Row], list[str]]


def arriving(size: Size, scratch: Path) -> Found:
    """Rows for requests, and for loading; notes on single events and on what can be kept up."""
    scratch.mkdir(parents=True, exist_ok=True)
    rows, notes = _requests(size, scratch)
    drained, told, rate = _drain(size, scratch)
    return rows + drained, [*notes, *told, _sustained(size, scratch, rate)]


def _requests(size: Size, scratch: Path) -> Found:
    """Seconds for 1,000 requests of 100 events, the same server keeping them in each way."""
    with cluster() if PROGRAMS else nullcontext() as postgres:
        ways: dict[str, tuple[str | None, str]] = {SPOOL: (None, ""), NOTHING: ("nothing", "")}
        if postgres:
            database = postgres.new_database()
            _make_table(database)
            ways |= {ROWS: ("rows", database), COPY: ("copy", database)}
        sides: dict[str, Callable[[], float]] = {
            name: lambda keeps=keeps, at=at: _thousand(size, scratch, keeps, at)  # type: ignore[misc]
            for name, (keeps, at) in ways.items()
        }
        taken = in_turn(sides, size.posts)
    ours = taken.pop(SPOOL)
    rows = [
        Row("1,000 requests of 100 events", ours, other, theirs, THIRD if other == NOTHING else None)
        for other, theirs in taken.items()
    ]
    with answering(scratch) as server:
        post(server.port, request(server.key, 1), 1)
        one = post(server.port, request(server.key, 1), size.seconds)
    half, most = (one.quantile(share) * 1000 for share in (0.5, 0.99))
    told = f"{one.rate:,.0f} requests/s, p50 {half:.1f} ms, p99 {most:.1f} ms"
    return rows, [f"Single events on 32 connections, kept: {told}."]


def _make_table(database: str) -> None:
    with psycopg.connect(database) as con:
        con.execute(TABLE)


def _thousand(size: Size, scratch: Path, keeps: str | None, database: str) -> float:
    with answering(scratch, keeps, database) as server:
        template = request(server.key, EVENTS)
        post(server.port, template, 1)
        done = post(server.port, template, size.seconds)
    if done.refused:
        raise SystemExit(f"{done.refused} requests were refused.")
    return 1000 / done.rate


def _drain(size: Size, scratch: Path) -> tuple[list[Row], list[str], float]:
    """Loading what waits, against DuckDB reading the same events as JSON lines into a table."""
    lines = scratch / "events.jsonl"
    told = size.waiting * EVENTS
    say(f"loading {told:,} events that wait")

    def ours() -> float:
        with Live(_filled(scratch, size.waiting, lines)) as live:
            seconds, _ = timed(lambda: _empty(live))
            current.append(timed(live.catch_up)[0] + seconds)
        return seconds

    def theirs() -> float:
        with duckdb.connect(scratch / "read.duckdb") as con:
            read = f"create or replace table read as from read_json('{lines}', format = 'newline_delimited')"
            return timed(lambda: con.execute(read))[0]

    current: list[float] = []
    taken = in_turn({"loaded": ours, "DuckDB": theirs}, size.posts)
    rate = told / min(current)
    note = f"Loading {told:,} events and bringing timelines up to date: {rate:,.0f} events/s."
    row = Row(f"loading {told:,} events", taken["loaded"], "DuckDB, JSON lines", taken["DuckDB"], QUARTER)
    return [row], [note], rate


def _filled(scratch: Path, requests: int, lines: Path) -> Path:
    """A new workspace with so many requests in its spool; their events also as plain lines."""
    folder = scratch / "waiting"
    shutil.rmtree(folder, ignore_errors=True)
    holdfast.create(folder).close()
    template = request("none", EVENTS).partition(b"\r\n\r\n")[2]
    spool = Spool(folder / "spool", most=2**40)
    (folder / "spool").mkdir(exist_ok=True)
    now = datetime.now(UTC).replace(tzinfo=None)
    with lines.open("wb") as plain:
        for number in range(requests):
            body = template.replace(PLACE, b"%08x" % number)
            plain.write(body[len(b'{"batch": [') : -2].replace(b'}, {"type"', b'}\n{"type"') + b"\n")
            spool.append(
                line_of(Delivery(f"d{number}", "segment", now, one_line(body), {":path": "/v1/batch"}))
            )
    spool.close()
    return folder


def _empty(live: Live) -> None:
    while live.load():
        pass


def _sustained(size: Size, scratch: Path, rate: float) -> str:
    """Whether events posted at a part of the speed of loading pile up."""
    asked = SHARE * rate / EVENTS
    say(f"posting {asked * EVENTS:,.0f} events/s for {2 * size.seconds:g} s")
    with serving(scratch) as server:
        template = request(server.key, EVENTS)
        post(server.port, template, size.seconds, rate=asked)
        half = server.metric("spool_waiting_bytes")
        done = post(server.port, template, size.seconds, rate=asked)
        end = server.metric("spool_waiting_bytes")
        behind, _ = timed(lambda: _until_loaded(server))
    return (
        f"End to end at {done.rate * EVENTS:,.0f} events/s: {half / 2**20:.1f} MiB waited after"
        f" {size.seconds:g} s, {end / 2**20:.1f} MiB after twice that; all was loaded {behind:.1f} s"
        " after the last."
    )


def _until_loaded(server: Server) -> None:
    while server.metric("spool_waiting_bytes"):
        time.sleep(0.2)


def soak(size: Size, scratch: Path, seconds: float) -> Found:
    """Memory of all processes of a server that is posted to for long: flat after the first tenth."""
    scratch.mkdir(parents=True, exist_ok=True)
    held: list[float] = []
    with serving(scratch) as server:
        template, begun = request(server.key, EVENTS), time.monotonic()
        while time.monotonic() - begun < seconds:
            post(server.port, template, max(seconds / 60, 0.5), connections=8, rate=size.soak)
            held.append(server.resident())
            say(f"{time.monotonic() - begun:.0f} s: {held[-1]:.0f} MiB")
    tenth = max(held[len(held) // 10 : len(held) // 2 + 1])
    last = max(held[-max(1, len(held) // 10) :])
    row = Row(
        f"memory after {seconds:g} s of {size.soak * EVENTS:,.0f} events/s",
        last,
        "in its first half",
        tenth,
        FLAT,
        "MiB",
    )
    return [row], []
