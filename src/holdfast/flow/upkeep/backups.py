"""A workspace copied while it is at work, and put back.

A backup is a folder. It is of one form, whatever the storage of the workspace it was taken of, so that it can
be put back into another. What is in it stands in `backup.json`, which is written last. The spool is copied
before the catalog: what was acknowledged before is in the one or the other.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import holdfast
from holdfast.collect.spool import sizes
from holdfast.errors import BadInput, HoldfastError, UsageError
from holdfast.flow.arrivals.loading import SPOOL, spool_of
from holdfast.flow.upkeep.copying import copy, hashed, on_disk
from holdfast.installation import SECRETS
from holdfast.warehouse import Warehouse
from holdfast.warehouse.catalog import Catalog, catalog_of, new_catalog
from holdfast.warehouse.connect import DATA

MANIFEST = "backup.json"
ERASURES = "erasure.key"
COOKIES = "web.secret"
CATALOG, ROWS = "catalog.copy", "web.copy"
"""Files of SQLite, by names under which nobody takes a backup for a workspace and writes to it."""

SERVED = "web.sqlite"
PATIENCE_SECONDS = 60.0

Rows = Callable[[Path], None]
"""Writes the server's own rows to a file of SQLite, or takes them from one."""


@dataclass(frozen=True)
class Backup:
    """What a backup holds: by which version and when it was taken, and every file with its SHA-256."""

    version: str
    taken_at: str
    files: dict[str, str] = field(default_factory=dict)
    bytes: int = 0

    @classmethod
    def read(cls, folder: Path) -> Backup:
        """What a folder says of itself; raises BadInput where it is no whole backup."""
        try:
            return cls(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            raise BadInput(
                f"{folder} is no backup, or not a whole one: {MANIFEST} is missing or cannot be read.",
                hint="A backup that was not finished has a name that ends in .part.",
            ) from None


def back_up(folder: Path, to: Path, *, rows: Rows, secrets: bool = False) -> Backup:
    """Copy the workspace in `folder` to the new folder `to`, while others use it.

    `rows` writes what the server keeps. Credentials are left out unless `secrets` are asked for. Raises
    UsageError where `to` is there, Busy where an erasure or a compaction lasts.
    """
    to, half = to.resolve(), to.resolve().with_name(f"{to.name}.part")
    for taken in (to, half):
        if taken.exists():
            raise UsageError(f"{taken} is there already.", hint="A backup is a new folder: name another.")
    begun = datetime.now(UTC).isoformat(timespec="seconds")
    half.mkdir(parents=True, mode=0o700)
    files = {f"{SPOOL}/{name}": done for name, done in _spool(spool_of(folder), half / SPOOL)}
    files |= dict(_store(folder.resolve(), half))
    rows(half / ROWS)
    kept = [ERASURES, *([SECRETS, COOKIES] if secrets else [])]
    files |= {name: copy(folder / name, half / name) for name in kept if (folder / name).exists()}
    files |= {name: hashed(half / name) for name in (CATALOG, ROWS)}
    size = sum((half / name).stat().st_size for name in files)
    done = Backup(holdfast.__version__, begun, files, size)
    (half / MANIFEST).write_text(json.dumps(asdict(done), indent=1), encoding="utf-8")
    copy(half / MANIFEST, half / f"{MANIFEST}.synced")
    (half / f"{MANIFEST}.synced").rename(half / MANIFEST)
    on_disk(half)
    half.rename(to)
    on_disk(to.parent)
    return done


def _spool(spool: Path, to: Path) -> Iterator[tuple[str, str]]:
    """Copy the segments; one that is removed meanwhile is loaded, and so in the catalog."""
    to.mkdir(parents=True)
    for name, _ in sizes(spool):
        try:
            yield name, copy(spool / name, to / name)
        except FileNotFoundError:
            (to / name).unlink(missing_ok=True)


def _store(folder: Path, to: Path) -> Iterator[tuple[str, str]]:
    """Copy the catalog, then the data files that it names: they never change, and stay meanwhile."""
    catalog = catalog_of(folder)
    try:
        with catalog.read_lock.share(PATIENCE_SECONDS):
            catalog.copy(to / CATALOG)
            (to / DATA).mkdir()
            wanted = _named(to / CATALOG)
            for file in (folder / DATA).rglob("*.parquet"):
                if file.name in wanted:
                    wanted.discard(file.name)
                    name = str(file.relative_to(folder))
                    yield name, copy(file, to / name)
    finally:
        catalog.close()
    if wanted:
        raise HoldfastError(
            f"{len(wanted)} data files of {folder} are gone, such as {min(wanted)}.",
            hint="holdfast check says which; restore an older backup.",
        )


def _named(catalog: Path) -> set[str]:
    """The names of the files that a copy of a catalog, which no engine has open, speaks of."""
    with closing(sqlite3.connect(catalog)) as con:
        names = con.execute("select path from ducklake_data_file union select path from ducklake_delete_file")
        return {Path(path).name for (path,) in names}


def restore(source: Path, folder: Path, *, rows: Rows) -> Backup:
    """Make the workspace of a backup anew in `folder`, or in the database that the installation names.

    Each file is compared with what `backup.json` says before anything is written. `rows` takes what the
    server kept. The workspace is there once all of it is. Raises UsageError where one is there already.
    """
    told = Backup.read(source)
    _compare(source, told)
    if (folder / SERVED).exists():
        raise UsageError(
            f"{folder} has keys and jobs of a workspace, in {SERVED}.",
            hint="Name an empty folder; or move that file away where they may be lost.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    catalog = new_catalog(folder.resolve())
    try:
        with catalog.write_lock.hold(PATIENCE_SECONDS):
            catalog.vacant()
            _put_back(source, folder.resolve(), told, catalog, rows)
    finally:
        catalog.close()
    Warehouse.open(folder).close()
    return told


def _put_back(source: Path, folder: Path, told: Backup, catalog: Catalog, rows: Rows) -> None:
    for name in told.files:
        inside = spool_of(folder).parent if name.startswith(f"{SPOOL}/") else folder
        if name not in {CATALOG, ROWS}:
            copy(source / name, inside / name)
    (folder / DATA).mkdir(exist_ok=True)
    rows(source / ROWS)
    catalog.fill(source / CATALOG)
    on_disk(folder)


def _compare(source: Path, told: Backup) -> None:
    for name, digest in told.files.items():
        file = source / name
        if not file.is_file() or hashed(file) != digest:
            raise BadInput(
                f"{file} is {'not what' if file.exists() else 'missing, though'} {MANIFEST} says.",
                hint="The backup is damaged; take another.",
            )
