"""`python -m benchmarks --size tenth --out docs/benchmarks.md`: the ratios, printed and kept."""

from __future__ import annotations

import argparse
import gc
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.arriving import arriving, soak
from benchmarks.board import against_hand, by_segment
from benchmarks.clock import say
from benchmarks.company import Company
from benchmarks.days import grow
from benchmarks.engines import against_engines
from benchmarks.exports import prepare
from benchmarks.intake import intake
from benchmarks.judging import judge
from benchmarks.pages import look
from benchmarks.resampling import resample
from benchmarks.results import Row, page, show
from benchmarks.sizes import SIZES, Size
from holdfast.__main__ import EXPRESSIONS

Found = tuple[list[Row], list[str]]

IMPORT, INTAKE, SOAK = "import", "intake", "soak"
"""Parts with workspaces of their own; a soak takes its time and is run only where it is named."""

OF_COMPANY: Mapping[str, Callable[[Company], Found]] = {
    "days": grow,
    "board": against_hand,
    "segment": by_segment,
    "bootstrap": resample,
    "engines": against_engines,
    "risk": judge,
    "pages": look,
}
"""What is asked of one workspace that grows, in this order."""

MOST_MEMORY = 4.0
"""GiB."""


def run(size: Size, data: Path, only: list[str], soaked: float = 600.0) -> Found:
    """Every row of the table and the notes under it, or those of the parts named."""
    scratch = data / size.name / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    rows, notes = posted(size, scratch, only, soaked)
    if only and not {IMPORT, *OF_COMPANY} & set(only):
        return rows, notes
    exports = prepare(size, data)
    if not only or IMPORT in only:
        made, told = intake(size, exports, scratch)
        rows, notes = rows + made, notes + told
    parts = [part for name, part in OF_COMPANY.items() if not only or name in only]
    if parts:
        company = Company(size, exports, scratch)
        for part in parts:
            made, told = part(company)
            rows, notes = rows + made, notes + told
        rows += memory(company)
        company.close()
    shutil.rmtree(scratch, ignore_errors=True)
    return rows, notes


def posted(size: Size, scratch: Path, only: list[str], soaked: float) -> Found:
    """What is asked of servers that events are posted to."""
    rows: list[Row] = []
    notes: list[str] = []
    if not only or INTAKE in only:
        rows, notes = arriving(size, scratch)
    if SOAK in only:
        made, told = soak(size, scratch, soaked)
        rows, notes = rows + made, notes + told
    return rows, notes


def memory(company: Company) -> list[Row]:
    """The most memory that each kind of work has taken, against what it may."""
    return [
        Row(f"memory, {work}", peak, "at most", MOST_MEMORY, 1.0, "GiB")
        for work, peak in company.peaks.found.items()
    ]


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark as the arguments say."""
    parts = (INTAKE, SOAK, IMPORT, *OF_COMPANY)
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--size", choices=tuple(SIZES), default="tenth", help="how large a company")
    parser.add_argument("--only", choices=parts, action="append", default=[], help="a part; all without")
    parser.add_argument("--data", type=Path, default=Path("bench-data"), help="where exports are kept")
    parser.add_argument("--out", type=Path, help="a Markdown page to write beside what is printed")
    parser.add_argument("--soak-seconds", type=float, default=600.0, help="how long a soak lasts")
    given = parser.parse_args(arguments)
    gc.set_threshold(*EXPRESSIONS)  # As the program has them.
    size = SIZES[given.size]
    say(f"size {size.name}: {size.accounts:,} accounts")
    rows, notes = run(size, given.data.resolve(), given.only, given.soak_seconds)
    show(rows, notes)
    if given.out:
        words = " ".join(arguments if arguments is not None else sys.argv[1:])
        given.out.write_text(page(size, rows, notes, f"python -m benchmarks {words}"), encoding="utf-8")
        say(f"written to {given.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
