"""Ids and names as clients write them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from holdfast.collect.sources.told import LONGEST, Unfit

NOBODY = {"", "null", "undefined", "none", "nan", "[object object]", "anonymous", "guest", "0", "-1"}
"""What programs send where they know no id, as PostHog refuses it too; one user would be everybody."""

LONGEST_NOBODY = max(map(len, NOBODY))

NO_PROPERTIES = {b"", b"null", b"{}"}


def identity(value: Any, column: str) -> str | None:
    """An id as text, None where it names nobody; raises Unfit for what is no id."""
    if value is None:
        return None
    text = value.strip() if type(value) is str else _numbered(value, column)
    if len(text) <= LONGEST_NOBODY:
        return None if text.casefold() in NOBODY else text
    if len(text) > LONGEST:
        raise Unfit(column, text, f"{column} is longer than {LONGEST:,} characters", "a shorter id")
    return text


def _numbered(value: Any, column: str) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Unfit(column, value, f"{column} is no text and no whole number", "an id, such as u-1042")
    return str(value)


def named(value: Any, column: str = "event") -> str:
    """The name of an event; raises Unfit where there is none."""
    if not isinstance(value, str) or not value.strip():
        raise Unfit(column, value, f"{column} is missing", "what happened, such as Report Created")
    if len(value) > LONGEST:
        raise Unfit(column, value, f"{column} is longer than {LONGEST:,} characters", "a shorter name")
    return value.strip()


def properties(raw: msgspec.Raw) -> str | None:
    """The JSON text of an event's properties, None for none; raises Unfit where they are no object."""
    text = bytes(raw).strip()
    if len(text) <= 4 and text in NO_PROPERTIES:
        return None
    if text[:1] != b"{":
        raise Unfit("properties", text.decode()[:100], "properties are no JSON object", '{"plan": "pro"}')
    return text.decode()


def is_object(raw: msgspec.Raw) -> bool:
    """Whether a field of a message is a JSON object."""
    return bytes(raw).lstrip().startswith(b"{")


def traits(raw: msgspec.Raw, column: str = "traits") -> dict[str, Any]:
    """Traits by name; raises Unfit where they are no object."""
    if bytes(raw).strip() in {b"", b"null"}:
        return {}
    found = json.loads(bytes(raw))
    if not isinstance(found, Mapping):
        raise Unfit(column, str(found)[:100], f"{column} are no JSON object", '{"email": "a@example.com"}')
    return {name: value for name, value in found.items() if name and not name.startswith("$first_")}
