"""Signs: stretches of time in which a record foretells something, a row each, under their kind.

A sign has account_id, kind, the `table` and `record` it stands on, `start_at`, `end_at` (`FAR` while nothing
has ended it) and, where it is of an amount, what that was `before` and `after`. Whatever decides that a sign
begins is recorded of a time before its start, so cutting signs at an instant gives those of that instant.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from holdfast.insights.warning.stretches import Ints, Stretches
from holdfast.timelines.basis import FAR, INSTANT

FAR_MICROS = int((FAR - datetime(1970, 1, 1)).total_seconds()) * 1_000_000
MICROSECONDS = pa.timestamp("us")
SIGN = pa.schema(
    [
        ("account_id", pa.string()),
        ("kind", pa.string()),
        ("table", pa.string()),
        ("record", pa.string()),
        ("start_at", MICROSECONDS),
        ("end_at", MICROSECONDS),
        ("before", pa.float64()),
        ("after", pa.float64()),
    ]
)


def signs_of(
    rows: Any, kind: str, table: Any, record: Any, before: Any = None, after: Any = None
) -> pa.Table:
    """Rows with account_id, start_at and end_at as signs, those that end where they begin left out."""

    def number(value: Any) -> Any:
        return (ibis.null() if value is None else value).cast("float64")

    text = ibis.literal(table) if isinstance(table, str) else table
    rows = rows.select(
        "account_id",
        kind=ibis.literal(kind),
        table=text.cast("string"),
        record=record.cast("string"),
        start_at=rows.start_at.cast(INSTANT),
        end_at=ibis.coalesce(rows.end_at, FAR).cast(INSTANT),
        before=number(before),
        after=number(after),
    )
    return rows.filter(rows.end_at > rows.start_at).to_pyarrow().cast(SIGN)


def signs_from(
    names: pa.Array,
    those: Stretches,
    kind: str,
    table: str,
    record: pa.Array,
    before: NDArray[np.float64] | None = None,
    after: NDArray[np.float64] | None = None,
) -> pa.Table:
    """Stretches as signs; who they are of is a place in `names`."""
    nothing = np.full(len(those), np.nan)
    amounts = [nothing if each is None else each for each in (before, after)]
    columns = [
        names.take(pa.array(those.who)),
        pa.array([kind] * len(those), pa.string()),
        pa.array([table] * len(those), pa.string()),
        record,
        *(pa.array(each).cast(MICROSECONDS) for each in (those.start, those.end)),
        *(pa.array(each, from_pandas=True) for each in amounts),
    ]
    return pa.table(columns, schema=SIGN)


def stretches_of(rows: pa.Table, names: pa.Array) -> Stretches:
    """The stretches of rows with account_id, start_at and end_at; of accounts that are in `names`."""
    who = pc.index_in(rows["account_id"], value_set=names)
    known = who.is_valid()
    told = rows.filter(known)
    return Stretches(
        who.filter(known).to_numpy().astype(np.int64), micros(told["start_at"]), micros(told["end_at"])
    )


def micros(instants: pa.ChunkedArray) -> Ints:
    """Instants as microseconds since 1970."""
    found: Ints = instants.cast(MICROSECONDS).cast(pa.int64()).to_numpy()
    return found


def together(tables: Sequence[pa.Table]) -> pa.Table:
    """Signs of several kinds in one table."""
    return pa.concat_tables([SIGN.empty_table(), *tables]).combine_chunks()
