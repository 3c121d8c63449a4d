"""Numpy arrays in, Arrow columns out, without a loop over rows."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.tables import TABLES, arrow_type

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

NEVER = np.iinfo(np.int64).max
"""An instant that does not come, or that nobody knows: null in a table, later than all others."""

SECOND = 1_000_000
HOUR = 3_600 * SECOND
DAY = 24 * HOUR
CENT_PLACES = 2
MONEY_PLACES = 9


def chance(seed: int, purpose: str) -> np.random.Generator:
    """The random numbers of one purpose: changing what another purpose draws leaves them alone."""
    return np.random.default_rng([seed, zlib.crc32(purpose.encode())])


def decimals(whole: Ints, places: int, *, stored: int = MONEY_PLACES, where: Bools | None = None) -> pa.Array:
    """Integers of 10^-`places` as DECIMAL(38, `stored`); null where `where` is False.

    The integers scaled to `stored` places must fit into 64 bits.
    """
    scaled = np.asarray(whole, dtype=np.int64) * np.int64(10 ** (stored - places))
    words = np.empty((len(scaled), 2), dtype=np.int64)
    words[:, 0] = scaled
    words[:, 1] = scaled >> 63
    validity = None
    if where is not None:
        validity = pa.py_buffer(np.packbits(where, bitorder="little").tobytes())
    return pa.Array.from_buffers(
        pa.decimal128(38, stored), len(scaled), [validity, pa.py_buffer(words.tobytes())]
    )


def cents(whole: Ints, where: Bools | None = None) -> pa.Array:
    """Amounts in hundredths as money."""
    return decimals(whole, CENT_PLACES, where=where)


def instants(moments: Ints) -> pa.Array:
    """Microseconds since 1970 UTC as timestamps; null where `NEVER`."""
    return pa.array(moments, type=pa.int64(), mask=moments == NEVER).cast(pa.timestamp("us"))


def days(numbers: Ints) -> pa.Array:
    """Days since 1970 as dates."""
    return pa.array(numbers.astype(np.int32), type=pa.int32()).cast(pa.date32())


def whole(numbers: Ints, where: Bools | None = None) -> pa.Array:
    """Whole numbers; null where `where` is False."""
    return pa.array(numbers.astype(np.int64), mask=None if where is None else ~where)


def flags(values: Bools) -> pa.Array:
    """True or false."""
    return pa.array(values)


def words(chosen: npt.NDArray[Any], choices: Sequence[str | None]) -> pa.Array:
    """`choices[i]` for each i of `chosen`; null where the choice is None or i is below 0."""
    numbers = np.asarray(chosen, dtype=np.int64)
    return pa.array(list(choices), type=pa.string()).take(pa.array(numbers, mask=numbers < 0))


def ids(prefix: str, numbers: npt.NDArray[Any], width: int = 6) -> pa.Array:
    """`prefix` and the number with leading zeros; null where the number is below 0."""
    numbers = np.asarray(numbers, dtype=np.int64)
    texts = pa.array(numbers, mask=numbers < 0).cast(pa.string())
    return pc.binary_join_element_wise(prefix, pc.utf8_lpad(texts, width, "0"), "")


def joined(*parts: pa.Array | str) -> pa.Array:
    """Texts put together, row by row; null where any part is."""
    return pc.binary_join_element_wise(*parts, "")


def only(values: pa.Array, where: Bools) -> pa.Array:
    """`values`, null where `where` is False."""
    return pc.if_else(pa.array(where), values, pa.scalar(None, type=values.type))


def canonical(name: str, columns: Mapping[str, pa.Array]) -> pa.Table:
    """The canonical table `name` with the given columns, in the declared order and types."""
    declared = {column.name: arrow_type(column.kind) for column in TABLES[name].columns}
    unknown = set(columns) - set(declared)
    if unknown:
        raise KeyError(f"{name} has no column {sorted(unknown)}")
    kept = {column: columns[column] for column in declared if column in columns}
    return pa.table({column: values.cast(declared[column]) for column, values in kept.items()})


def pick(rng: np.random.Generator, weights: Sequence[float] | Floats, count: int) -> Ints:
    """`count` positions drawn by weight."""
    shares = np.cumsum(np.asarray(weights, dtype=np.float64))
    return np.searchsorted(shares / shares[-1], rng.random(count), side="right").astype(np.int64)


def spread(counts: Ints) -> tuple[Ints, Ints]:
    """For rows to be repeated `counts` times: the row of each copy and the copy's number from 0."""
    rows = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    firsts = np.cumsum(counts) - counts
    return rows, np.arange(len(rows), dtype=np.int64) - firsts[rows]
