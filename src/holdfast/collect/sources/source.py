"""What every source speaks in: the messages it gives, and the rows they become."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Body = Mapping[str, Any]
"""A JSON object as a service wrote it."""


@dataclass(frozen=True)
class Message:
    """One thing that a service said of one of its objects.

    `at` is the time that the service itself gives it, naive UTC; state is settled by it, never by
    the time of arrival. `account_id` says whose the object is, where the object says so, and
    `parent_id` the object that knows it, where not. Objects that belong to nobody (prices) have
    neither.
    """

    message_id: str
    object: str
    object_id: str
    at: datetime
    account_id: str | None
    parent_id: str | None
    body: Body


@dataclass(frozen=True)
class Unused:
    """An object of which something could not be used: what, why, and what would be right.

    Where it is `left_out` nothing is wrong with it: our tables have no place for such a thing.
    """

    object: str
    object_id: str
    table: str
    problem: str
    wanted: str = ""
    left_out: bool = False


@dataclass(frozen=True)
class Told:
    """Rows by table, and what could not be used.

    `parts` says for which keys of which column the rows are all there are: of a table with that
    column, other rows of these keys are no longer true.
    """

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    unused: list[Unused] = field(default_factory=list)
    parts: dict[str, set[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """What was read of a service at once: messages, and the cursors that say that they were read.

    `what` names what is being read, `begun` is the service's own time before the reading began.
    """

    what: str
    messages: list[Message]
    cursors: dict[str, Any]
    begun: datetime


@dataclass(frozen=True)
class Source:
    """One service that tells of customers: its drawers, by the names they have in each folder.

    `shared` are the kinds of objects that belong to no account. `of_accounts` makes the rows of
    whole accounts from all messages about them and the shared ones; `of_shared` those of the
    shared objects. `parted` names the column by which the rows of each table hang together. `pull`
    reads, with a key and from an address (None: the service's own), what the cursors do not say
    was read; it is None where a service cannot be asked. With `by_object`, rows hang together by
    object and not by account: `of_accounts` is then given all messages about some objects. Where it names
    no `parts` of a table, rows that were made once stay until the source is settled whole.
    """

    name: str
    shared: frozenset[str]
    parted: Mapping[str, str]
    authentic: Callable[[bytes, Mapping[str, str], Collection[str], datetime], bool]
    messages: Callable[[bytes, Mapping[str, str]], list[Message]]
    of_accounts: Callable[[Sequence[Message], Iterable[Message]], Told]
    of_shared: Callable[[Iterable[Message]], Told]
    pull: Callable[[str, str | None, Mapping[str, Any]], Iterator[Page]] | None = None
    by_object: bool = False


def instant(seconds: Any) -> datetime:
    """A naive UTC instant from seconds since 1970."""
    return datetime.fromtimestamp(int(seconds), UTC).replace(tzinfo=None)


def moment(seconds: Any) -> datetime | None:
    """The same, None from None."""
    return None if seconds is None else instant(seconds)
