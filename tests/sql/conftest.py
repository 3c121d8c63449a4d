"""One small workspace that SQL is asked of: two sources, a closed month, a correction."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

import holdfast
from holdfast import Workspace
from tests.demo import demo

__all__ = ["demo"]


@pytest.fixture(scope="session")
def folder(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo workspace with a month closed, and an account of another source merged into one of its own."""
    place = tmp_path_factory.mktemp("sql") / "asked"
    shutil.copytree(demo, place)
    (place.parent / "accounts.csv").write_text(
        "account_id,created_at,name,country\na000001,2024-01-05T00:00:00Z,Elsewhere,FR\n"
    )
    (place.parent / "crm.toml").write_text('source = "crm"\ntable = "accounts"\n')
    with holdfast.open(place) as space:
        space.reports.close("2024-05")
        space.import_files("accounts", [place.parent / "accounts.csv"], mapping=place.parent / "crm.toml")
    return place


@pytest.fixture(scope="session")
def space(folder: Path) -> Iterator[Workspace]:
    with holdfast.open(folder) as opened:
        yield opened


@pytest.fixture(scope="session")
def before_the_close(space: Workspace) -> datetime:
    """An instant at which the imports of the demo were known and nothing after them."""
    (row,) = space.sql("select min(published_at) as at from figures").to_pylist()
    known: datetime = row["at"]
    return known.replace(microsecond=0)


@pytest.fixture(scope="session")
def exported(space: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A plain DuckDB connection to the file that the workspace was exported to."""
    file = tmp_path_factory.mktemp("export") / "views.duckdb"
    space.export(file)
    with duckdb.connect(file, read_only=True) as con:
        yield con
