"""A report of the demo with everything that stands behind it, and its workbook in each language."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import holdfast
from holdfast.flow import Question
from holdfast.flow.aims.aiming import Aim
from holdfast.report.workbook import Contents, write
from tests.demo import demo

__all__ = ["demo"]

LISTED = 5
"""So few rows behind a figure that some are left for the sum of the others."""


@dataclass(frozen=True)
class Opened:
    """A workbook as it was written: its formulas, and the values that stand with them."""

    file: Path
    formulas: Any
    values: Any


def opened(file: Path, **how: Any) -> Any:
    """A workbook as openpyxl reads it, which knows everything in it but sparklines."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Sparkline Group extension")
        return openpyxl.load_workbook(file, **how)


def cells(book: Any) -> Iterator[Any]:
    """Every cell with something in it."""
    for sheet in book:
        for row in sheet.iter_rows():
            yield from (cell for cell in row if cell.value is not None)


@pytest.fixture(scope="session")
def contents(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Contents:
    """A board of six months of the demo with a target, its cohorts and its rows."""
    folder = tmp_path_factory.mktemp("reported") / "acme"
    shutil.copytree(demo, folder)
    with holdfast.open(folder) as space:
        space.targets.set(Aim("mrr", "2024-12"), "40000", owner="Mina")
        made, figures = space.reports.make(Question(first="2024-03", last="2024-08"), title="Summer")
        return space.reports.contents(made, figures, rows=LISTED)


@pytest.fixture(scope="session")
def workbook(contents: Contents, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Opened]:
    """The report's workbook in a language, written and opened once."""
    folder = tmp_path_factory.mktemp("workbooks")

    @cache
    def written(language: str) -> Opened:
        file = folder / f"{language}.xlsx"
        write(contents, file, language)
        return Opened(file, opened(file), opened(file, data_only=True))

    return written
