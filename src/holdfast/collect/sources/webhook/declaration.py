"""What a business says of a webhook: how it is signed, what a message is, and which rows it makes.

It is a TOML file; expressions are JMESPath over one message.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult

from holdfast.collect.recipes import read_values, refuse_unknown
from holdfast.collect.sources.signature import Signature, signature_of
from holdfast.errors import BadInput, UsageError
from holdfast.tables import table as declared

KEYS = ("signature", "message", "rows")
MESSAGE = ("each", "outer", "id", "at", "account", "object")
PARTS = ("columns", "constants", "values")
ROWS = ("table", "when", "money", *PARTS)


@dataclass(frozen=True)
class Expression:
    """A JMESPath expression and where it stands."""

    place: str
    text: str
    compiled: ParsedResult = field(compare=False, repr=False)

    def of(self, body: Any) -> Any:
        """What it finds; raises BadInput where it cannot be asked of this body."""
        try:
            return self.compiled.search(body)
        except (JMESPathError, ValueError, TypeError, ArithmeticError) as problem:
            raise BadInput(f"{self.place} ({self.text}): {first_line(problem)}.") from None


@dataclass(frozen=True)
class Rows:
    """The rows of one table: when a message makes one, and its columns."""

    table: str
    columns: Mapping[str, Expression]
    constants: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    when: Expression | None = None
    minor: bool = False


@dataclass(frozen=True)
class Webhook:
    """One webhook as it was declared."""

    name: str
    signature: Signature
    rows: tuple[Rows, ...]
    each: Expression | None = None
    outer: Mapping[str, Expression] = field(default_factory=dict)
    id: Expression | None = None
    at: Expression | None = None
    account: Expression | None = None
    object: Expression | None = None

    @property
    def tables(self) -> list[str]:
        """The tables that it tells of."""
        return list(dict.fromkeys(rows.table for rows in self.rows))


def webhook(name: str, text: str) -> Webhook:
    """The webhook that a TOML text declares; raises BadInput with the place and what would be right."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(
            f"{name} is not TOML: {error}.", hint="Texts stand in quotes: key = 'value'."
        ) from None
    for key in given:
        refuse_unknown(name, key, KEYS)
    message = _section(name, "message", given.get("message", {}), MESSAGE)
    rows = given.get("rows")
    if not isinstance(rows, list) or not rows:
        raise BadInput(
            f"{name} makes no rows.", hint='[[rows]] and below it table = "notes", then [rows.columns]'
        )
    outer = message.pop("outer", {})
    if not isinstance(outer, dict):
        raise BadInput(f"{name}: message.outer must be a table.", hint='outer = { sent = "meta.sent_at" }')
    return Webhook(
        name=name,
        signature=signature_of(name, given.get("signature")),
        rows=tuple(_rows(f"{name}: rows {place}", each) for place, each in enumerate(rows, start=1)),
        outer={key: _expression(f"{name}: message.outer.{key}", each) for key, each in outer.items()},
        **{key: _expression(f"{name}: message.{key}", each) for key, each in message.items()},
    )


def _rows(place: str, given: Any) -> Rows:
    section = _section(place, "rows", given, ROWS)
    if "table" not in section:
        raise BadInput(f"{place} name no table.", hint='table = "notes"')
    try:
        table = declared(str(section["table"]))
    except UsageError as error:
        raise BadInput(f"{place}: {error.message}", hint=error.hint) from None
    if table.owned:
        raise BadInput(f"{place}: {table.name} is written by Holdfast itself.", hint="holdfast tables")
    parts = {part: _section(place, part, section.get(part, {})) for part in PARTS}
    for part, names in parts.items():
        for column in names:
            refuse_unknown(f"{place}: {part} of {table.name}", column, table.column_names)
    _refuse_missing(place, table.name, {*parts["columns"], *parts["constants"]})
    money = section.get("money", "major")
    if money not in ("major", "minor"):
        raise BadInput(f"{place}: money cannot be {money!r}.", hint="major (12.50) or minor (1250)")
    return Rows(
        table=table.name,
        columns={ours: _expression(f"{place}: {ours}", each) for ours, each in parts["columns"].items()},
        constants=parts["constants"],
        values={ours: read_values(f"{place}: values.{ours}", each) for ours, each in parts["values"].items()},
        when=_expression(f"{place}: when", section["when"]) if "when" in section else None,
        minor=money == "minor",
    )


def _refuse_missing(place: str, name: str, given: set[str]) -> None:
    """Refuse rows that could never be whole."""
    for column in declared(name).columns:
        said = column.name in given or column.default is not None or column.default_from in given
        if column.required and not said:
            raise BadInput(
                f"{place}: {column.name} of {name} is required and nothing gives it.",
                hint=f'[rows.columns] {column.name} = "..."',
            )


def _section(place: str, key: str, given: Any, known: tuple[str, ...] = ()) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise BadInput(f"{place}: {key} must be a table.", hint=f"[{key}] and lines below it.")
    for word in given if known else ():
        refuse_unknown(f"{place}: {key}", word, known)
    return dict(given)


def _expression(place: str, text: Any) -> Expression:
    if not isinstance(text, str) or not text.strip():
        raise BadInput(f"{place} must be a JMESPath expression.", hint='Such as "customer.id".')
    try:
        return Expression(place, text, jmespath.compile(text))
    except JMESPathError as problem:
        raise BadInput(f"{place} is no JMESPath: {first_line(problem)}.", hint="jmespath.org") from None


def first_line(problem: Exception) -> str:
    """What a library says, on one line and without its full stop."""
    return str(problem).strip().split("\n")[0].rstrip(".:")


def as_text(value: Any) -> str | None:
    """An id as text; None where nothing was found, or what is no id."""
    if value is None or value == "" or isinstance(value, bool | dict | list):
        return None
    return str(value)


def canonical(body: Any) -> str:
    """The text that is the same for the same JSON."""
    return json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
