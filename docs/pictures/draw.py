"""Draws the pictures of the documents from the demo: `make picture`."""

from __future__ import annotations

import io
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI

import holdfast
from holdfast.cli.boards import shown
from holdfast.company import DECLARED, simulate, write_exports
from holdfast.flow import Question, Workspace
from holdfast.flow.aims.aiming import Aim
from holdfast.report import Look
from holdfast.report.workbook import write

WIDTH = 134
FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
HERE = Path(__file__).parent
AIMS = (
    (Aim("mrr", "2026-06"), "130000", "Mina"),
    (Aim("customer_churn_rate", "2026-06"), "2%", "Arif"),
    (Aim("net_revenue_retention", "2026-06"), "103%", "Lena"),
)


@contextmanager
def demo() -> Iterator[Workspace]:
    """A workspace of the company that `holdfast demo` simulates."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "demo-workspace"
        company = simulate(1_000, 24, seed=1)
        write_exports(company, folder.with_name("exports"))
        with holdfast.create(folder, currency=company.currency, zone=company.sizing.zone) as space:
            space.import_folder(folder.with_name("exports"), through=company.end)
            for name, value in DECLARED.items():
                space.set(name, value)
            yield space


def draw_board(space: Workspace) -> None:
    """board.svg: the demo's board as `holdfast demo` prints it, without remote fonts."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(shown(space, Question(last="2025-12"), Look(width=WIDTH)))
    drawn = console.export_svg(title="holdfast kpis", theme=MONOKAI, unique_id="board")
    (HERE / "board.svg").write_text(FONTS.sub("", drawn).replace("Fira Code, ", ""))


def draw_workbook(space: Workspace) -> None:
    """workbook.png: the first page of the workbook as LibreOffice prints it."""
    for aim, value, owner in AIMS:
        space.targets.set(aim, value, owner=owner)
    made, figures = space.reports.make(Question(first="2024-12", last="2025-12"))
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "workbook.xlsx"
        write(space.reports.contents(made, figures), file, "en")
        profile = f"-env:UserInstallation={(Path(place) / 'profile').as_uri()}"
        asked = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", place, str(file)]
        subprocess.run(asked, check=True, capture_output=True)
        page = ["pdftoppm", "-r", "110", "-f", "1", "-l", "1", "-png", "-singlefile"]
        subprocess.run([*page, str(file.with_suffix(".pdf")), str(HERE / "workbook")], check=True)


def main() -> None:
    """Draw every picture; the workbook's needs LibreOffice and poppler-utils."""
    with demo() as space:
        draw_board(space)
        draw_workbook(space)


if __name__ == "__main__":
    main()
