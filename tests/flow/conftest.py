"""A workspace to tell rows to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from holdfast.flow import Workspace, create
from tests.flow.telling import Told


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    """A workspace with a memory of all it was told; its months are those of São Paulo."""
    with Told.create(tmp_path / "told", {"zone": "America/Sao_Paulo", "currency": "USD"}) as made:
        yield made


@pytest.fixture
def space(tmp_path: Path) -> Iterator[Workspace]:
    """An empty workspace in UTC and dollars."""
    with create(tmp_path / "space") as made:
        yield made


@pytest.fixture(scope="module")
def spaces(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Empty workspaces, as many as are asked for."""
    folder = tmp_path_factory.mktemp("spaces")
    opened: list[Workspace] = []

    def fresh() -> Workspace:
        opened.append(create(folder / str(len(opened))))
        return opened[-1]

    yield fresh
    for space in opened:
        space.close()
