"""Workspaces to tell rows to: each a copy of one that was made once, which is quicker than making it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import holdfast
from holdfast.flow import Workspace
from tests.flow.telling import Told

BRAZIL = {"zone": "America/Sao_Paulo", "currency": "USD"}


@pytest.fixture(scope="session")
def in_brazil(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty workspace whose months are those of São Paulo, to be copied."""
    folder = tmp_path_factory.mktemp("brazil") / "told"
    with Told.create(folder, BRAZIL):
        return folder


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty workspace in UTC and dollars, to be copied."""
    folder = tmp_path_factory.mktemp("empty") / "space"
    holdfast.create(folder).close()
    return folder


@pytest.fixture
def told(in_brazil: Path, tmp_path: Path) -> Iterator[Told]:
    """A workspace with a memory of all it was told; its months are those of São Paulo."""
    with Told.open(shutil.copytree(in_brazil, tmp_path / "told"), BRAZIL) as made:
        yield made


@pytest.fixture
def space(empty: Path, tmp_path: Path) -> Iterator[Workspace]:
    """An empty workspace in UTC and dollars."""
    with holdfast.open(shutil.copytree(empty, tmp_path / "space")) as made:
        yield made


@pytest.fixture(scope="module")
def spaces(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Empty workspaces, as many as are asked for."""
    folder = tmp_path_factory.mktemp("spaces")
    opened: list[Workspace] = []

    def fresh() -> Workspace:
        opened.append(holdfast.open(shutil.copytree(empty, folder / str(len(opened)))))
        return opened[-1]

    yield fresh
    for space in opened:
        space.close()
