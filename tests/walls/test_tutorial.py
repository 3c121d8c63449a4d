"""The tutorial answers what it shows, cell by cell, from the top."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.notebook import answers, code_cells, written
from tests.walls.source import ROOT

TUTORIAL = ROOT / "docs/tutorial.ipynb"


def test_every_cell_answers_what_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    cells = code_cells(TUTORIAL)
    for number, (cell, answer) in enumerate(zip(cells, answers(cells), strict=True), 1):
        assert answer == written(cell), f"cell {number}"


def test_the_tutorial_is_a_notebook() -> None:
    whole = json.loads(TUTORIAL.read_text())
    assert (whole["nbformat"], whole["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in whole["cells"]}) == len(whole["cells"])
    shared = {"cell_type", "id", "metadata", "source"}
    for cell in whole["cells"]:
        runs = {"execution_count", "outputs"} if cell["cell_type"] == "code" else set()
        assert set(cell) == shared | runs
