"""A small demo workspace, made once for the tests that ask for it."""

from __future__ import annotations

from pathlib import Path

import pytest

import holdfast
from holdfast.company import simulate, write_exports


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of a small simulated company, eight months of 2024; for reading only."""
    folder = tmp_path_factory.mktemp("demo") / "demo-workspace"
    company = simulate(150, 8, seed=1)
    exports = folder.with_name("demo-workspace-exports")
    write_exports(company, exports)
    with holdfast.create(folder, currency=company.currency, zone=company.sizing.zone) as space:
        space.import_folder(exports)
    return folder
