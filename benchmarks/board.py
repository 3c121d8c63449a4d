"""The board against the best SQL by hand over the same tables, and a day's news against starting over."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import holdfast
from benchmarks.by_hand import ByHand, differences
from benchmarks.clock import Watch, in_turn, read_speed, say, timed
from benchmarks.exports import LAST_DAYS, Exports, size_of
from benchmarks.intake import Steps
from benchmarks.results import Row
from benchmarks.sizes import Size
from holdfast.flow import Workspace
from holdfast.metrics import Figure, defaults
from holdfast.warehouse import Warehouse

MOST_BOARD, MOST_DAY = 1.5, 0.05
FAMILIES = ("customers", "revenue", "churn", "lifetime")
"""What by_hand.sql counts too."""

DAYS = ("a day", "a day that ends a month")


@dataclass(frozen=True)
class Turn:
    """Seconds of bringing files in, of bringing timelines up to date and of the board after it."""

    importing: float
    refresh: float
    board: float
    figures: Sequence[Figure] = ()

    @property
    def whole(self) -> float:
        """All three."""
        return self.importing + self.refresh + self.board

    def __str__(self) -> str:
        return f"import {self.importing:.2f} s, timelines {self.refresh:.2f} s, board {self.board:.2f} s"


class Company:
    """A workspace that grows by parts of the exports; asks for the board after each."""

    def __init__(self, size: Size, exports: Exports, scratch: Path) -> None:
        self.size, self.exports = size, exports
        self.folder = scratch / "workspace"
        shutil.rmtree(self.folder, ignore_errors=True)
        holdfast.create(self.folder, currency=exports.currency).close()
        self.warehouse = Warehouse.open(self.folder)
        self.space = Workspace(self.warehouse)
        first = exports.end.replace(year=exports.end.year - size.months // 12)
        self.first = f"{first:%Y-%m}"
        self.last = f"{exports.cuts[0]:%Y-%m}"

    def close(self) -> None:
        """Let the workspace go."""
        self.space.close()

    def board(self) -> list[Figure]:
        """The default metrics of `FAMILIES` over every month of the company."""
        names = [metric.full_name for metric in defaults() if metric.family in FAMILIES]
        return self.space.kpis(names, first=self.first, last=self.last)

    def bring(self, part: int) -> Turn:
        """Import a part, bring timelines up to date, ask for the board."""
        through = [*self.exports.cuts, self.exports.end][part]
        folder = self._folder_of(part)
        steps = Steps()
        everything, _ = timed(lambda: self.space.import_folder(folder, through=through, progress=steps))
        importing = steps.committed
        board, figures = timed(self.board)
        return Turn(importing, everything - importing, board, figures)

    def _folder_of(self, part: int) -> Path:
        return self.exports.folder / f"part-{part}"

    def start_over(self) -> tuple[float, float, list[Figure]]:
        """Seconds to make all timelines anew from the records in store, and of the board; its figures."""
        now = self.space.settings()["week_start"]
        refresh, _ = timed(lambda: self.space.set("week_start", 5 if now != 5 else 6))
        board, figures = timed(self.board)
        return refresh, board, figures


def grow(company: Company) -> tuple[list[Row], list[str]]:
    """A day's news held against starting over: one row a day, with and without the import."""
    say("importing all but the last days, then the last days one by one")
    base = company.bring(0)
    say(f"all before: {base}")
    days = [company.bring(part) for part in range(1, LAST_DAYS + 1)]
    refresh, board, figures = company.start_over()
    if _values(days[-1].figures) != _values(figures):
        raise SystemExit("The board brought up to date is not the board made from scratch.")
    say(f"from scratch: timelines {refresh:.2f} s, board {board:.2f} s")
    rows, notes = [], []
    for name, day in zip(DAYS, days, strict=True):
        ours = day.refresh + day.board
        rows.append(Row(f"{name}: timelines and board", ours, "from scratch", refresh + board, MOST_DAY))
        rows.append(
            Row(f"{name}: import too", day.whole, "import and from scratch", base.importing + refresh + board)
        )
        notes.append(f"Adding {name}: {day}; from scratch: {Turn(base.importing, refresh, board)}.")
    return rows, notes


def _values(figures: Sequence[Figure]) -> list[tuple[object, ...]]:
    return [(f.name, f.period_label, f.of, f.value, f.n, f.low, f.high, f.status) for f in figures]


def against_hand(company: Company) -> tuple[list[Row], list[str]]:
    """The board over all months held against by_hand.sql, once both give the same figures."""
    calendar = company.space.calendar
    periods = calendar.periods("month", company.first, company.last)
    hand = ByHand(company.warehouse.con, periods, company.exports.currency)
    figures = company.board()
    wrong = differences(figures, hand.board())
    if wrong:
        raise SystemExit("The two boards differ:\n" + "\n".join(wrong[:10]))
    say(f"both sides give the same {len(figures)} figures")
    sides: dict[str, Callable[[], float]] = {
        "Holdfast": lambda: timed(company.board)[0],
        "by hand": lambda: timed(hand.board)[0],
    }
    taken = in_turn(sides, company.size.boards)
    row = Row(f"board, {len(periods)} months", taken["Holdfast"], "SQL by hand", taken["by hand"], MOST_BOARD)
    return [row], [_where(company, taken["Holdfast"]), *_by_statement(hand, company), _limit(company)]


def _where(company: Company, usual: float) -> str:
    with Watch() as watch:
        company.board()
    parts = ", ".join(f"{kind} {share * usual:.2f} s" for kind, share in watch.shares.items())
    return f"Board, where the time goes: {parts}."


def _by_statement(hand: ByHand, company: Company) -> list[str]:
    con = company.warehouse.con
    taken = {
        name: timed(lambda query=query: con.execute(query).to_arrow_table())[0]  # type: ignore[misc]
        for name, query in hand.queries.items()
    }
    return ["By hand: " + ", ".join(f"{name} {seconds:.3f} s" for name, seconds in taken.items()) + "."]


def _limit(company: Company) -> str:
    names = ("account_months", "accounts", "spans")
    con = company.warehouse.con
    files = []
    for name in names:
        query = f"select data_file from ducklake_list_files('lake', '{name}', schema => 'derived')"
        files += [Path(row[0]) for row in con.execute(query).fetchall()]
    limit = size_of(files) / read_speed(max(files, key=lambda file: file.stat().st_size))
    read = f"{size_of(files) / 2**20:.1f} MiB of derived tables"
    return f"Board, physical limit: {read} at the measured reading speed, {limit:.3f} s."
