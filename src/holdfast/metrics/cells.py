"""Cells of an ordered answer: the runs of rows of one period and segment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

Cell = tuple[Any, ...]


def runs(table: pa.Table, keys: Sequence[str]) -> Iterator[tuple[Cell, slice]]:
    """Each cell of `table`, which is ordered by `keys`, with the rows that are in it."""
    if not table.num_rows:
        return
    turns = np.zeros(table.num_rows - 1, dtype=bool)
    for key in keys:
        codes = table[key].combine_chunks().dictionary_encode().indices.fill_null(-1).to_numpy()
        turns |= codes[1:] != codes[:-1]
    bounds = [0, *(int(turn) + 1 for turn in np.flatnonzero(turns)), table.num_rows]
    for start, stop in pairwise(bounds):
        yield tuple(table[key][start].as_py() for key in keys), slice(start, stop)
