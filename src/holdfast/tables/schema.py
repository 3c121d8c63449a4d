"""What a table is: its columns, each with kind, unit and meaning, its key and its template."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa

from holdfast.errors import unknown


class Kind(StrEnum):
    """What a column holds; the kind decides how a value is read, checked and stored."""

    TEXT = "text"
    INSTANT = "instant"
    DAY = "day"
    MONEY = "money"
    NUMBER = "number"
    RATE = "rate"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    JSON = "json"
    CURRENCY = "currency"


KIND_HELP = {
    Kind.TEXT: "any text; an id is text, exactly as the source gives it",
    Kind.INSTANT: "a moment, ISO 8601, such as 2025-04-30T09:30:00Z; a local time needs a stated zone",
    Kind.DAY: "a calendar day, such as 2025-04-30",
    Kind.MONEY: "an exact decimal in major units, up to 9 decimals, such as 49.90",
    Kind.NUMBER: "an exact decimal, up to 9 decimals",
    Kind.RATE: "an exact decimal, up to 12 decimals",
    Kind.INTEGER: "a whole number",
    Kind.BOOLEAN: "true or false",
    Kind.JSON: "a JSON value, such as an object",
    Kind.CURRENCY: "a three-letter ISO 4217 code, such as EUR",
}

_SQL_TYPES = {
    Kind.TEXT: "VARCHAR",
    Kind.INSTANT: "TIMESTAMP",
    Kind.DAY: "DATE",
    Kind.MONEY: "DECIMAL(38, 9)",
    Kind.NUMBER: "DECIMAL(38, 9)",
    Kind.RATE: "DECIMAL(38, 12)",
    Kind.INTEGER: "BIGINT",
    Kind.BOOLEAN: "BOOLEAN",
    Kind.JSON: "VARCHAR",
    Kind.CURRENCY: "VARCHAR",
}

_ARROW_TYPES: dict[Kind, pa.DataType] = {
    Kind.TEXT: pa.string(),
    Kind.INSTANT: pa.timestamp("us"),
    Kind.DAY: pa.date32(),
    Kind.MONEY: pa.decimal128(38, 9),
    Kind.NUMBER: pa.decimal128(38, 9),
    Kind.RATE: pa.decimal128(38, 12),
    Kind.INTEGER: pa.int64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.JSON: pa.string(),
    Kind.CURRENCY: pa.string(),
}


@dataclass(frozen=True)
class Column:
    """One column.

    `unit` says what a number counts; a unit in backquotes names the column that holds it.
    `choices` are the only values allowed, where there are any. `references` names the table
    whose first column this one points at. `default` fills an empty value; `default_from`
    fills it from another column of the row (a day from an instant is its UTC day).
    `is_end` marks the exclusive end of a span: a date alone there is read as the mapping's
    `ends` says (R3).
    """

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    unit: str = ""
    choices: tuple[str, ...] = ()
    references: str | None = None
    default: str | None = None
    default_from: str | None = None
    is_end: bool = False


SYSTEM_COLUMNS = (
    Column(
        "source", Kind.TEXT, "Who told us: the name an import or a connection gives itself.", required=True
    ),
    Column(
        "recorded_at",
        Kind.INSTANT,
        "When we came to know the row; one instant per transaction.",
        required=True,
    ),
    Column(
        "deleted", Kind.BOOLEAN, "True where the row says that its key is gone at the source.", required=True
    ),
)


@dataclass(frozen=True)
class Table:
    """One table. Its key is `source` and the columns of `key`, by default the first column.

    `owned` tables are written by Holdfast itself, the others by imports and sources.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    owned: bool = False

    def __post_init__(self) -> None:
        if not self.key:
            object.__setattr__(self, "key", (self.columns[0].name,))

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of the columns, in order, without the system columns."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column called `name`; raises UsageError with the nearest right name."""
        for column in self.columns:
            if column.name == name:
                return column
        raise unknown(f"column of {self.name}", name, self.column_names)


def sql_type(kind: Kind) -> str:
    """The DuckDB type that stores `kind`."""
    return _SQL_TYPES[kind]


def arrow_type(kind: Kind) -> pa.DataType:
    """The Arrow type that holds `kind`."""
    return _ARROW_TYPES[kind]


def arrow_schema(table: Table) -> pa.Schema:
    """The Arrow schema of `table`: every column in order, required ones not nullable."""
    return pa.schema([pa.field(c.name, arrow_type(c.kind), nullable=not c.required) for c in table.columns])
