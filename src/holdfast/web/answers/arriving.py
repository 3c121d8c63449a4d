"""What came in: imports, sources with when they were heard last, events a minute, rows that wait."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from holdfast.flow import Workspace
from holdfast.warehouse import Finding
from holdfast.web.answers.readers import answer

LATEST = 15
MOST_REJECTS = 100
LATELY = timedelta(hours=1)
LIVE, DATABASE, SERVICE = "live", "database", "service"


@dataclass(frozen=True)
class Arrival:
    """One import as it was kept: which files into which table, in rows."""

    table: str
    files: tuple[str, ...]
    at: datetime
    rows: int
    new: int
    changed: int
    rejected: int


@dataclass(frozen=True)
class Origin:
    """A source that tells by itself or is asked: its kind, and when something of it was kept last."""

    name: str
    kind: str
    heard_at: datetime | None

    @property
    def is_asked(self) -> bool:
        """Whether it can be pulled."""
        return self.kind in {DATABASE, SERVICE}


@dataclass(frozen=True)
class Arriving:
    """What came in by now; `a_minute` are events that clients posted, over the last hour."""

    arrivals: Sequence[Arrival]
    origins: Sequence[Origin]
    a_minute: float
    waiting: int


@dataclass(frozen=True)
class Fault:
    """Rows of one table that are wrong alike, and what would be right."""

    table: str
    column: str
    problem: str
    wanted: str
    count: int


@dataclass(frozen=True)
class Waiting:
    """The rows that were not taken: alike ones counted together, and the first of them one by one.

    `mendable` are those that came in files: they are mended and taken again; what a service told is
    mended there.
    """

    count: int
    mendable: int
    faults: Sequence[Fault]
    rows: Sequence[Mapping[str, Any]]


@answer
def arriving(space: Workspace, minute: datetime) -> Arriving:
    """What came in by a minute."""
    imports = space.records("imports")
    brought = imports.filter((imports.by != LIVE) | imports.by.isnull())
    latest = brought.order_by(brought.recorded_at.desc()).limit(LATEST).to_pyarrow().to_pylist()
    events = space.records("events")
    posted = events.filter(events.recorded_at > minute - LATELY).filter(events.recorded_at <= minute)
    live = imports.filter(imports.by == LIVE).new.sum().to_pyarrow().as_py()
    count = posted.count().to_pyarrow().as_py() if live else 0
    return Arriving(
        arrivals=[_arrival(row) for row in latest],
        origins=_origins(space),
        a_minute=count / (LATELY / timedelta(minutes=1)),
        waiting=_open(space).count().to_pyarrow().as_py(),
    )


@answer
def waiting(space: Workspace) -> Waiting:
    """The rows that wait to be mended."""
    rows = _open(space)
    alike = rows.group_by("table", "column", "problem", "wanted").agg(count=rows.count())
    faults = alike.order_by([alike["count"].desc(), "table", "column", "problem"]).to_pyarrow().to_pylist()
    return Waiting(
        count=sum(each["count"] for each in faults),
        mendable=rows.mapping.count().to_pyarrow().as_py(),
        faults=[
            Fault(each["table"], each["column"] or "", each["problem"], each["wanted"] or "", each["count"])
            for each in faults
        ],
        rows=rows.order_by(["file", "row_number", "reject_id"]).limit(MOST_REJECTS).to_pyarrow().to_pylist(),
    )


@answer
def to_mend(space: Workspace) -> bytes:
    """The rows that wait and came in files, as a CSV to mend."""
    with TemporaryDirectory() as folder:
        place = Path(folder) / "rejects.csv"
        space.write_rejects(place)
        return place.read_bytes()


@answer
def findings(space: Workspace) -> Sequence[Finding]:
    """What is wrong with the records or with what is derived from them."""
    return space.check()


def _open(space: Workspace) -> Any:
    rows = space.records("rejects")
    return rows.filter(rows.state == "open")


def _arrival(row: Mapping[str, Any]) -> Arrival:
    counts = (row[name] or 0 for name in ("rows", "new", "changed", "rejected"))
    return Arrival(row["table"], tuple(json.loads(row["files"])), row["recorded_at"], *counts)


def _origins(space: Workspace) -> list[Origin]:
    """Clients, declared sources, and services that were or are to be pulled."""
    kinds = {each.partition(" ")[0]: SERVICE for each in space.settings()["pulls"]}
    kinds |= dict.fromkeys(_heard(space, "source_cursors", "source"), SERVICE)
    kinds |= {each.name: each.kind for each in space.sources.all()}
    heard = _heard(space, "imports", "by")
    told = {json.loads(files)[0]: at for files, at in _heard(space, "imports", "files").items()}
    clients = [Origin("", LIVE, heard.get(LIVE))] if LIVE in heard else []
    return clients + [Origin(name, kind, told.get(name)) for name, kind in sorted(kinds.items())]


def _heard(space: Workspace, table: str, column: str) -> dict[str, datetime]:
    """When each value of a column was recorded last."""
    rows = space.records(table)
    found = rows.group_by(column).agg(at=rows.recorded_at.max()).to_pyarrow().to_pylist()
    return {row[column]: row["at"] for row in found if row[column] is not None}
