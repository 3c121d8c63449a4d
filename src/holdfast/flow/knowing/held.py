"""Steps on the way, held as temp tables of one connection and dropped when done."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

from holdfast.warehouse import Warehouse


class Held:
    """Call it with a name and an expression: the rows are made once, and read from then on."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._tables: list[str] = []

    def __call__(self, name: str, rows: Any) -> Any:
        """The rows of an expression as a table, made now."""
        table = f"held_{name}_{len(self._tables)}_{id(self):x}"
        held = self._warehouse.hold(table, rows)
        self._tables.append(table)
        return held

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if problem is None:
            self.drop()

    def drop(self) -> None:
        """Let the tables go."""
        for table in self._tables:
            self._warehouse.con.execute(f'drop table if exists temp."{table}"')
        self._tables.clear()
