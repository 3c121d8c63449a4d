"""LibreOffice, given the formulas alone, counts the values that were written with them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.report.conftest import Opened, cells
from tests.report.conftest import opened as opened_file

Written = Callable[[str], Opened]


@pytest.fixture(scope="module")
def soffice() -> str:
    """LibreOffice; a machine without it may leave these tests out, continuous integration may not."""
    found = shutil.which("soffice")
    if found is None:
        assert not os.environ.get("CI"), "LibreOffice is missing: apt-get install libreoffice-calc-nogui"
        pytest.skip("LibreOffice is not installed: apt-get install libreoffice-calc-nogui")
    return found


@pytest.mark.parametrize("language", ["en", "fa"])
def test_libreoffice_counts_what_was_written(
    workbook: Written, soffice: str, tmp_path: Path, language: str
) -> None:
    opened = workbook(language)
    stripped = without_values(opened.file, tmp_path / f"{language}.xlsx")
    recalculated = converted(soffice, stripped, tmp_path)
    seen = 0
    for formula in (cell for cell in cells(opened.formulas) if cell.data_type == "f"):
        sheet, place = formula.parent.title, formula.coordinate
        stored, counted = opened.values[sheet][place].value, recalculated[sheet][place].value
        assert stored is not None, (sheet, place, formula.value)
        if isinstance(stored, int | float):
            assert counted == pytest.approx(stored, rel=1e-9, abs=1e-9), (sheet, place, formula.value)
        else:
            assert counted == stored, (sheet, place, formula.value)
        seen += 1
    assert seen > 1_000


def without_values(file: Path, to: Path) -> Path:
    """The workbook with its formulas alone, so that whoever opens it has to count."""
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(to, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name.startswith("xl/worksheets/sheet"):
                part = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", part)
            target.writestr(name, part)
    return to


def converted(soffice: str, file: Path, folder: Path) -> Any:
    """The workbook as LibreOffice opens, counts and saves it."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    out = folder / "out"
    asked = [
        soffice,
        profile,
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        out,
        file,
    ]
    subprocess.run([str(each) for each in asked], check=True, capture_output=True, timeout=240)
    return opened_file(out / file.name, data_only=True)
