"""Early warnings of a workspace: which are open, which fired before, and what followed them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import numpy as np
import pyarrow.compute as pc

from holdfast.errors import UsageError, unknown
from holdfast.flow.answering.figures import Desk, Question, asked_of
from holdfast.flow.judging.risk import HORIZONS
from holdfast.flow.judging.scoring import named_with_mrr, whole_until
from holdfast.insights.warning.card import Card, cards
from holdfast.insights.warning.episodes import Episodes, episodes
from holdfast.insights.warning.kinds import Told, told
from holdfast.insights.warning.rules import CALM, KINDS, Rules
from holdfast.insights.warning.signs import FAR_MICROS
from holdfast.insights.warning.stretches import Ints
from holdfast.segments import Moments, members
from holdfast.timelines.in_memory import in_memory
from holdfast.warehouse import Warehouse

T = TypeVar("T")


@dataclass(frozen=True)
class Sign:
    """A record behind a warning, and from when until when it stands; an amount where it is of one."""

    table: str
    record: str
    start_at: datetime
    before: float | None
    after: float | None


@dataclass(frozen=True)
class Warned:
    """One episode of a warning: open where `closed_at` is None."""

    account_id: str
    kind: str
    opened_at: datetime
    closed_at: datetime | None
    signs: tuple[Sign, ...]

    @property
    def is_calm(self) -> bool:
        """Whether it is worth knowing and no reason to worry."""
        return self.kind in CALM


@dataclass(frozen=True)
class Attention:
    """An account with open warnings, the one that was most often followed by leaving first.

    `share` is how often such a warning was, or how often any day was where too little is known of it; `stake`
    is that share of its MRR.
    """

    account_id: str
    name: str | None
    mrr: Decimal | None
    share: float | None
    warnings: tuple[Warned, ...]

    @property
    def stake(self) -> Decimal:
        """MRR times the share; 0 where neither is known."""
        return (self.mrr or Decimal(0)) * Decimal(str(self.share or 0))


@dataclass(frozen=True)
class Now:
    """The accounts with open warnings at `at`, the most MRR at stake first; `cards` say how the kinds did."""

    at: datetime
    days: int
    accounts: tuple[Attention, ...]
    cards: Mapping[str, Card]


@dataclass(frozen=True)
class Everyone:
    """Every warning that fired up to `at`, of everybody: what single questions are answered from.

    What became of accounts is known up to `settled`.
    """

    at: datetime
    settled: datetime
    told: Told
    found: Episodes

    def cards(self, days: int) -> Mapping[str, Card]:
        """How often leaving followed each kind within so many days, and how long after."""
        return cards(self.found, self.told.customers, days, self.settled)

    def history(self, account_id: str | None = None, kinds: Sequence[str] = ()) -> list[Warned]:
        """Every warning that fired, the newest first; of one account or of all."""
        found = self.found
        chosen = np.isin(found.kind, [KINDS.index(kind) for kind in kinds or KINDS])
        if account_id is not None:
            chosen &= found.stretches.who == _place(found, account_id)
        order = np.argsort(-found.stretches.start, kind="stable")
        return _warned(found, order[chosen[order]])

    def open(self, kinds: Sequence[str]) -> list[Warned]:
        """The warnings of some kinds that are open."""
        of_kind = np.isin(self.found.kind, [KINDS.index(kind) for kind in kinds])
        return _warned(self.found, np.flatnonzero(of_kind & (self.found.stretches.end >= FAR_MICROS)))


class Warnings:
    """The early warnings of one workspace; nothing of them is stored: records and rules tell them anew."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    def rules(self, known_at: datetime | None = None) -> Rules:
        """The rules in force, as set by the setting `warnings`."""
        return asked_of(self._warehouse, Question(known_at=known_at), _rules)

    def everyone(self, *, as_of: datetime | None = None, known_at: datetime | None = None) -> Everyone:
        """Every warning up to `as_of`, for who asks several questions of them."""
        return self._asked(as_of, known_at, (), lambda desk: _everyone(desk, as_of))

    def now(
        self,
        *,
        as_of: datetime | None = None,
        known_at: datetime | None = None,
        segment: str | Sequence[str] = (),
        kinds: Sequence[str] = (),
        days: int = 90,
        everyone: Everyone | None = None,
    ) -> Now:
        """The accounts with warnings open at `as_of` (without it the data end), by the MRR at stake.

        Without `kinds` those that are a reason to worry. What is at stake is judged by what followed such
        warnings within `days`. `everyone` of the same instants spares finding their warnings once more.
        """
        _check(kinds, days)
        wanted = tuple(kinds) or tuple(kind for kind in KINDS if kind not in CALM)

        def answer(desk: Desk) -> Now:
            seen = everyone or _everyone(desk, as_of)
            known = seen.cards(days)
            return Now(seen.at, days, _accounts(desk, seen, seen.open(wanted), known), known)

        return self._asked(as_of, known_at, segment, answer)

    def history(
        self,
        *,
        account_id: str | None = None,
        as_of: datetime | None = None,
        known_at: datetime | None = None,
        kinds: Sequence[str] = (),
    ) -> list[Warned]:
        """Every warning that fired, the newest first; of one account or of all."""
        _check(kinds, HORIZONS[0])
        return self.everyone(as_of=as_of, known_at=known_at).history(account_id, kinds)

    def cards(
        self,
        *,
        days: int = 90,
        as_of: datetime | None = None,
        known_at: datetime | None = None,
    ) -> tuple[datetime, Mapping[str, Card]]:
        """Up to when, and how often leaving followed each kind within so many days, and how long after."""
        _check((), days)
        seen = self.everyone(as_of=as_of, known_at=known_at)
        return seen.at, seen.cards(days)

    def _asked(
        self,
        as_of: datetime | None,
        known_at: datetime | None,
        segment: str | Sequence[str],
        answer: Callable[[Desk], T],
    ) -> T:
        return asked_of(self._warehouse, Question(segment=segment, as_of=as_of, known_at=known_at), answer)


