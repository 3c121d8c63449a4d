"""The interval of a composed metric: subjects drawn again, and every part made of those drawn (R22)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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


def drawn_by_cell(parts: Sequence[tuple[Metric, Any]], asked: Asked) -> dict[Cell, Drawn]:
    """What each subject adds to each of `parts` (with the rows of its timeline), by period and segment.

    All parts are drawn by the same `cluster`: chance takes a subject with all that it adds, or leaves it.
    """
    keys = ["period_start", *map(column_of, asked.by)]
    as_of = asked.as_of or datetime.max
    made = [_by_subject(metric, rows, keys, place, as_of) for place, (metric, rows) in enumerate(parts)]
    every = ibis.union(*made) if len(made) > 1 else made[0]
    table = every.order_by([*keys, "drawn", "part"]).to_pyarrow()
    names = tuple(metric.full_name for metric, _ in parts)
    totals = frozenset(metric.full_name for metric, rows in parts if metric.made(rows).denominator is None)
    subjects = _ranks(table["drawn"])
    columns = {name: table[name].to_numpy() for name in ("part", "numerator", "denominator")}
    found = {}
    for cell, inside in runs(table, keys):
        _, row = np.unique(subjects[inside], return_inverse=True)
        added = np.zeros((int(row.max()) + 1, 2 * len(names)))
        added[row, 2 * columns["part"][inside]] = columns["numerator"][inside]
        added[row, 2 * columns["part"][inside] + 1] = columns["denominator"][inside]
        found[cell] = Drawn(names, totals, added)
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


def joint_interval(drawn: Drawn, evaluate: Evaluate, seed: str) -> Bounds | None:
    """The 95 % interval of a value that stands on several sums over the same subjects.

    Under 200 subjects a bootstrap: they are drawn with replacement and every part summed over
    those drawn; draws that leave the value undefined are left out. From 200 on the linearised
    interval: the value's slopes by each sum turn a subject into what it adds to the value.
    """
    n = len(drawn.added)
    if n < 2:
        return None
    if n >= SMALL:
        return _linearised(drawn, evaluate)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.asarray(evaluate(drawn.pairs(resampled(drawn.added, seed))))
    return percentiles(values)


def _linearised(drawn: Drawn, evaluate: Evaluate) -> Bounds:
    n, sums = len(drawn.added), drawn.added.sum(axis=0)
    steps = np.diag(np.maximum(np.abs(sums), 1.0) * STEP)
    above, below = (evaluate(drawn.pairs(sums + sign * steps)) for sign in (1, -1))
    slopes = (above - below) / (2 * steps.diagonal())
    value, adds = float(evaluate(drawn.pairs(sums))), drawn.added @ slopes
    spread = Z * sqrt(n / (n - 1) * float(((adds - adds.mean()) ** 2).sum()))
    return value - spread, value + spread
