"""The whole board against the best SQL by hand over the same tables, and the board by a segment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from benchmarks.by_hand import ByHand, differences
from benchmarks.clock import Watch, in_turn, read_speed, say, timed
from benchmarks.company import Company
from benchmarks.exports import size_of
from benchmarks.results import Row

MOST_BOARD, MOST_SEGMENT = 1.5, 2.0
SEGMENT = "country"


def against_hand(company: Company) -> tuple[list[Row], list[str]]:
    """The board over all months held against the SQL by hand, once both give the same figures."""
    company.grow(company.exports.end)
    periods = company.periods
    hand = ByHand(company.warehouse.con, periods, company.exports.currency, company.exports.end)
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
    what = f"board, {len(company.kpis)} KPIs, {len(periods)} months"
    row = Row(what, taken["Holdfast"], "SQL by hand", taken["by hand"], MOST_BOARD)
    return [row], [_where(company, taken["Holdfast"]), _by_statement(hand), _limit(company)]


def by_segment(company: Company) -> tuple[list[Row], list[str]]:
    """The whole board split by one attribute of accounts held against the same board of all of them."""
    company.grow(company.exports.end)
    company.board()
    with company.peaks.of("board by segment"):
        company.board(by=(SEGMENT,))
    sides: dict[str, Callable[[], float]] = {
        "by segment": lambda: timed(lambda: company.board(by=(SEGMENT,)))[0],
        "of all": lambda: timed(company.board)[0],
    }
    taken = in_turn(sides, max(1, company.size.boards // 2))
    row = Row(f"board by {SEGMENT}", taken["by segment"], "board", taken["of all"], MOST_SEGMENT)
    return [row], []


def _where(company: Company, usual: float) -> str:
    with Watch() as watch:
        company.board()
    parts = ", ".join(f"{kind} {share * usual:.2f} s" for kind, share in watch.shares.items())
    return f"Board, where the time goes: {parts}."


def _by_statement(hand: ByHand) -> str:
    told = (f"{name} {seconds:.2f} s" for name, seconds in hand.by_statement().items())
    return f"By hand: {', '.join(told)}."


def _limit(company: Company) -> str:
    """What the board must read at the least, and how long that takes by itself."""
    files = [*_files(company, "derived"), *_files(company, "main")]
    limit = size_of(files) / read_speed(max(files, key=lambda file: file.stat().st_size))
    read = f"{size_of(files) / 2**20:.0f} MiB of records and derived tables"
    return f"Board, physical limit: {read} at the measured reading speed, {limit:.2f} s."


def _files(company: Company, schema: str) -> list[Path]:
    con = company.warehouse.con
    asked = "select table_name from duckdb_tables() where database_name = 'lake' and schema_name = ?"
    files = []
    for (table,) in con.execute(asked, [schema]).fetchall():
        query = f"select data_file from ducklake_list_files('lake', '{table}', schema => '{schema}')"
        files += [Path(row[0]) for row in con.execute(query).fetchall()]
    return files
