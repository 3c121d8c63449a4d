"""Where the public data sets are, for the tests that compare with results published for them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of data sets: HOLDFAST_DATA, or shared/data beside the checkout."""
    named = os.environ.get("HOLDFAST_DATA")
    folder = Path(named) if named else HERE.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the public data sets are not here: name their folder in HOLDFAST_DATA")
    return folder


@pytest.fixture(scope="session")
def examples() -> Path:
    """The mapping files of the real exports."""
    return HERE / "examples"
