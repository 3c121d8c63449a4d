"""The board of default metrics from the SQL of `sql/`, as figures that can be held against ours.

A column of an answer is called `METRIC what`: what the metric adds up to (`num`, `den`, `n`), the sums of
squares under its interval (`num2`, `den2`, `cross`), or its `value`, `low` and `high` where the statement
gives them itself. Every other column but `period_start` is the metric's own dimension.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import isclose, sqrt
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from benchmarks.clock import timed
from benchmarks.delta import worth_of
from holdfast.company import DECLARED
from holdfast.metrics import Figure
from holdfast.periods import Period
from holdfast.tables import TABLES

SQL = Path(__file__).parent / "sql"
CORE = DECLARED["core_events"].split(",")

Z = 1.959963984540054
FEW = 200
"""Figures of fewer subjects have intervals by resampling, which are not compared."""

SUMS_CLOSE = 1e-9
BOUNDS_CLOSE = 1e-6
"""By hand squares are doubles; ours are exact, of amounts to the hundredth of a cent."""

PERIODS, MERGED, INTERNAL, OURS = "board_periods", "board_merged", "board_internal", "board_insiders"
INVERSE = ("customer_lifetime",)
"""One over a proportion: its interval is that of the proportion, turned around."""

MONTHS_APART = """create or replace temp macro months_apart(a, b) as (
  select w + (epoch_us(b) - epoch_us(a + to_months(w)))
             / (epoch_us(a + to_months(w + 1)) - epoch_us(a + to_months(w)))
  from (select n - (a + to_months(n) > b)::integer as w
        from (select datediff('month', a, b)::integer as n)))"""

Bounds = tuple[float | None, float | None]
Key = tuple[str, tuple[tuple[str, str], ...], datetime]
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Sum:
    """What a figure stands on, its value where it is no quotient of sums, and the bounds of its interval."""

    numerator: Any
    denominator: Any
    n: int | None
    value: Any = None
    low: float | None = None
    high: float | None = None


Board = dict[Key, Sum]


class ByHand:
    """The statements, made ready once for a connection to a workspace whose data end at `as_of`."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, periods: Sequence[Period], currency: str, as_of: datetime
    ) -> None:
        self._con = con
        self.names = _names(con, currency, as_of)
        files = sorted(SQL.glob("*.sql"))
        self.queries = dict(pair for file in files for pair in statements(file, self.names))
        con.execute(MONTHS_APART)
        con.register("board_periods_given", _period_table(periods))
        con.execute(f"create or replace temp table {PERIODS} as from board_periods_given")
        con.unregister("board_periods_given")

    def board(self, only: Collection[str] = ()) -> Board:
        """Every figure of the board, or of those statements of it."""
        found: Board = {}
        self.lay_small()
        for name in only or self.queries:
            for row in self._con.execute(self.queries[name]).to_arrow_table().to_pylist():
                found.update(_read(row))
        return found

    def lay_small(self) -> None:
        """Make the small tables that several statements read."""
        for table, query in self._small.items():
            self._con.execute(f"create or replace temp table {table} as {query}")

    @property
    def _small(self) -> Mapping[str, str]:
        """Tables of a few hundred rows that several statements read."""
        joined = f"select was from {MERGED} where became in (from {INTERNAL})"
        ours = f"is_internal or account_id in (from {INTERNAL}) or account_id in ({joined})"
        merged = "distinct account_id as was, merged_into as became"
        return {
            MERGED: f"select {merged} from lake.main.accounts where merged_into is not null",
            INTERNAL: "select account_id from lake.derived.accounts where is_internal",
            OURS: f"select user_id from lake.main.users where {ours}",
        }

    def by_statement(self) -> dict[str, float]:
        """Seconds of each statement, asked once."""
        return {
            name: timed(lambda query=query: self._con.execute(query).to_arrow_table())[0]  # type: ignore[misc]
            for name, query in self.queries.items()
        }


def differences(figures: Sequence[Figure], board: Board) -> list[str]:
    """Where our figures and those by hand are not the same number, in words."""
    silent = {_key(f) for f in figures if not (f.value or f.numerator or f.denominator)}
    empty = {key for key, sums in board.items() if not (sums.numerator or sums.denominator or sums.value)}
    asked = {figure.name for figure in figures}
    told_by_hand = {key for key in board if key[0] in asked}
    missing = ({_key(f) for f in figures} ^ told_by_hand) - silent - empty
    told = [f"only one side has {key}" for key in sorted(missing, key=repr)]
    for figure in figures:
        other = board.get(_key(figure))
        if other is not None and not _same(figure, other):
            told.append(f"{figure} is not {other}")
    return told


def _same(figure: Figure, other: Sum) -> bool:
    sums = [(figure.numerator, other.numerator), (figure.denominator, other.denominator)]
    if other.n is not None:
        sums.append((figure.n, other.n))
    if other.value is not None:
        sums.append((figure.value, other.value))
    bounds = [(figure.low, other.low), (figure.high, other.high)] if (figure.n or 0) >= FEW else []
    return all(_close(*pair, SUMS_CLOSE) for pair in sums) and all(
        _close(*pair, BOUNDS_CLOSE) for pair in bounds
    )


