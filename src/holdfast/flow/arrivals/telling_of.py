"""Which objects tell of a person: those of whose messages rows are made that are the person's."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter

import ibis

from holdfast.collect.sources import Message, Source, Told
from holdfast.flow.arrivals.declaring import messaging
from holdfast.tables import TABLES
from holdfast.timelines.in_memory import in_memory
from holdfast.warehouse import Warehouse
from holdfast.warehouse.personal import owner_columns

Object = tuple[str, str]
"""A source, and the id of an object there."""


def objects_telling_of(
    warehouse: Warehouse, kind: str, person: str, source: str | None = None
) -> list[Object]:
    """The objects of a user, or of an account and its users, at sources whose rows hang together by object.

    A message need not say whose it is: the rows that it makes do.
    """
    return [
        (name, object_id)
        for name, each in messaging(warehouse).items()
        if each.by_object and source in (None, name)
        for object_id in _theirs(warehouse, each, _ids(warehouse, kind, person, name))
    ]


def _ids(warehouse: Warehouse, kind: str, person: str, source: str) -> set[str]:
    """The id to look for, and those of the account's users."""
    if kind != "account":
        return {person}
    users = warehouse.history("users")
    theirs = users.filter((users.source == source) & (users.account_id == person)).select("user_id")
    return {person, *theirs.distinct().to_pyarrow()["user_id"].to_pylist()}


def _theirs(warehouse: Warehouse, source: Source, ids: set[str]) -> Iterator[str]:
    messages = _mentioning(warehouse, source.name, ids)
    for object_id, said in groupby(messages, key=attrgetter("object_id")):
        if _is_of(source.of_accounts(list(said), []), ids):
            yield object_id


def _mentioning(warehouse: Warehouse, source: str, ids: Iterable[str]) -> Sequence[Message]:
    """All messages about objects in any of whose messages an id stands, by object."""
    rows = warehouse.records("source_messages")
    rows = rows.filter((rows.source == source) & rows.body.notnull()).mutate(body=rows.body.cast("string"))
    written = [{"id": json.dumps(each, ensure_ascii=False)[1:-1]} for each in sorted(ids)]
    sought = in_memory(written, schema={"id": "string"})
    named = rows.join(sought, rows.body.contains(sought.id)).select("object_id").distinct()
    found = rows.semi_join(named, "object_id").order_by(["object_id", ibis.asc("at"), "message_id"])
    names = ("message_id", "object", "object_id", "at", "account_id", "parent_id")
    return [
        Message(**{name: row[name] for name in names}, body=json.loads(row["body"]))
        for row in found.to_pyarrow().to_pylist()
    ]


def _is_of(told: Told, ids: set[str]) -> bool:
    return any(
        row.get(column) in ids
        for table, rows in told.rows.items()
        for column, kind in owner_columns(TABLES[table]).items()
        if kind != "anonymous"
        for row in rows
    )
