"""A day's news against starting over, as history grows."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.clock import say
from benchmarks.company import Company, Turn
from benchmarks.exports import LAST_DAYS
from benchmarks.results import Row
from holdfast.metrics import Figure

MOST_DAY = 0.05


def grow(company: Company) -> tuple[list[Row], list[str]]:
    """A day's news held against starting over: a row at each mark, and for the day that ends a month."""
    rows: list[Row] = []
    notes: list[str] = []
    stops = company.exports.stops
    for place, mark in enumerate(company.exports.marks):
        before, day, *_ = stops[place * LAST_DAYS :]
        months = f"{_months(company, place)} months"
        base = company.grow(before)
        say(f"all but the last days of {months}: {base}")
        turn = company.grow(day)
        made, told = _held(company, turn, f"a day after {months}")
        rows, notes = rows + made, [*notes, told]
        if mark == company.exports.end:
            made, told = _held(company, company.grow(mark), "a day that ends a month")
            rows, notes = rows + made, [*notes, told]
    return rows, notes


def _months(company: Company, place: int) -> int:
    start, mark = company.exports.start, company.exports.marks[place]
    return (mark.year - start.year) * 12 + mark.month - start.month


def _held(company: Company, day: Turn, name: str) -> tuple[list[Row], str]:
    refresh, board, figures = company.start_over()
    if _values(day.figures) != _values(figures):
        raise SystemExit("The board brought up to date is not the board made from scratch.")
    importing = sum(turn.importing for turn in company.turns)
    scratch = Turn(importing, refresh, board)
    ours, theirs = day.refresh + day.board, refresh + board
    row = Row(f"{name}: timelines and board", ours, "from scratch", theirs, MOST_DAY)
    say(f"{row.what}: {ours:.2f} s, from scratch {theirs:.2f} s")
    whole = Row(f"{name}: import too", day.whole, "import and from scratch", scratch.whole)
    return [row, whole], f"Adding {name}: {day}; from scratch: {scratch}."


def _values(figures: Sequence[Figure]) -> list[tuple[object, ...]]:
    return [(f.name, f.period_label, f.of, f.value, f.n, f.low, f.high, f.status) for f in figures]
