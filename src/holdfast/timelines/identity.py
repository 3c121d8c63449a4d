"""Whose record it is: the ids of several sources resolved to one account (R1, `links`).

Without a link, equal ids of two sources are two accounts: those of source `own` keep
their id, the others carry their source before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import ibis

from holdfast.timelines.in_memory import in_memory

OWN = "own"
Name = tuple[str, str]


@dataclass(frozen=True)
class Link:
    """One row of `links`, or an account's `merged_into`: this id of this source is that account."""

    source: str
    id: str
    canonical_id: str


def qualified(source: str, name: str) -> str:
    """The account id under which an unlinked record is seen."""
    return name if source == OWN else f"{source}:{name}"


def aliases(links: Iterable[Link], merges: Iterable[Link]) -> dict[Name, str]:
    """(source, id) -> account id, for the ids that are not simply their own.

    `merges` name an id of the same source as their target, `links` an account id; chains
    are followed to their end, and a circle ends at its least id.
    """
    target = {(link.source, link.id): link.canonical_id for link in links}
    for merge in merges:
        target.setdefault((merge.source, merge.id), qualified(merge.source, merge.canonical_id))
    by_account = {qualified(*name): account for name, account in target.items()}
    found = {name: _end_of(account, by_account) for name, account in target.items()}
    return {name: account for name, account in found.items() if account != qualified(*name)}


def _end_of(account: str, onward: Mapping[str, str]) -> str:
    path = [account]
    while (after := onward.get(path[-1])) is not None:
        if after in path:
            return min(path[path.index(after) :])
        path.append(after)
    return path[-1]


def named(table: Any, column: str) -> Any:
    """The id in `column` under which an unlinked row is seen: equal ids of two sources are two."""
    return ibis.ifelse(table.source == OWN, table[column], table.source + ":" + table[column])


def resolved(table: Any, names: Mapping[Name, str], column: str = "account_id") -> Any:
    """`table` with `column` holding the account as seen, and `source_id` the id as given."""
    if not names:
        return table.mutate(**{"source_id": table[column], column: named(table, column)})
    rows = [
        {"alias_source": s, "alias_id": i, "alias_of": account} for (s, i), account in sorted(names.items())
    ]
    known = in_memory(rows, {"alias_source": "string", "alias_id": "string", "alias_of": "string"})
    joined = table.left_join(known, [table.source == known.alias_source, table[column] == known.alias_id])
    seen = ibis.coalesce(joined.alias_of, named(joined, column))
    return joined.mutate(**{"source_id": joined[column], column: seen}).drop(
        "alias_source", "alias_id", "alias_of"
    )
