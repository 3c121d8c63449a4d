"""The interval of a composed metric: subjects drawn again, and every part made of those drawn (R22)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import sqrt
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.metrics.asked import Asked
from holdfast.metrics.catalog import Metric
from holdfast.metrics.cells import Cell, runs
from holdfast.metrics.counting import evidence
from holdfast.metrics.fused import SQUARES, products
from holdfast.metrics.intervals import SMALL, Bounds, Floats, Z, percentiles, resampled
from holdfast.timelines.subjects import column_of

Pairs = Mapping[str, tuple[Any, Any]]
Evaluate = Callable[[Pairs], Any]
"""The value of a composed metric from the two sums of each part that chance draws again."""

STEP = 1e-6


@dataclass(frozen=True)
class Drawn:
    """What each subject adds to the two sums of each part in one period and segment.

    `added` has a row per subject (an account, or what the parts are drawn by), in the order of
    their ids, and two columns per part; `totals` are the parts that have no denominator.
    """

    names: tuple[str, ...]
    totals: frozenset[str]
    added: Floats

    @property
    def n(self) -> int:
        """How many subjects the part has that has fewest."""
        adds = self.added.reshape(len(self.added), -1, 2).any(axis=2)
        return int(adds.sum(axis=0).min())

    def pairs(self, sums: Floats) -> Pairs:
        """The columns of `sums` (any number of rows of it) as numerator and denominator by part."""
        columns = {
            name: (sums[..., 2 * place], sums[..., 2 * place + 1]) for place, name in enumerate(self.names)
        }
        return {
            name: (above, None if name in self.totals else below) for name, (above, below) in columns.items()
        }


@dataclass(frozen=True)
class Moments:
    """What all subjects of one period and segment add up to: enough for an interval that is linearised.

    `sums` are those of the columns of `Drawn.added`, `products` those of each column by each, `n` is
    how many subjects the part has that has fewest.
    """

    drawn: Drawn
    subjects: int
    n: int
    sums: Floats
    products: Floats


def drawn_by_cell(
    parts: Sequence[tuple[Metric, Any]], asked: Asked, large: Collection[Cell]
) -> dict[Cell, Drawn | Moments]:
    """What subjects add to `parts` (with the rows of their timelines), by period and segment.

    All parts are drawn by the same `cluster`: chance takes a subject with all that it adds, or leaves it.
    Of cells in `large` that have 200 subjects or more only the moments are brought here.
    """
    names = tuple(metric.full_name for metric, _ in parts)
    totals = frozenset(metric.full_name for metric, rows in parts if metric.made(rows).denominator is None)
    keys, nobody = _keys(asked), Drawn(names, totals, np.zeros((0, 2 * len(names))))
    found: dict[Cell, Drawn | Moments] = {}
    if large:
        wide = _wide(_every(parts, asked, {cell[0] for cell in large}), keys, len(parts))
        for row in _moments(wide, keys, len(parts)).to_pyarrow().to_pylist():
            cell = tuple(row[key] for key in keys)
            if row["subjects"] >= SMALL:
                found[cell] = _as_moments(row, nobody)
    rest = {period.start for period in asked.periods if not _is_told(period.start, found, asked)}
    if rest:
        drawn = _drawn(_every(parts, asked, rest), keys, nobody)
        found |= {cell: each for cell, each in drawn.items() if cell not in found}
    return found


def _is_told(start: datetime, found: Collection[Cell], asked: Asked) -> bool:
    """Whether all of a period is known to have been found: a split one may have small segments too."""
    return not asked.by and (start,) in found


def _keys(asked: Asked) -> list[str]:
    return ["period_start", *map(column_of, asked.by)]


def _every(parts: Sequence[tuple[Metric, Any]], asked: Asked, starts: Collection[datetime]) -> Any:
    """A row per part and subject that adds anything in the periods that begin at `starts`."""
    keys, as_of = _keys(asked), asked.as_of or datetime.max
    made = [
        _by_subject(metric, rows.filter(rows.period_start.isin(sorted(starts))), keys, place, as_of)
        for place, (metric, rows) in enumerate(parts)
    ]
    return ibis.union(*made) if len(made) > 1 else made[0]


def _wide(every: Any, keys: Sequence[str], parts: int) -> Any:
    """A row per subject, with the two columns of each part: `c0` and `c1` of the first."""
    columns = {
        f"c{2 * place + side}": ibis.ifelse(every.part == place, every[name], 0.0).sum()
        for place in range(parts)
        for side, name in enumerate(("numerator", "denominator"))
    }
    return every.group_by([*keys, "drawn"]).agg(**columns)


def _moments(wide: Any, keys: Sequence[str], parts: int) -> Any:
    columns = [wide[f"c{place}"] for place in range(2 * parts)]
    pairs = list(zip(columns[::2], columns[1::2], strict=True))
    adds = {f"n{place}": ((one != 0) | (other != 0)).sum() for place, (one, other) in enumerate(pairs)}
    sums = {f"s{place}": products(column, ibis.literal(1.0)) for place, column in enumerate(columns)}
    squares = {
        f"p{one}_{other}": products(columns[one], columns[other])
        for one in range(2 * parts)
        for other in range(one + 1)
    }
    return wide.group_by(list(keys)).agg(subjects=wide.count(), **adds, **sums, **squares)


def _as_moments(row: Mapping[str, Any], nobody: Drawn) -> Moments:
    parts, width = len(nobody.names), 2 * len(nobody.names)
    squares = np.zeros((width, width))
    for one in range(width):
        for other in range(one + 1):
            squares[one, other] = squares[other, one] = float(row[f"p{one}_{other}"]) / SQUARES
    return Moments(
        drawn=nobody,
        subjects=row["subjects"],
        n=min(int(row[f"n{place}"]) for place in range(parts)),
        sums=np.array([float(row[f"s{place}"]) / SQUARES for place in range(width)]),
        products=squares,
    )


def _drawn(every: Any, keys: Sequence[str], nobody: Drawn) -> dict[Cell, Drawn]:
    table = every.order_by([*keys, "drawn", "part"]).to_pyarrow()
    subjects = _ranks(table["drawn"])
    columns = {name: table[name].to_numpy() for name in ("part", "numerator", "denominator")}
    found = {}
    for cell, inside in runs(table, keys):
        _, row = np.unique(subjects[inside], return_inverse=True)
        added = np.zeros((int(row.max()) + 1, 2 * len(nobody.names)))
        added[row, 2 * columns["part"][inside]] = columns["numerator"][inside]
        added[row, 2 * columns["part"][inside] + 1] = columns["denominator"][inside]
        found[cell] = replace(nobody, added=added)
    return found


def _ranks(ids: pa.ChunkedArray) -> Any:
    """For each id its place among all of them in order: the same order whichever others are there."""
    known = ids.combine_chunks().dictionary_encode()
    places = np.empty(len(known.dictionary), dtype=np.int64)
    places[pc.array_sort_indices(known.dictionary).to_numpy()] = np.arange(len(places))
    return places[known.indices.to_numpy()]


def _by_subject(metric: Metric, rows: Any, keys: Sequence[str], place: int, as_of: Any) -> Any:
    made = evidence(metric, rows, as_of)
    made = made.filter(made.excluded_because.isnull()).mutate(drawn=made[metric.cluster])
    below = made.denominator.cast("decimal(38, 9)").sum().cast("float64")
    each = made.group_by([*keys, "drawn"]).agg(
        numerator=made.numerator.sum().cast("float64"), denominator=below.fill_null(0.0)
    )
    each = each.filter((each.numerator != 0) | (each.denominator != 0))
    return each.select(*keys, "drawn", "numerator", "denominator", part=ibis.literal(place).cast("int64"))


def joint_interval(drawn: Drawn | Moments, evaluate: Evaluate, seed: str) -> Bounds | None:
    """The 95 % interval of a value that stands on several sums over the same subjects.

    Under 200 subjects a bootstrap: they are drawn with replacement and every part summed over
    those drawn; draws that leave the value undefined are left out. From 200 on the linearised
    interval: the value's slopes by each sum turn a subject into what it adds to the value.
    """
    if isinstance(drawn, Moments):
        return _linearised(drawn, evaluate)
    n = len(drawn.added)
    if n < 2:
        return None
    if n >= SMALL:
        sums, squares = drawn.added.sum(axis=0), drawn.added.T @ drawn.added
        return _linearised(Moments(drawn, n, drawn.n, sums, squares), evaluate)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.asarray(evaluate(drawn.pairs(resampled(drawn.added, seed))))
    return percentiles(values)


def _linearised(moments: Moments, evaluate: Evaluate) -> Bounds:
    """The spread of what subjects add: slopes' (products - sums sums' / n) slopes, about the value."""
    n, sums, pairs = moments.subjects, moments.sums, moments.drawn.pairs
    steps = np.diag(np.maximum(np.abs(sums), 1.0) * STEP)
    above, below = (evaluate(pairs(sums + sign * steps)) for sign in (1, -1))
    slopes = (above - below) / (2 * steps.diagonal())
    about_mean = moments.products - np.outer(sums, sums) / n
    spread = Z * sqrt(n / (n - 1) * max(0.0, float(slopes @ about_mean @ slopes)))
    value = float(evaluate(pairs(sums)))
    return value - spread, value + spread
