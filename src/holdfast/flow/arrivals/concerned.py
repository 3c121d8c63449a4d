"""Whom new messages concern, and all that was ever said of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from holdfast.collect.sources import Message, Source
from holdfast.warehouse import Warehouse

TOGETHER = 1_000
"""So many accounts are settled at once, which bounds the memory that it takes."""

KEPT, FRESH, TOUCHED, ASKED, KINDS = (
    f"concerned_{name}" for name in ("kept", "fresh", "touched", "asked", "kinds")
)
COLUMNS = 'message_id, object, object_id, "at", account_id, parent_id, body'

OF_OBJECTS = f"""
create or replace temp table {TOUCHED} as
select object_id as account_id from {FRESH}
union
select k.object_id from {KEPT} k semi join {FRESH} f on k.parent_id = f.object_id
"""
NOT_BLANKED = f"""
delete from {TOUCHED} where account_id in (select object_id from {KEPT} where body is null)
"""
OBJECTS = f"""
select {COLUMNS} from {KEPT} where body is not null and (object_id in (select account_id from {ASKED})
  or object_id in (select parent_id from {KEPT} where object_id in (select account_id from {ASKED})))
"""
OF_ACCOUNTS = f"""
create or replace temp table {TOUCHED} as
with owned as (
  select account_id from {FRESH} where account_id is not null
  union
  select m.account_id from {KEPT} m join {FRESH} f on m.object_id = f.parent_id and f.account_id is null
  where m.account_id is not null)
select account_id from owned
union
-- What a new price or coupon is needed for may have come before it.
select m.account_id from {KEPT} m anti join owned using (account_id)
join {FRESH} f on m.account_id is not null and contains(m.body, f.object_id)
semi join {KINDS} k on k.object = f.object
"""
NOT_ERASED = f"""
delete from {TOUCHED} where account_id in
  (select account_id from {KEPT} where body is null and account_id is not null)
"""
FAMILY = f"""
select {COLUMNS} from {KEPT} semi join {ASKED} using (account_id)
union all
select {COLUMNS} from {KEPT} where account_id is null and parent_id in
  (select object_id from {KEPT} semi join {ASKED} using (account_id))
"""
STRAYS = f"""
select {COLUMNS} from {KEPT} where message_id in (select message_id from {FRESH})
  and account_id is null and object not in (from {KINDS})
  and coalesce(parent_id not in (select object_id from {KEPT} where account_id is not null), true)
"""


class Concerned:
    """What messages of a source kept after `since` are about; call within a write."""

    def __init__(self, warehouse: Warehouse, source: Source, since: datetime | None) -> None:
        self._warehouse, self._source, self._since = warehouse, source, since

    def __enter__(self) -> Self:
        con = self._warehouse.con
        rows = self._warehouse.records("source_messages")
        mine = self._warehouse.ibis.compile(rows.filter(rows.source == self._source.name))
        fresh = f"recorded_at > timestamp '{self._since}'" if self._since else "true"
        con.execute(f"create or replace temp view {KEPT} as {mine}")
        kinds = f"create or replace temp table {KINDS} as select unnest(?::varchar[]) as object"
        con.execute(kinds, [sorted(self._source.shared)])
        con.execute(
            f"create or replace temp table {FRESH} as"
            f" select message_id, object, object_id, account_id, parent_id from {KEPT} where {fresh}"
        )
        con.execute(OF_OBJECTS if self._source.by_object else OF_ACCOUNTS)
        con.execute(NOT_BLANKED if self._source.by_object else NOT_ERASED)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if problem is None:
            self._warehouse.con.execute(f"drop view {KEPT}")
            for name in (FRESH, TOUCHED, KINDS):
                self._warehouse.con.execute(f"drop table {name}")

    @property
    def nothing(self) -> bool:
        """Whether nothing new was said."""
        return not self._rows(f"select 1 from {FRESH} limit 1")

    @property
    def any_shared(self) -> bool:
        """Whether something new was said of objects that belong to nobody."""
        return bool(self._rows(f"select 1 from {FRESH} semi join {KINDS} using (object) limit 1"))

    def shared(self) -> list[Message]:
        """All messages about objects that belong to nobody."""
        return self._messages(f"select {COLUMNS} from {KEPT} semi join {KINDS} using (object)")

    def accounts(self) -> list[str]:
        """The accounts that something new was said of, or that need what was; or the objects."""
        return [row[0] for row in self._rows(f"select account_id from {TOUCHED} order by 1")]

    def family(self, accounts: Sequence[str]) -> list[Message]:
        """All messages about some accounts and what is theirs, or about some objects."""
        con = self._warehouse.con
        con.execute(
            f"create or replace temp table {ASKED} as select unnest(?::varchar[]) as account_id", [accounts]
        )
        found = self._messages(OBJECTS if self._source.by_object else FAMILY)
        con.execute(f"drop table {ASKED}")
        return found

    def strays(self) -> list[Message]:
        """New messages about what is nobody's, as far as is known; an object by itself needs nobody."""
        return [] if self._source.by_object else self._messages(STRAYS)

    def _messages(self, query: str) -> list[Message]:
        return [
            Message(message_id, kind, object_id, at, account_id, parent_id, json.loads(body))
            for message_id, kind, object_id, at, account_id, parent_id, body in self._rows(query)
        ]

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        return self._warehouse.con.execute(query).fetchall()
