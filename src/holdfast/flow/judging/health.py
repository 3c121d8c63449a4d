"""Health as a person handles it: scores, what moved them, weights, overrides, the history that is kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import ibis

from holdfast.errors import UsageError
from holdfast.flow.answering.figures import Desk, Question, asked_of
from holdfast.flow.judging.of_accounts import write_of_accounts
from holdfast.flow.judging.scoring import (
    OVERRIDES,
    Health,
    Override,
    health_of,
    healths,
    profiles_of,
    whole_until,
)
from holdfast.flow.knowing.owned import write_rows
from holdfast.flow.knowing.profiles import PROFILES
from holdfast.flow.knowing.segmenting import NAME, resolve
from holdfast.insights.health.moved import Ground, Moved, moved
from holdfast.metrics.health.weights import DEFAULT, ONBOARDING, Profile, weights_of
from holdfast.warehouse import Warehouse

HISTORY = "health_scores"
WEEKS_BACK = 53
"""How many weeks back the history begins when it is kept for the first time."""


@dataclass(frozen=True)
class Movement:
    """One account's health at two instants, and the records that moved the counted score, which sum to it."""

    before: Health
    after: Health
    rows: tuple[Moved, ...]

    @property
    def change(self) -> Fraction:
        """The change of the counted score; what is not known counts 0."""
        return (self.after.counted.value or Fraction(0)) - (self.before.counted.value or Fraction(0))