def _close(ours: Any, theirs: Any, within: float) -> bool:
    if ours is None or theirs is None:
        return not ours and not theirs
    return isclose(float(ours), float(theirs), rel_tol=within, abs_tol=within)


def _key(figure: Figure) -> Key:
    return figure.name, _own(figure.of), figure.period_start


def _own(of: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, str(value)) for name, value in of.items() if value is not None))


def _read(row: Row) -> Iterator[tuple[Key, Sum]]:
    """The figures of one row of an answer."""
    parts: dict[str, dict[str, Any]] = {}
    own: dict[str, Any] = {}
    for column, value in row.items():
        metric, _, what = column.partition(" ")
        if what:
            parts.setdefault(metric, {})[what] = value
        elif column != "period_start":
            own[column] = value
    if "worth" in row:
        own = {}
        yield from ((key, Sum(**sums)) for key, sums in worth_of(row))
    for name, part in parts.items():
        metric, _, of = name.partition("[")
        named = dict(pair.split("=") for pair in of.removesuffix("]").split(",")) if of else {}
        yield (metric, _own(own | named), row["period_start"]), _sum(metric, part)


def _sum(metric: str, part: Row) -> Sum:
    above, below = part.get("num"), part.get("den")
    n = part.get("n", above if below is None else below)
    if "low" in part or "value" in part:
        return Sum(above, below, n, part.get("value"), part.get("low"), part.get("high"))
    if below is None:
        return Sum(above, None, n)
    if "num2" in part:
        bounds = _linearised(above, below, n, (part["num2"], part["den2"], part["cross"]))
    elif metric in INVERSE:
        low, high = _wilson(below, above)
        bounds = (1 / high if high else None, 1 / low if low else None)
    else:
        bounds = _wilson(above, below)
    return Sum(above, below, n, None, *bounds)


def _linearised(top: Any, bottom: Any, n: int, squares: tuple[Any, Any, Any]) -> Bounds:
    if n < 2 or not bottom:
        return None, None
    num2, den2, cross = (float(value or 0) for value in squares)
    ratio = float(top) / float(bottom)
    residuals = max(num2 - 2 * ratio * cross + ratio * ratio * den2, 0.0)
    spread = Z * sqrt(n / (n - 1) * residuals) / abs(float(bottom))
    return ratio - spread, ratio + spread


def _wilson(some: Any, of: Any) -> Bounds:
    successes, n = int(some or 0), int(of or 0)
    if not n:
        return None, None
    share = successes / n
    spread = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    middle, scale = share + Z * Z / (2 * n), 1 + Z * Z / n
    low = (middle - spread) / scale if successes else 0.0
    return low, (middle + spread) / scale if successes < n else 1.0


def _period_table(periods: Sequence[Period]) -> pa.Table:
    """Each period with its days, and the day whose rate values both ends of a ratio."""
    return pa.table(
        {
            "period_start": [p.start for p in periods],
            "period_end": [p.end for p in periods],
            "first_day": [p.first_day for p in periods],
            "last_day": [p.last_day for p in periods],
            "fixed_day": [date.fromordinal(p.first_day.toordinal() - 1) for p in periods],
            "days": [p.days for p in periods],
        }
    )


def _names(con: duckdb.DuckDBPyConnection, currency: str, as_of: datetime) -> dict[str, str]:
    """What stands for each word in braces: a table of records is its rows in force."""
    core = ", ".join(f"'{name}'" for name in CORE)
    settled = {"currency": currency, "as_of": f"timestamp '{as_of}'", "core": core}
    settled["median"] = (SQL / "median.inc").read_text(encoding="utf-8").strip()
    small = {"periods": PERIODS, "merged": MERGED, "internal": INTERNAL, "insiders": OURS}
    records = {name: _current(con, name) for name in TABLES}
    return settled | small | records


def _current(con: duckdb.DuckDBPyConnection, table: str) -> str:
    """SQL for the rows in force of a table: all of it where no row has taken the place of another."""
    stored = f"lake.main.{table}"
    counted = con.execute(f"select count(replaces), count(*) filter (deleted) from {stored}").fetchone()
    if counted == (0, 0):
        return stored
    same = " and ".join(f"r.{key} is not distinct from h.{key}" for key in ("source", *TABLES[table].key))
    newer = f"(select 1 from {stored} r where r.replaces = h.recorded_at and {same})"
    return f"(select * from {stored} h where not deleted and not exists {newer})"


def statements(file: Path, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Name and text of every statement of a file, with what stands for each word in braces."""
    for text in file.read_text(encoding="utf-8").split("-- name: ")[1:]:
        name, _, query = text.partition("\n")
        for word, value in names.items():
            query = query.replace(f"{{{word}}}", value)
        yield name.strip(), query.strip().removesuffix(";")
