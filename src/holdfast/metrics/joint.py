"""The interval of a composed metric: subjects drawn again, and every part made of those drawn (R22)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, reduce
from math import sqrt
from operator import or_
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
from holdfast.timelines.money import MONEY
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


Counted = Sequence[tuple[Metric, Any]]
"""Parts that chance draws, each with the rows of its timeline."""


@dataclass(frozen=True)
class Composed:
    """What chance draws of one composed metric: its parts, and the cells in which one has 200 subjects."""

    parts: Counted
    large: Collection[Cell]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parts, in their order."""
        return tuple(metric.full_name for metric, _ in self.parts)

    @cached_property
    def nobody(self) -> Drawn:
        """What no subject adds."""
        totals = {part.full_name for part, rows in self.parts if part.made(rows).denominator is None}
        return Drawn(self.names, frozenset(totals), np.zeros((0, 2 * len(self.parts))))

    @cached_property
    def starts(self) -> set[datetime]:
        """When the periods begin that have a large cell."""
        return {cell[0] for cell in self.large}


def drawn_by_cell(composed: Mapping[str, Composed], asked: Asked) -> dict[str, dict[Cell, Drawn | Moments]]:
    """What subjects add to the parts of some composed metrics, by the metric's name, period and segment.

    All parts are drawn by the same `cluster`: chance takes a subject with all that it adds, or leaves it.
    Of large cells that have 200 subjects or more only the moments are brought here, and those of all
    metrics at once, which share most of their parts.
    """
    found = _moments_by_cell(composed, asked)
    for name, each in composed.items():
        rest = {period.start for period in asked.periods if not _is_told(period.start, found[name], asked)}
        if rest:
            drawn = _drawn(_every(each.parts, asked, rest), _keys(asked), each.nobody)
            found[name] |= {cell: those for cell, those in drawn.items() if cell not in found[name]}
    return found


def _moments_by_cell(
    composed: Mapping[str, Composed], asked: Asked
) -> dict[str, dict[Cell, Drawn | Moments]]:
    found: dict[str, dict[Cell, Drawn | Moments]] = {name: {} for name in composed}
    large = {name: each for name, each in composed.items() if each.large}
    if not large:
        return found
    parts = {metric.full_name: (metric, rows) for each in large.values() for metric, rows in each.parts}
    starts = set().union(*(each.starts for each in large.values()))
    places, keys = {name: place for place, name in enumerate(parts)}, _keys(asked)
    groups = {name: [places[part] for part in each.names] for name, each in large.items()}
    wide = _wide(_every([*parts.values()], asked, starts), keys, len(parts))
    for row in _moments(wide, keys, groups).to_pyarrow().to_pylist():
        cell = tuple(row[key] for key in keys)
        for name, each in large.items():
            if cell[0] in each.starts and row[_subjects(groups[name])] >= SMALL:
                found[name][cell] = _as_moments(row, each.nobody, groups[name])
    return found


def _is_told(start: datetime, found: Collection[Cell], asked: Asked) -> bool:
    """Whether all of a period is known to have been found: a split one may have small segments too."""
    return not asked.by and (start,) in found


def _keys(asked: Asked) -> list[str]:
    return ["period_start", *map(column_of, asked.by)]


def _every(parts: Counted, asked: Asked, starts: Collection[datetime]) -> Any:
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


def _moments(wide: Any, keys: Sequence[str], groups: Mapping[str, Sequence[int]]) -> Any:
    """By cell what the columns add up to, one by one and two by two, and the subjects of each group of parts.

    A product is of two columns that some group has both of.
    """
    places = sorted({place for group in groups.values() for place in group})
    adds = {place: (wide[f"c{2 * place}"] != 0) | (wide[f"c{2 * place + 1}"] != 0) for place in places}
    ofs = {_subjects(group): reduce(or_, [adds[place] for place in group]) for group in groups.values()}
    pairs = {pair for group in groups.values() for pair in _pairs(group)}
    return wide.group_by(list(keys)).agg(
        **{name: told.sum() for name, told in ofs.items()},
        **{f"n{place}": told.sum() for place, told in adds.items()},
        **{f"s{one}": products(wide[f"c{one}"], ibis.literal(1.0)) for one, other in pairs if one == other},
        **{f"p{one}_{other}": products(wide[f"c{one}"], wide[f"c{other}"]) for one, other in sorted(pairs)},
    )


def _subjects(group: Sequence[int]) -> str:
    return "subjects_" + "_".join(map(str, group))


def _columns(group: Sequence[int]) -> list[int]:
    return [2 * place + side for place in group for side in range(2)]


def _pairs(group: Sequence[int]) -> list[tuple[int, int]]:
    """Every two columns of a group of parts, the later one first."""
    columns = sorted(_columns(group))
    return [(one, other) for one in columns for other in columns if other <= one]


def _as_moments(row: Mapping[str, Any], nobody: Drawn, group: Sequence[int]) -> Moments:
    columns = _columns(group)
    squares = [[_product(row, one, other) for other in columns] for one in columns]
    return Moments(
        drawn=nobody,
        subjects=row[_subjects(group)],
        n=min(int(row[f"n{place}"]) for place in group),
        sums=np.array([float(row[f"s{column}"]) / SQUARES for column in columns]),
        products=np.array(squares),
    )


def _product(row: Mapping[str, Any], one: int, other: int) -> float:
    return float(row[f"p{max(one, other)}_{min(one, other)}"]) / SQUARES


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
    each = made.group_by([*keys, "drawn"]).agg(
        numerator=_double(made.numerator), denominator=_double(made.denominator)
    )
    each = each.filter((each.numerator != 0) | (each.denominator != 0))
    return each.select(*keys, "drawn", "numerator", "denominator", part=ibis.literal(place).cast("int64"))


def _double(column: Any) -> Any:
    """The sum as a double: added up exactly before, so that the order of rows does not matter."""
    kind = column.type()
    exact = column if kind.is_integer() or kind.is_decimal() else column.cast(MONEY)
    return exact.sum().cast("float64").fill_null(0.0)


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
