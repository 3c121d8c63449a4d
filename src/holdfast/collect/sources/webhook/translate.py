"""From the messages of a declared webhook to rows: of each key the one that was told last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from holdfast.collect.recipes import plain_text
from holdfast.collect.sources.source import Message, Told, Unused
from holdfast.collect.sources.told import Unfit
from holdfast.collect.sources.typed import typed_row
from holdfast.collect.sources.webhook.declaration import Rows, Webhook
from holdfast.errors import BadInput
from holdfast.tables import table as declared

Key = tuple[Any, ...]


def of_objects(hook: Webhook, messages: Sequence[Message], _shared: Iterable[Message] = ()) -> Told:
    """The rows that all messages about some objects make, and what does not fit.

    Of two rows with one key the one of the later message counts; of messages at one time the
    one with the greater id, so that order of arrival says nothing.
    """
    told = Told({table: [] for table in hook.tables})
    newest: dict[str, dict[Key, dict[str, Any]]] = {table: {} for table in hook.tables}
    faults: dict[tuple[str, str], Unused] = {}
    for message in sorted(messages, key=lambda each: (each.at, each.message_id)):
        for rows in hook.rows:
            place = (message.object_id, rows.table)
            try:
                row = row_of(rows, message.body["told"])
            except Unfit as unfit:
                faults[place] = _unused(message, rows, unfit)
            except BadInput as problem:
                faults[place] = Unused(message.object, message.object_id, rows.table, problem.message)
            else:
                if row is not None:
                    faults.pop(place, None)
                    newest[rows.table][tuple(row[name] for name in declared(rows.table).key)] = row
    for table, found in newest.items():
        told.rows[table].extend(found.values())
    told.unused.extend(faults.values())
    return told


def row_of(rows: Rows, body: Any) -> dict[str, Any] | None:
    """The row that one message makes; None where it makes none. Raises Unfit, or BadInput."""
    if rows.when is not None and rows.when.of(body) in (None, False, "", [], {}):
        return None
    values: dict[str, Any] = dict(rows.constants)
    for column, expression in rows.columns.items():
        found = expression.of(body)
        theirs = {their.casefold(): ours for their, ours in rows.values.get(column, {}).items()}
        known = plain_text(found).casefold() if isinstance(found, str | int | float | bool) else None
        values[column] = theirs.get(known, found) if known is not None else found
    return typed_row(declared(rows.table), values, minor=rows.minor)


def _unused(message: Message, rows: Rows, unfit: Unfit) -> Unused:
    shown = "" if unfit.value is None else f": {str(unfit.value)[:80]}"
    return Unused(message.object, message.object_id, rows.table, f"{unfit.problem}{shown}", unfit.wanted)
