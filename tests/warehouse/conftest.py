from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast.warehouse import Warehouse


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty workspace to copy: copying one is faster than making one."""
    folder = tmp_path_factory.mktemp("pristine") / "w"
    Warehouse.create(folder).close()
    return folder


@pytest.fixture
def warehouse(tmp_path: Path, pristine: Path) -> Iterator[Warehouse]:
    folder = shutil.copytree(pristine, tmp_path / "w")
    with Warehouse.open(folder, memory="500MB") as opened:
        yield opened
