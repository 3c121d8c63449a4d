"""The company's exports as files, as its systems would write them, and the truth beside them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq

from holdfast.company.simulation import Company
from holdfast.errors import UsageError

FORMATS = ("csv", "parquet")
MONEY_PLACES = (2, 4, 9)
PLACES_SHOWN_PLAINLY = 6
PLAIN_PLACES = (0, 2, 4, 9, 12)


def write_exports(company: Company, folder: Path, *, formats: Mapping[str, str] | None = None) -> list[Path]:
    """Writes every table of `company` into `folder`, its truth into `folder`/truth.

    Tables are CSV files named after them; events are Parquet files, one a month, written as
    they are made. `formats` changes that: `{"events": "csv"}`, `{"invoices": "parquet"}`.
    Returns the files in the order of writing. Raises UsageError for another format.
    """
    formats = {"events": "parquet"} | dict(formats or {})
    for name in formats.values():
        if name not in FORMATS:
            raise UsageError(f"Exports cannot be written as {name!r}.", hint="One of: csv, parquet.")
    folder.mkdir(parents=True, exist_ok=True)
    written = [
        _write(table, folder / f"{name}.{formats.get(name, 'csv')}") for name, table in company.tables.items()
    ]
    for label, events in company.event_months():
        written.append(_write(events, folder / f"events-{label}.{formats['events']}"))
    truth = folder / "truth"
    truth.mkdir(exist_ok=True)
    return written + [_write(table, truth / f"{name}.csv") for name, table in company.truth.items()]


def _write(table: pa.Table, path: Path) -> Path:
    if path.suffix == ".parquet":
        pq.write_table(table, path, compression="zstd")
    else:
        pc_csv.write_csv(plain(table), path)
    return path


def plain(table: pa.Table) -> pa.Table:
    """The table as a CSV file shows it: UTC instants with a Z, decimals without idle zeros."""
    columns = {}
    for field in table.schema:
        values = table[field.name]
        if pa.types.is_timestamp(field.type):
            values = values.cast(pa.timestamp("s", "UTC"))
        elif pa.types.is_decimal(field.type):
            amounts = field.type.scale == max(MONEY_PLACES) and field.name != "quantity"
            values = _shortest(values, MONEY_PLACES if amounts else PLAIN_PLACES)
        columns[field.name] = values
    return pa.table(columns)


def _shortest(values: pa.ChunkedArray, places: tuple[int, ...]) -> pa.ChunkedArray:
    """Decimals with the least of some numbers of places that loses nothing."""
    for scale in places:
        try:
            kept = values.cast(pa.decimal128(38, scale))
        except pa.ArrowInvalid:
            continue
        return kept if scale <= PLACES_SHOWN_PLAINLY else _as_text(kept.combine_chunks(), scale)
    return values


def _as_text(values: pa.Array, scale: int) -> pa.Array:
    """Decimals that fit into 64 bits written out, where Arrow would write small ones as 6E-5."""
    numbers = np.frombuffer(values.buffers()[1], dtype=np.int64)[::2][
        values.offset : values.offset + len(values)
    ]
    before, after = np.divmod(np.abs(numbers), 10**scale)
    fraction = pc.utf8_lpad(pa.array(after).cast(pa.string()), scale, "0")
    sign = pa.array(["", "-"]).take(pa.array((numbers < 0).astype(np.int64)))
    text = pc.binary_join_element_wise(sign, pa.array(before).cast(pa.string()), ".", fraction, "")
    return pc.if_else(values.is_valid(), text, pa.scalar(None, pa.string()))