def _everyone(desk: Desk, as_of: datetime | None) -> Everyone:
    whole, rules = whole_until(desk), _rules(desk)
    at = min(as_of, whole) if as_of is not None else whole
    found = told(desk.layout, rules, at, desk.whole_until)
    return Everyone(at, at - timedelta(hours=desk.rules.merge_gap_hours), found, episodes(found, rules))


def _rules(desk: Desk) -> Rules:
    return Rules.of(desk.known.settings["warnings"])


def _check(kinds: Sequence[str], days: int) -> None:
    for kind in kinds:
        if kind not in KINDS:
            raise unknown("kind of warning", kind, KINDS)
    if days not in HORIZONS:
        raise UsageError(f"What follows within {days} days is not told.", hint="30, 60 or 90 days.")


def _place(found: Episodes, account_id: str) -> int:
    place: int = pc.index(found.names, account_id).as_py()
    if place < 0:
        raise unknown("account", account_id, found.names.to_pylist())
    return place


def _warned(found: Episodes, chosen: Ints) -> list[Warned]:
    return [
        Warned(
            row["account_id"],
            row["kind"],
            row["opened_at"],
            row["closed_at"],
            tuple(
                Sign(each["table"], each["record"], each["start_at"], each["before"], each["after"])
                for each in row["signs"]
            ),
        )
        for row in found.rows(chosen)
    ]


def _accounts(
    desk: Desk, seen: Everyone, warned: Sequence[Warned], known: Mapping[str, Card]
) -> tuple[Attention, ...]:
    by_account: dict[str, list[Warned]] = {}
    for each in warned:
        by_account.setdefault(each.account_id, []).append(each)
    found = []
    for row in _told_of(desk, seen.at, list(by_account)):
        mine = sorted(by_account[row["account_id"]], key=lambda one: -(_share(one, known) or 0))
        found.append(
            Attention(row["account_id"], row["name"], row["mrr"], _share(mine[0], known), tuple(mine))
        )
    return tuple(sorted(found, key=lambda each: (-each.stake, -(each.mrr or 0), each.account_id)))


def _share(warned: Warned, known: Mapping[str, Card]) -> float | None:
    card = known.get(warned.kind)
    if card is None:
        return None
    return card.base if card.verdict == "too_little" else card.precision


def _told_of(desk: Desk, at: datetime, accounts: Sequence[str]) -> list[dict[str, Any]]:
    """Name and MRR of accounts in the segments asked for."""
    moments = Moments.at([(at, at)], desk.layout.basis.calendar)
    who = in_memory(
        ({"account_id": each, "bound": at} for each in accounts),
        {"account_id": "string", "bound": "timestamp(6)"},
    )
    for rule in desk.segments.within.values():
        who = who.semi_join(members(rule, moments, desk.layout), ["account_id", "bound"])
    return named_with_mrr(who, moments, desk.layout)