class KeptHealth:
    """The health of the accounts of one workspace."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    def scores(
        self,
        *,
        at: datetime | None = None,
        segment: str | Sequence[str] = (),
        known_at: datetime | None = None,
    ) -> list[Health]:
        """Everyone's health just before `at` (without it the data end), the least first, the unknown last."""
        question = Question(segment=segment, known_at=known_at)
        return asked_of(self._warehouse, question, lambda desk: healths(self._warehouse, desk, at))

    def moved(
        self,
        account_id: str,
        since: datetime,
        until: datetime | None = None,
        *,
        known_at: datetime | None = None,
    ) -> Movement:
        """What moved an account's score from just before `since` to just before `until`, record by record."""

        def answer(desk: Desk) -> Movement:
            before, after = health_of(self._warehouse, desk, account_id, since, until)
            rows = moved(*((health.counted, grounds) for health, grounds in (before, after)))
            return Movement(before[0], after[0], tuple(rows))

        return asked_of(self._warehouse, Question(known_at=known_at), answer)

    def explain(
        self, account_id: str, *, at: datetime | None = None, known_at: datetime | None = None
    ) -> tuple[Health, list[Ground]]:
        """An account's health with the records behind each of its parts."""
        return asked_of(
            self._warehouse,
            Question(known_at=known_at),
            lambda desk: health_of(self._warehouse, desk, account_id, at)[0],
        )

    def profiles(self, known_at: datetime | None = None) -> list[Profile]:
        """The profiles of weights in the order in which they are tried; the last fits every account."""
        return profiles_of(self._warehouse, known_at)

    def set_weights(
        self,
        name: str,
        weights: Mapping[str, object],
        *,
        rule: str | None = None,
        place: int | None = None,
        by: str | None = None,
    ) -> Profile:
        """Set the weights of a profile; a new one names the segment or rule of its accounts.

        The onboarding profile comes first and the default one last, the others by `place`. The same name
        again is a new version, and begins a new series.
        """
        found = weights_of(weights)
        before = {each.name: each for each in self.profiles()}
        given = before.get(name)
        own = [each.place for each in before.values() if each.rule]
        spot = place if place is not None else given.place if given else max(own, default=0) + 1
        row = {
            "name": name,
            "rule": self._rule_of(name, rule if rule is not None else given.rule if given else None),
            "place": spot,
            "weights": json.dumps({each: _decimal(weight) for each, weight in found.items()}),
            "by": by,
        }
        with self._warehouse.write() as writing:
            write_rows(writing, PROFILES, [row])
        return next(each for each in self.profiles() if each.name == name)

    def _rule_of(self, name: str, text: str | None) -> str | None:
        if name in (DEFAULT, ONBOARDING):
            if text is not None:
                raise UsageError(f"The {name} profile has no rule of its own.", hint="Give it another name.")
            return None
        if not NAME.fullmatch(name) or not text:
            hint = 'holdfast health weights big usage=40 outcome=60 --for "mrr >= 500"'
            raise UsageError(f"A profile {name!r} must say which accounts it is for.", hint=hint)
        ((_, ruled),) = resolve(self._warehouse, [text], (), None).within.items()
        return str(ruled)

    def override(
        self, account_id: str, value: str | Decimal, *, reason: str, until: datetime, by: str | None = None
    ) -> Override:
        """Set an account's score by hand until an instant, with the reason."""
        amount = _score_of(value)
        if not reason.strip():
            raise UsageError(
                "An override needs its reason.", hint='--reason "The sponsor signed for a year."'
            )
        health, _ = self.explain(account_id)
        if until <= health.at:
            raise UsageError("An override ends after the data do.", hint=f"They end at {health.at:%Y-%m-%d}.")
        made = Override(account_id, amount, reason.strip(), health.at, until, by)
        self._write_of([asdict(made)], OVERRIDES)
        return made

    def lift(self, account_id: str, *, reason: str, by: str | None = None) -> None:
        """End an account's override now, with the reason; that there was one stays known."""
        health, _ = self.explain(account_id)
        if health.override is None:
            raise UsageError(f"{account_id} has no override in force.")
        row = {**asdict(health.override), "expires_at": health.at, "reason": reason, "by": by}
        self._write_of([row], OVERRIDES)

    def keep(self) -> list[datetime]:
        """Keep the scores of every week that is over and not kept yet; gives the instants.

        Safe to call often; the first time it goes back a year.
        """
        due = asked_of(self._warehouse, Question(), self._due)
        for at, day in due.items():
            self._write_of([_kept(each, day) for each in self.scores(at=at)], HISTORY)
        return list(due)

    def history(self, account_id: str, *, known_at: datetime | None = None) -> list[dict[str, Any]]:
        """The scores of an account that were kept, the oldest first."""
        rows = self._warehouse.records(HISTORY, known_at)
        seen = ibis.ifelse(rows.source == "own", rows.account_id, rows.source + ":" + rows.account_id)
        mine: list[dict[str, Any]] = rows.filter(seen == account_id).order_by("day").to_pyarrow().to_pylist()
        return [{**row, "account_id": account_id} for row in mine]

    def _due(self, desk: Desk) -> dict[datetime, date]:
        """The weeks' ends up to the data end that nothing was kept of, each with its local day."""
        until = whole_until(desk)
        newest = self._warehouse.records(HISTORY).day.max().to_pyarrow().as_py()
        calendar = desk.known.basis.calendar
        week = calendar.containing("week", until - timedelta(microseconds=1))
        week = week if week.end <= until else calendar.previous(week)
        last_day = newest or calendar.local_day(until) - timedelta(days=WEEKS_BACK * 7)
        ends: list[datetime] = []
        while calendar.local_day(week.end) > last_day:
            ends.insert(0, week.end)
            week = calendar.previous(week)
        return {end: calendar.local_day(end) for end in ends}

    def _write_of(self, rows: Iterable[Mapping[str, Any]], table: str) -> None:
        with self._warehouse.write() as writing:
            write_of_accounts(self._warehouse, writing, table, rows)


def _kept(health: Health, day: date) -> dict[str, Any]:
    counted = health.counted
    return {
        "account_id": health.account_id,
        "day": day,
        "score": None if counted.value is None else _rounded(counted.value),
        "band": counted.band,
        "coverage": _rounded(counted.coverage),
        "profile": counted.profile.name,
        "version": counted.profile.version,
        "parts": json.dumps({part.name: str(part.value) for part in counted.parts}),
    }


def _rounded(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("1e-9"))


def _decimal(value: Fraction) -> str:
    return str(Decimal(value.numerator) / Decimal(value.denominator))


def _score_of(value: str | Decimal) -> Decimal:
    try:
        amount = Decimal(str(value))
    except ArithmeticError:
        amount = Decimal(-1)
    if not 0 <= amount <= 100:
        raise UsageError(f"{value!r} is no health score.", hint="A number from 0 to 100.")
    return amount
