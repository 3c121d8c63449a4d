"""Draws the pictures of the documents from the demo: `make picture`."""

from __future__ import annotations

import io
import re
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI

import holdfast
from holdfast.cli.boards import shown
from holdfast.company import DECLARED, simulate, write_exports
from holdfast.flow import Question
from holdfast.report import Look

WIDTH = 134
FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
HERE = Path(__file__).parent


def main() -> None:
    """Write board.svg: the demo's board as `holdfast demo` prints it, without remote fonts."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "demo-workspace"
        company = simulate(1_000, 24, seed=1)
        write_exports(company, folder.with_name("exports"))
        with holdfast.create(folder, currency=company.currency, zone=company.sizing.zone) as space:
            space.import_folder(folder.with_name("exports"), through=company.end)
            for name, value in DECLARED.items():
                space.set(name, value)
            console.print(shown(space, Question(last="2025-12"), Look(width=WIDTH)))
    drawn = console.export_svg(title="holdfast kpis", theme=MONOKAI, unique_id="board")
    (HERE / "board.svg").write_text(FONTS.sub("", drawn).replace("Fira Code, ", ""))


if __name__ == "__main__":
    main()
