"""The whole board against the best SQL by hand over the same tables, and the board by a segment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from benchmarks.by_hand import ByHand, differences
from benchmarks.clock import Watch, in_turn, read_speed, say, timed
from benchmarks.company import Company
from benchmarks.exports import size_of
from benchmarks.results import Row
from holdfast.metrics import find

MOST_BOARD, MOST_SEGMENT = 1.5, 2.0
SEGMENT = "country"

REVENUE = {
    "accounts_by_period": "accounts",
    "new_accounts": "signups",
    "one_off_lines": "one_off",
    "spells": "survival",
}
"""Timelines of customers and their revenue, with the statement by hand that says the same."""


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
    of_revenue = [name for name in company.kpis if find(name).timeline in REVENUE and not find(name).parts]
    told = f"{len(of_revenue)} KPIs of revenue and churn, {len(periods)} months"
    revenue = _held_against(
        told, lambda: company.board(of_revenue), lambda: hand.board(REVENUE.values()), company.size.boards
    )
    told = f"board, {len(company.kpis)} KPIs, {len(periods)} months"
    whole = _held_against(told, company.board, hand.board, company.size.boards)
    return [revenue, whole], [_where(company, whole.ours), _by_statement(hand), _limit(company)]


def _held_against(what: str, ours: Callable[[], object], theirs: Callable[[], object], times: int) -> Row:
    sides: dict[str, Callable[[], float]] = {
        "Holdfast": lambda: timed(ours)[0],
        "by hand": lambda: timed(theirs)[0],
    }
    taken = in_turn(sides, times)
    return Row(what, taken["Holdfast"], "SQL by hand", taken["by hand"], MOST_BOARD)


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
