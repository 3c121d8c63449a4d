"""Names that no record has: refused where they are declared, with the nearest that one has."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from holdfast.errors import Sentence, UsageError, nearest
from holdfast.warehouse import Warehouse

SHOWN = 12


def refuse_unseen(kind: str, names: Sequence[str], seen: Collection[str], lacking: str = "none yet") -> None:
    """Raise UsageError for names that are not among those seen; `lacking` says what to do where none are."""
    unseen = [name for name in names if name not in seen]
    if unseen:
        near = [repr(found) for name in unseen if (found := nearest(name, seen))]
        some = ", ".join(sorted(seen)[:SHOWN]) or Sentence(lacking)
        hint = Sentence("{kinds} seen: {names}.", kinds=Sentence(f"{kind.capitalize()}s"), names=some)
        if near:
            hint = Sentence("Did you mean {near}? {seen}", near=", ".join(near), seen=hint)
        names = ", ".join(unseen)
        raise UsageError(
            Sentence("No {kind} is called {names}.", kind=Sentence(kind), names=names), hint=hint
        )


def refuse_unseen_events(
    warehouse: Warehouse, names: Sequence[str], known_at: datetime | None = None
) -> None:
    """The same of events, as known now or at an instant."""
    if names:
        seen = values_of(warehouse.records("events", known_at), "name")
        refuse_unseen("event", names, seen, "none yet: import events first")


def values_of(rows: Any, column: str) -> set[str]:
    """The values of a column, each once."""
    found = rows.filter(rows[column].notnull()).select(value=rows[column]).distinct().to_pyarrow()
    return set(found["value"].to_pylist())
