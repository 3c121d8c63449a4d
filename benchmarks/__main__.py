"""`python -m benchmarks --size tenth --out docs/benchmarks.md`: the ratios, printed and kept."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from benchmarks.board import Company, against_hand, grow
from benchmarks.clock import say
from benchmarks.exports import prepare
from benchmarks.intake import intake
from benchmarks.results import Row, page, show
from benchmarks.sizes import SIZES, Size


def run(size: Size, data: Path, only: str) -> tuple[list[Row], list[str]]:
    """Every row of the table and the notes under it; `only` is one of import, board or all."""
    exports = prepare(size, data)
    scratch = data / size.name / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    rows: list[Row] = []
    notes: list[str] = []
    if only in ("all", "import"):
        found = intake(size, exports, scratch)
        rows, notes = rows + found[0], notes + found[1]
    if only in ("all", "board"):
        company = Company(size, exports, scratch)
        days, told = grow(company)
        board, where = against_hand(company)
        company.close()
        rows, notes = rows + board + days, notes + where + told
    shutil.rmtree(scratch, ignore_errors=True)
    return rows, notes


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark as the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--size", choices=tuple(SIZES), default="tenth", help="how large a company")
    parser.add_argument("--only", choices=("all", "import", "board"), default="all", help="which rows")
    parser.add_argument("--data", type=Path, default=Path("bench-data"), help="where exports are kept")
    parser.add_argument("--out", type=Path, help="a Markdown page to write beside what is printed")
    given = parser.parse_args(arguments)
    size = SIZES[given.size]
    say(f"size {size.name}: {size.accounts:,} accounts")
    rows, notes = run(size, given.data.resolve(), given.only)
    show(rows, notes)
    if given.out:
        words = " ".join(arguments if arguments is not None else sys.argv[1:])
        given.out.write_text(page(size, rows, notes, f"python -m benchmarks {words}"), encoding="utf-8")
        say(f"written to {given.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
