from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast.warehouse import Warehouse


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    with Warehouse.create(tmp_path / "w", memory="500MB") as made:
        yield made
