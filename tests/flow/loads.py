"""A workspace that loads what is posted to it, shared by the tests of a file."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from holdfast.collect.sources.delivery import Delivery
from holdfast.flow import create
from holdfast.flow.arrivals.loading import Loaded
from holdfast.flow.live import Live
from tests.posting import batch, post

NOW = datetime.now()
TODAY = NOW.replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that the tests of this file share, each with ids of its own."""
    path = tmp_path_factory.mktemp("live") / "space"
    with create(path) as space:
        space.set("zone", "UTC")
    return path


@pytest.fixture(scope="module")
def live(folder: Path) -> Iterator[Live]:
    with Live(folder) as opened:
        yield opened


@pytest.fixture
def name() -> str:
    """A name that no other test uses."""
    return secrets.token_hex(4)


def load(live: Live, *deliveries: Delivery) -> Loaded:
    post(live.spool.parent, *deliveries)
    done = live.load()
    assert done is not None
    return done


def rows(live: Live, table: str, **where: Any) -> list[dict[str, Any]]:
    found = live.records(table)
    for column, value in where.items():
        found = found.filter(found[column] == value)
    made: list[dict[str, Any]] = found.to_pyarrow().to_pylist()
    return made


def seen(*messages: dict[str, Any]) -> Delivery:
    """A batch of yesterday noon: late identification looks back from today."""
    stamped = [{**message, "timestamp": TODAY.isoformat() + "Z"} for message in messages]
    return batch(*stamped, at=TODAY)
