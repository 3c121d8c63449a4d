"""The company's exports as files, as its systems would write them, and the truth beside them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq

from holdfast.company.faults import PLANTED_IN, corrections, plant, write_list
from holdfast.company.offices import OFFICES, Sheet
from holdfast.company.simulation import Company
from holdfast.company.sizing import INTERNAL_ACCOUNT
from holdfast.errors import UsageError

FORMATS = ("csv", "parquet")
MONEY_PLACES = (2, 4, 9)
COUNTED = ("quantity", "score", "scale_min", "scale_max")
PLACES_SHOWN_PLAINLY = 6
PLAIN_PLACES = (0, 2, 4, 9, 12)


def write_exports(
    company: Company, folder: Path | str, *, formats: Mapping[str, str] | None = None
) -> list[Path]:
    """Writes every table of `company` into `folder`, its truth into `folder`/truth.

    Tables are CSV files named after them; events are Parquet files, one a month, written as
    they are made. Costs and survey answers come as other tools write them, with a mapping beside
    (costs.toml). `formats` changes that: `{"events": "csv"}`, `{"invoices": "parquet"}`.
    A company with faults has some planted in its CSV files, listed in truth/faults.csv, and
    its corrections in `folder`/late, to be imported afterwards. Returns the files in the
    order of writing. Raises UsageError for another format.
    """
    formats = {"events": "parquet"} | dict(formats or {})
    for name in formats.values():
        if name not in FORMATS:
            raise UsageError(f"Exports cannot be written as {name!r}.", hint="One of: csv, parquet.")
    if company.sizing.faults and any(formats.get(name) == "parquet" for name in PLANTED_IN):
        raise UsageError("Faults are planted in CSV files.", hint="Ask for Parquet without faults.")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for name, table in company.tables.items():
        form = formats.get(name, "csv")
        if name in OFFICES and form == "csv":
            written += _write_sheet(OFFICES[name](table), folder / name)
        else:
            written.append(_write(table, folder / f"{name}.{form}"))
    for label, events in company.event_months():
        written.append(_write(events, folder / f"events-{label}.{formats['events']}"))
    written += _write_all(company.late, folder / "late") + _write_all(company.truth, folder / "truth")
    if company.sizing.faults:
        planted = plant(folder, f"a{INTERNAL_ACCOUNT:06d}") + corrections(company.late["subscription_phases"])
        written.append(write_list(planted, folder / "truth" / "faults.csv"))
    return written


def _write_sheet(sheet: Sheet, path: Path) -> list[Path]:
    """Another tool's file, and the mapping beside it."""
    mapping, file = path.with_suffix(".toml"), path.with_suffix(".csv")
    mapping.write_text(sheet.mapping, encoding="utf-8")
    pc_csv.write_csv(plain(sheet.table), file, pc_csv.WriteOptions(delimiter=sheet.delimiter))
    return [file, mapping]


def _write_all(tables: Mapping[str, pa.Table], folder: Path) -> list[Path]:
    if tables:
        folder.mkdir(exist_ok=True)
    return [_write(table, folder / f"{name}.csv") for name, table in tables.items()]


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
            amounts = field.type.scale == max(MONEY_PLACES) and field.name not in COUNTED
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
