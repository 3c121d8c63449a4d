"""The mapping: what a file calls things, in a small TOML file beside it."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from holdfast.collect.recipes import (
    Condition,
    Recipe,
    plain_text,
    read_condition,
    read_recipe,
    read_values,
    refuse_unknown,
)
from holdfast.errors import BadInput, Sentence, UsageError, nearest
from holdfast.tables import TABLES
from holdfast.tables import table as table_called

OWN_SOURCE = "own"
LINE = "(line)"
REJECT_COLUMNS = ("reject_id", "reject_file", "reject_row", "reject_problem", "reject_wanted")

KEYS = {
    "source": "who tells us; ids of two sources are two things",
    "table": "the table that the rows go to",
    "files": "names of the files in a folder that this mapping is for, * allowed",
    "columns": "ours = theirs, or a recipe",
    "constants": "ours = the same value in each row",
    "values": "for a column of ours: their value = ours",
    "ignore": "columns of theirs that are left out; ['*'] leaves out all that nobody knows",
    "empty": "values that mean empty, such as NULL or 9999-12-31",
    "where": "only the rows for which this holds",
    "dates": "date formats of the file, as strptime writes them, or unix, unix_ms, unix_us",
    "zone": "the IANA zone of local times",
    "ends": "an end given as a date alone: inclusive (that day still in) or exclusive",
    "decimal": "the decimal sign, '.' or ','",
    "thousands": "the sign between thousands, where there is one",
    "money": "major (12.50) or minor units (1250)",
    "delimiter": "what stands between the fields of a CSV file",
    "quote": "what stands around a field that holds a delimiter",
    "escape": "what stands before a quote inside a quoted field",
    "encoding": "the encoding of a text file",
    "sheet": "the sheet of a workbook",
}
_CHOICES = {
    "ends": ("inclusive", "exclusive"),
    "money": ("major", "minor"),
    "decimal": (".", ","),
}
_TEXTS = ("source", "table", "zone", "thousands", "delimiter", "quote", "escape", "encoding", "sheet")
_LISTS = ("files", "ignore", "empty", "dates")


@dataclass(frozen=True)
class Mapping:
    """What one file says for one table, every field with a default that fits our own headers.

    `spared` are columns that other parts of the same mapping file read, so that they need
    no `ignore` here; `replayed` and `beside` are set where the rows come back mended.
    """

    source: str = OWN_SOURCE
    table: str | None = None
    files: tuple[str, ...] = ()
    columns: dict[str, Recipe] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()
    dates: tuple[str, ...] = ()
    zone: str | None = None
    ends: str | None = None
    decimal: str = "."
    thousands: str | None = None
    money: str = "major"
    delimiter: str | None = None
    quote: str = '"'
    escape: str = '"'
    encoding: str | None = None
    sheet: str | None = None
    spared: tuple[str, ...] = ()
    replayed: bool = False
    beside: Path | None = None
    name: str = "mapping"
    given: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def from_toml(cls, text: str, name: str = "mapping") -> Mapping:
        """The one mapping in `text`; raises BadInput naming the key and the nearest right one."""
        found = cls.all_from_toml(text, name)
        if len(found) != 1:
            raise BadInput(
                f"{name} holds {len(found)} tables, where one is wanted.", hint="Import the folder."
            )
        return found[0]

    @classmethod
    def all_from_toml(cls, text: str, name: str = "mapping") -> tuple[Mapping, ...]:
        """Every mapping in `text`: one, or one for each `[[table]]` section.

        What stands above the sections holds for each of them.
        """
        try:
            given = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise BadInput(
                Sentence("{file} is not TOML: {error}.", file=name, error=error),
                hint=Sentence("Texts stand in quotes: {line}.", line="key = 'value'"),
            ) from None
        sections = given.pop("table", None)
        if not isinstance(sections, list):
            return (cls.from_dict(given | ({} if sections is None else {"table": sections}), name),)
        mappings = [cls.from_dict(_joined(given, _section(s, name)), name) for s in sections]
        understood = {column for mapping in mappings for column in mapping.understood}
        return tuple(replace(m, spared=tuple(sorted(understood - set(m.reads)))) for m in mappings)

    @classmethod
    def from_dict(cls, given: dict[str, Any], name: str = "mapping") -> Mapping:
        """The mapping as TOML or JSON would give it."""
        for key in given:
            refuse_unknown(name, key, KEYS)
        fields: dict[str, Any] = {}
        fields |= {key: _text(name, key, given[key]) for key in _TEXTS if key in given}
        fields |= {key: _list(name, key, given[key]) for key in _LISTS if key in given}
        fields |= {key: _choice(name, key, given[key]) for key in _CHOICES if key in given}
        fields["columns"] = _columns(name, given)
        fields["values"] = {
            ours: read_values(f"{name}: values.{ours}", value)
            for ours, value in _table(name, "values", given).items()
        }
        fields["where"] = _where(name, given.get("where", []))
        mapping = cls(**fields, name=name, given=given)
        mapping._accept()
        return mapping

    def to_json(self) -> str:
        """The mapping as JSON, from which `from_json` makes it again."""
        return json.dumps(self.given | {"spared": list(self.spared)}, default=str, sort_keys=True)

    @classmethod
    def from_json(cls, text: str, name: str = "mapping") -> Mapping:
        """The mapping that `to_json` wrote."""
        given = json.loads(text)
        spared = tuple(given.pop("spared", ()))
        return replace(cls.from_dict(given, name), spared=spared)

    def for_replay(self, beside: Path) -> Mapping:
        """The same mapping for rows that come back mended, as the CSV that lists rejects.

        It has the original headers, with commas and in UTF-8, beside what was wrong. Files
        that the mapping looks things up in are looked for in the folder `beside`.
        """
        return replace(
            self,
            delimiter=",",
            quote='"',
            escape='"',
            encoding="utf-8",
            sheet=None,
            ignore=(*self.ignore, *REJECT_COLUMNS, LINE),
            beside=beside,
            replayed=True,
        )

    @property
    def reads(self) -> tuple[str, ...]:
        """Their columns that the mapping reads or leaves out by name."""
        found = [column for recipe in self.columns.values() for column in recipe.reads]
        return (*found, *(condition.column for condition in self.where), *self.ignore)

    @property
    def understood(self) -> tuple[str, ...]:
        """What it reads, and the columns of its table by our own names."""
        table = TABLES.get(self.table or "")
        return self.reads if table is None else (*self.reads, *table.column_names)

    @property
    def numbered(self) -> bool:
        """Whether a recipe needs the number of the row."""
        return any(recipe.numbered for recipe in self.columns.values())

    def _accept(self) -> None:
        if self.zone is not None and self.zone not in available_timezones():
            near = nearest(self.zone, available_timezones())
            raise BadInput(
                f"{self.name}: zone {self.zone!r} is not a time zone.",
                hint=f"Did you mean {near!r}?" if near else "Such as zone = 'Europe/Berlin'.",
            )
        for key, value in (("delimiter", self.delimiter), ("thousands", self.thousands)):
            if value is not None and len(value) != 1:
                raise BadInput(f"{self.name}: {key} must be one character.", hint=f"{key} = ';'")
        if self.thousands == self.decimal:
            raise BadInput(
                f"{self.name}: thousands and decimal are both {self.decimal!r}.", hint="decimal = ','"
            )
        if self.table is not None:
            self._accept_columns(self.table)

    def _accept_columns(self, name: str) -> None:
        try:
            known = table_called(name).column_names
        except UsageError as error:
            raise BadInput(f"{self.name}: {error.message}", hint=error.hint) from None
        for place, ours in [("columns", o) for o in self.columns] + [("values", o) for o in self.values]:
            refuse_unknown(f"{self.name}: {place} of {name}", ours, known)


def table_names() -> tuple[str, ...]:
    """The tables that files may feed."""
    return tuple(TABLES)


def _section(given: Any, name: str) -> dict[str, Any]:
    if not isinstance(given, dict) or "name" not in given:
        raise BadInput(f"{name}: each [[table]] must say its name.", hint='[[table]] then name = "tickets"')
    return {("table" if key == "name" else key): value for key, value in given.items()}


def _joined(top: dict[str, Any], section: dict[str, Any]) -> dict[str, Any]:
    both = {key: top[key] | section[key] for key in ("constants", "values") if key in top and key in section}
    return top | section | both


def _columns(name: str, given: dict[str, Any]) -> dict[str, Recipe]:
    made = {
        ours: read_recipe(f"{name}: columns.{ours}", value)
        for ours, value in _table(name, "columns", given).items()
    }
    for ours, value in _table(name, "constants", given).items():
        made[ours] = read_recipe(f"{name}: constants.{ours}", {"constant": value})
    return made


def _where(name: str, given: Any) -> tuple[Condition, ...]:
    several = given if isinstance(given, list) else [given]
    return tuple(read_condition(f"{name}: where", one) for one in several)


def _table(name: str, key: str, given: dict[str, Any]) -> dict[str, Any]:
    value = given.get(key, {})
    if not isinstance(value, dict):
        raise BadInput(f"{name}: {key} must be a table: {KEYS[key]}.", hint=f"[{key}] and lines below it.")
    return value


def _text(name: str, key: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise BadInput(f"{name}: {key} must be a text: {KEYS[key]}.", hint=f"{key} = '...'")
    return value


def _list(name: str, key: str, value: Any) -> tuple[str, ...]:
    several = value if isinstance(value, list) else [value]
    if any(isinstance(one, (dict, list)) for one in several):
        raise BadInput(f"{name}: {key} must be a list of texts: {KEYS[key]}.", hint=f"{key} = ['...']")
    return tuple(plain_text(one) for one in several)


def _choice(name: str, key: str, value: Any) -> str:
    if value in _CHOICES[key]:
        return str(value)
    near = nearest(str(value), _CHOICES[key])
    hint = f"Did you mean {near!r}?" if near else f"One of: {', '.join(_CHOICES[key])}."
    raise BadInput(f"{name}: {key} cannot be {value!r}: {KEYS[key]}.", hint=hint)
