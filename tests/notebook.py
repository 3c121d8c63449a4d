"""Runs a notebook's code cells in order in one namespace, as a reader would from the top.

`python -m tests.notebook docs/tutorial.ipynb` writes down what they answer; the test asks that
what is written there is what they answer today.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Cell = dict[str, Any]


def code_cells(notebook: Path) -> list[Cell]:
    """The cells that are run."""
    return [cell for cell in json.loads(notebook.read_text())["cells"] if cell["cell_type"] == "code"]


def answers(cells: list[Cell]) -> Iterator[str]:
    """What each cell prints, then the value of its last line, as a notebook shows them."""
    names: dict[str, Any] = {}
    for number, cell in enumerate(cells, 1):
        tree = ast.parse("".join(cell["source"]), f"cell {number}")
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(compile(tree, f"cell {number}", "exec"), names)  # noqa: S102 - cells of ours
            value = None
            if isinstance(last, ast.Expr):
                asked = compile(ast.Expression(last.value), f"cell {number}", "eval")
                value = eval(asked, names)  # noqa: S307 - cells of ours
        shown = "" if value is None else f"{value!r}\n"
        yield printed.getvalue() + shown


def written(cell: Cell) -> str:
    """What a cell is said to answer."""
    return "".join(line for output in cell["outputs"] for line in output["text"])


def _write(notebook: Path) -> None:
    whole = json.loads(notebook.read_text())
    cells = [cell for cell in whole["cells"] if cell["cell_type"] == "code"]
    with tempfile.TemporaryDirectory() as place, contextlib.chdir(place):
        for number, (cell, answer) in enumerate(zip(cells, answers(cells), strict=True), 1):
            told = {"name": "stdout", "output_type": "stream", "text": answer.splitlines(keepends=True)}
            cell.update(execution_count=number, outputs=[told] if answer else [])
    notebook.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    _write(Path(sys.argv[1]).resolve())
