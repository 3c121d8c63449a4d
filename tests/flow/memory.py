"""What a workspace was told, kept in plain Python: the rows in force, and a board counted from them alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from holdfast.metrics import Asked, Figure, find, measure
from holdfast.tables import TABLES, table
from tests.program import Desk

Row = Mapping[str, Any]
Key = tuple[Any, ...]
TOLD = ("source", "recorded_at", "deleted")


class Memory:
    """Every version of every row, by table, in the order in which it came to be known."""

    def __init__(self) -> None:
        self.versions: dict[str, list[dict[str, Any]]] = {}

    def tell(self, name: str, rows: Iterable[Row], at: datetime, *, source: str, complete: bool) -> None:
        """Remember rows; of a complete telling also which keys are gone."""
        given = {_key(name, row, source): {**row, "source": source} for row in rows}
        known = self._newest(name)
        for key, row in given.items():
            if key not in known or known[key].get("deleted") or _said(known[key]) != _said(row):
                self._add(name, row, at)
        if complete:
            for key, row in known.items():
                if key[0] == source and key not in given and not row.get("deleted"):
                    self._add(name, {**row, "deleted": True}, at)

    def current(self, name: str) -> list[dict[str, Any]]:
        """The rows in force."""
        return [row for row in self._newest(name).values() if not row.get("deleted")]

    def records(self) -> dict[str, list[dict[str, Any]]]:
        """The rows in force of every table told."""
        return {name: self.current(name) for name in self.versions}

    def _newest(self, name: str) -> dict[Key, dict[str, Any]]:
        return {_key(name, row, row["source"]): row for row in self.versions.get(name, [])}

    def _add(self, name: str, row: Row, at: datetime) -> None:
        self.versions.setdefault(name, []).append({"deleted": False, **row, "recorded_at": at})


def _key(name: str, row: Row, source: str) -> Key:
    return (source, *(row.get(column) for column in table(name).key))


def _said(row: Row) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in TOLD and value is not None}


class Recount(Desk):
    """The board of a memory, without a store and without anything kept."""

    def __init__(self, memory: Memory, settings: Mapping[str, Any], rules: Mapping[str, Any]) -> None:
        super().__init__(memory.records(), settings, rules)
        versions = [row for row in memory.versions.get("accounts", []) if not row["deleted"]]
        every = replace(TABLES["accounts"], name="accounts_versions")
        self.records["accounts_versions"] = self._table(every, versions)

    def board(self, names: Iterable[str], grain: str, first: str, last: str, as_of: datetime) -> list[Figure]:
        """Figures of the metrics named over the periods, as of an instant."""
        periods = self.basis.calendar.periods(grain, first, last)
        asked = Asked([find(name) for name in names], periods, (), as_of)
        return measure(asked, self.layout, self.basis.rules)
