"""One write in progress: all that is done through it is stored together, or nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import duckdb
import ibis
import ibis.expr.types as ir

from holdfast.tables import table as declared
from holdfast.warehouse import derived
from holdfast.warehouse.batch import Appended, Batch
from holdfast.warehouse.known import Journals


class Writing:
    """What can be done while the write lock is held; `recorded_at` is later than any stored."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        backend: Callable[[], ibis.BaseBackend],
        journals: Journals,
        recorded_at: datetime,
        key: str | None,
    ) -> None:
        self.con = con
        self.recorded_at = recorded_at
        self._backend = backend
        self._journals = journals
        self._key = key
        self._marks: dict[str, tuple[str, datetime]] = {}

    def append(
        self,
        table: str,
        relation: str,
        *,
        source: str,
        complete: bool = False,
        among: tuple[str, str] | None = None,
        once: bool = False,
        unknown: bool = False,
    ) -> Appended:
        """Append the rows of a DuckDB temp table or view that say something new.

        `relation` has the table's columns with their types (optional ones may be missing) and
        `row_number`. Of rows with one key the last counts; a row equal to the one in force is
        not written again. `complete` buries the keys of this source that are absent; with
        `among`, a column and a relation that has it, only those whose value stands there. With
        `once` a key that is stored already stays as it is: its row here is a repeat, told as
        unchanged. Of `unknown` rows the caller has seen in this write that no key is stored:
        they are compared with nothing.
        """
        batch = Batch(self.con, declared(table), relation, source, self.recorded_at, self._key, among, once)
        try:
            return batch.append(None if unknown else self._journals.now(), complete)
        finally:
            self._journals.moved()

    def replace_derived(
        self,
        name: str,
        expr: ir.Table,
        parts: ir.Table | None,
        fingerprint: str,
        *,
        order: Sequence[str] = (),
    ) -> None:
        """Replace a derived table by `expr`, whole or only in the given parts.

        The columns of `parts` (an account_id, a day) say which rows go: those with the values
        of one of its rows; `expr` then holds the new rows of these parts and no others. With
        None the table is made anew, with the columns of `expr`; `expr` must not read the table
        itself then. `order` are the columns that its files are sorted by.
        """
        derived.replace(self.con, self._backend(), name, expr, parts, order)
        self.mark_derived(name, fingerprint=fingerprint)

    def mark_derived(self, *names: str, fingerprint: str) -> None:
        """Say that derived tables stand for all that is known by now."""
        consumed = self._journals.now().known_at or derived.NOTHING_YET
        self._marks.update(dict.fromkeys(names, (fingerprint, consumed)))

    def finish(self) -> None:
        """Write down what was said of derived tables; the store does so before it commits."""
        derived.mark(self.con, self._marks)
        self._marks.clear()

    def tell(self, since: Mapping[str, datetime]) -> None:
        """Write down, by what it is about, the first instant that what came to be known speaks of."""
        derived.tell(self.con, self._journals.now().known_at or derived.NOTHING_YET, since)
