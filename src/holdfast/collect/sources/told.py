"""What deliveries told: acts, who visitors turned out to be, traits of users and accounts, and the rest.

A trait is told at an instant. Of two tellings of one trait the later counts, of a trait whose name
begins with FIRST the earlier; so the order in which they arrive says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import msgspec

from holdfast.collect.sources.delivery import Delivery

FIRST = "$first_"
SEEN = f"{FIRST}seen"
"""The trait of an account that says since when it is known of."""

ACCOUNT = "account_id"
"""The trait of a user that names the account, told by a group or identify call."""

ACCOUNT_SEEN = f"{FIRST}account_id"
"""The account that a user first acted at; it is the user's where no call says another."""

EARLIEST = datetime(1990, 1, 1)
AHEAD = timedelta(days=1)
"""How far a moment may lie after its arrival, for clocks that are wrong and do not say so."""

TOLERATED = timedelta(minutes=1)
"""A client's clock is corrected where it is further off than this; less is the way of the network."""

LONGEST = 2_000
"""Characters of an id or a name."""

T = TypeVar("T")

Telling = tuple[str, datetime]
"""The JSON text of a trait and when it was told."""


class Act(msgspec.Struct, gc=False):
    """One row of `events`: what somebody did. There are very many of them."""

    event_id: str
    stamped_on: date
    user_id: str | None
    anonymous_id: str | None
    account_id: str | None
    name: str
    occurred_at: datetime
    received_at: datetime
    origin: str | None
    properties: str | None


@dataclass(frozen=True)
class Unused:
    """A message, or a part of one, that cannot be used: where it stands and what is wrong with it."""

    delivery: Delivery
    place: int
    column: str
    value: str
    problem: str
    wanted: str
    message: str


class Unfit(Exception):
    """Why a message cannot be used."""

    def __init__(self, column: str, value: Any, problem: str, wanted: str) -> None:
        super().__init__(problem)
        self.column, self.value, self.problem, self.wanted = column, value, problem, wanted

    def of(self, delivery: Delivery, place: int, message: bytes) -> Unused:
        """The same as a row for a person."""
        shown = "" if self.value is None else str(self.value)
        text = bytes(message).decode("utf-8", "replace")
        return Unused(delivery, place, self.column, shown[:LONGEST], self.problem, self.wanted, text)


@dataclass
class Told:
    """What any number of deliveries told."""

    events: list[Act] = field(default_factory=list)
    visitors: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    unused: list[Unused] = field(default_factory=list)
    messages: int = 0
    _users: dict[tuple[str, str], Telling] = field(default_factory=dict)
    _accounts: dict[tuple[str, str], Telling] = field(default_factory=dict)
    _seen: dict[str, datetime] = field(default_factory=dict)
    _acted: dict[str, tuple[datetime, str]] = field(default_factory=dict)

    @property
    def user_traits(self) -> dict[tuple[str, str], Telling]:
        """Traits of users, each by the telling that counts."""
        while self._acted:
            user, (at, account) = self._acted.popitem()
            _tell(self._users, user, {ACCOUNT_SEEN: account}, at)
        return self._users

    @property
    def account_traits(self) -> dict[tuple[str, str], Telling]:
        """Traits of accounts, each by the telling that counts."""
        while self._seen:
            account, at = self._seen.popitem()
            _tell(self._accounts, account, {SEEN: at.isoformat()}, at)
        return self._accounts

    def each(
        self,
        delivery: Delivery,
        messages: Sequence[T],
        take: Callable[[int, T], None],
        kind: str,
        text: Callable[[int], bytes],
    ) -> None:
        """Let `take` add what each message of a delivery tells; one that is no `kind` spoils no other.

        `text` gives the JSON of the message in a place, counted from 1.
        """
        self.messages += len(messages)
        for place, message in enumerate(messages, start=1):
            try:
                take(place, message)
            except Unfit as problem:
                self.unused.append(problem.of(delivery, place, text(place)))
            except (msgspec.DecodeError, RecursionError) as problem:
                unfit = Unfit("", None, f"this is no {kind}: {problem}", f"a JSON object that is a {kind}")
                self.unused.append(unfit.of(delivery, place, text(place)))

    def visitor(self, visitor: str, user: str, at: datetime) -> None:
        """A visitor, or an earlier id, is this user; of two users the one told of first."""
        known = self.visitors.get(visitor)
        if visitor != user and (known is None or (at, user) < (known[1], known[0])):
            self.visitors[visitor] = (user, at)

    def user(self, user: str, traits: Mapping[str, Any], at: datetime) -> None:
        """Traits of a user."""
        _tell(self._users, user, traits, at)

    def account(self, account: str, traits: Mapping[str, Any], at: datetime) -> None:
        """Traits of an account, which is known of since then at the latest."""
        _tell(self._accounts, account, traits, at)
        known = self._seen.get(account)
        if known is None or at < known:
            self._seen[account] = at

    def at_account(self, user: str | None, account: str, at: datetime) -> None:
        """Something happened at an account, by a user where one is named.

        Nearly every event says so: the first alone is kept, and made a trait when traits are asked for.
        """
        known = self._seen.get(account)
        if known is None or at < known:
            self._seen[account] = at
        if user is not None:
            acted = self._acted.get(user)
            if acted is None or at < acted[0] or _same_but_less((at, account), acted):
                self._acted[user] = (at, account)

    def resolve(self, users: Mapping[str, str]) -> None:
        """Put users in the place of the visitors and earlier ids that they turned out to be."""
        if not users:
            return
        for event in self.events:
            said = event.user_id or event.anonymous_id
            event.user_id = users.get(said, event.user_id) if said else None
        traits = self.user_traits
        for (user, name), telling in list(traits.items()):
            if (now := users.get(user, user)) != user:
                del traits[user, name]
                _keep(traits, (now, name), telling)


def later(name: str, one: Telling, other: Telling) -> bool:
    """Whether `one` telling of the trait `name` counts and `other` does not."""
    if name.startswith(FIRST):
        return (one[1], one[0]) < (other[1], other[0])
    return (one[1], one[0]) > (other[1], other[0])


def _same_but_less(one: tuple[datetime, str], other: tuple[datetime, str]) -> bool:
    """Whether, told at the same instant, `one` is less in the order of the texts that are kept."""
    return one[0] == other[0] and one[1] != other[1] and _text(one[1]) < _text(other[1])


def _tell(
    told: dict[tuple[str, str], Telling], subject: str, traits: Mapping[str, Any], at: datetime
) -> None:
    for name, value in traits.items():
        _keep(told, (subject, name), (_text(value), at))


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _keep(told: dict[tuple[str, str], Telling], trait: tuple[str, str], telling: Telling) -> None:
    known = told.get(trait)
    if known is None or later(trait[1], telling, known):
        told[trait] = telling
