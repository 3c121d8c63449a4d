"""Rows of accounts and users from what calls told of them, laid over the row that is known."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from holdfast.collect.sources.moments import moment
from holdfast.collect.sources.told import ACCOUNT, ACCOUNT_SEEN, FIRST, SEEN, Telling, Unfit
from holdfast.tables import Kind, Table
from holdfast.tables import table as declared

Row = Mapping[str, Any]
Traits = Mapping[str, Telling]

NOT_TOLD = {"valid_from", "attributes", "consent", "merged_into", "referred_by", "person_key"}
"""Columns that no trait fills: what they mean is decided elsewhere."""

OTHER_NAMES = {
    "users": {"title": "role", "time_zone": "timezone", "language": "locale"},
    "accounts": {"employee_count": "employees", "plan_owner": "owner", "locale": "language"},
}
"""What clients call a column, where it is not our name for it."""


def account_row(account: str, changed: Traits, known: Row | None) -> dict[str, Any]:
    """The row of an account: what was told now, over what is known of it."""
    values = _told(changed)
    seen = moment(values.pop(SEEN, None))
    address = values.get("address")
    if "country" not in values and isinstance(address, dict) and address.get("country"):
        values["country"] = address["country"]
    row = _laid_over("accounts", values, known or {})
    row["created_at"] = row.get("created_at") or seen or min(at for _, at in changed.values())
    return row | {"account_id": account}


def user_row(user: str, changed: Traits, known: Row | None) -> dict[str, Any] | None:
    """The row of a user: what was told now, over what is known; None while no account is known."""
    values = _told(changed)
    told, seen = values.pop(ACCOUNT, None), values.pop(ACCOUNT_SEEN, None)
    account = told or (known or {}).get("account_id") or seen
    if account is None:
        return None
    if "name" not in values:
        parts = [values.get(part) for part in ("firstName", "lastName")]
        whole = " ".join(part for part in parts if isinstance(part, str) and part)
        values |= {"name": whole} if whole else {}
    return _laid_over("users", values, known or {}) | {"user_id": user, "account_id": account}


def _told(traits: Traits) -> dict[str, Any]:
    """The values of traits; null tells nothing."""
    found = {name: json.loads(text) for name, (text, _) in traits.items()}
    return {name: value for name, value in found.items() if value is not None}


def _laid_over(name: str, values: Row, known: Row) -> dict[str, Any]:
    """A row of a table: each value in its column where there is one that it fits, else in `attributes`."""
    table = declared(name)
    row = {column: known.get(column) for column in table.column_names}
    others = json.loads(known.get("attributes") or "{}")
    for told, value in values.items():
        if told.startswith(FIRST):
            continue
        column = _column(table, told)
        fits, read = _read(table, column, value) if column else (False, None)
        if column and fits:
            row[column] = read
        else:
            others[told] = value
    row["attributes"] = json.dumps(others, ensure_ascii=False, sort_keys=True) if others else None
    return row


def _column(table: Table, told: str) -> str | None:
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", told).replace(" ", "_").replace("-", "_").lower()
    name = OTHER_NAMES[table.name].get(snake, snake)
    own = {*NOT_TOLD, *table.key, ACCOUNT}
    return name if name in table.column_names and name not in own else None


def _read(table: Table, column: str, value: Any) -> tuple[bool, Any]:
    """Whether a value fits a column, and the value as the column holds it."""
    try:
        return READERS[table.column(column).kind](value)
    except Unfit:
        return False, None


def _text(value: Any) -> tuple[bool, Any]:
    return isinstance(value, str), value


def _whole(value: Any) -> tuple[bool, Any]:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63, value


def _flag(value: Any) -> tuple[bool, Any]:
    return isinstance(value, bool), value


def _instant(value: Any) -> tuple[bool, datetime | None]:
    read = moment(value)
    return read is not None, read


READERS: dict[Kind, Callable[[Any], tuple[bool, Any]]] = {
    Kind.TEXT: _text,
    Kind.INTEGER: _whole,
    Kind.BOOLEAN: _flag,
    Kind.INSTANT: _instant,
}
