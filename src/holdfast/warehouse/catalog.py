"""Where the catalog of a workspace is: in its folder, or in the PostgreSQL database of a team."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Protocol

import duckdb

from holdfast.installation import Database, database, kept_in
from holdfast.warehouse.embedded import Embedded
from holdfast.warehouse.lock import Lock
from holdfast.warehouse.remembered import Remembered


class Catalog(Protocol):
    """What a store needs of its catalog."""

    @property
    def write_lock(self) -> Lock:
        """Stands around every write."""
        ...

    @property
    def read_lock(self) -> Lock:
        """Shared by those who read, held by whoever removes files."""
        ...

    @property
    def remembered(self) -> Remembered:
        """Figures that were counted before."""
        ...

    def vacant(self) -> None:
        """Raise UsageError where there is a workspace already."""
        ...

    def create(self) -> None:
        """Make an empty catalog; raises UsageError where there is one."""
        ...

    def attach(self, con: duckdb.DuckDBPyConnection, *, read_only: bool) -> None:
        """Attach the lake as `lake`."""
        ...

    def copy(self, to: Path) -> None:
        """Write the catalog as it is now to a file of SQLite."""
        ...

    def fill(self, source: Path) -> None:
        """Take the place of an empty catalog with that of a file of SQLite."""
        ...

    def clean(self) -> bool:
        """Take what was erased out of statistics and freed pages; False where others use the catalog."""
        ...

    def close(self) -> None:
        """Let go of whatever is open."""
        ...


def catalog_of(folder: Path) -> Catalog:
    """The catalog of the workspace in a folder; raises as `installation.kept_in` does."""
    found = kept_in(folder)
    return _postgres(folder, found) if found else Embedded(folder)


def new_catalog(folder: Path) -> Catalog:
    """The catalog that a workspace made in this folder is to have; see `Catalog.vacant`."""
    told = database()
    return _postgres(folder, told) if told else Embedded(folder)


def _postgres(folder: Path, told: Database) -> Catalog:
    # psycopg takes a while to import, and who keeps the catalog in the folder has no use for it.
    made: Catalog = import_module("holdfast.warehouse.postgres").Postgres(folder, told)
    return made
