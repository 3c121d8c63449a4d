"""What is judged of accounts: who needs attention, and of one its health, its risk and its warnings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from holdfast.errors import UsageError
from holdfast.flow import Workspace
from holdfast.flow.judging.risk import Risks
from holdfast.flow.judging.scoring import Health
from holdfast.flow.judging.warning import Attention, Everyone, Now, Warned
from holdfast.flow.judging.worth import Worths
from holdfast.insights.health.moved import Ground
from holdfast.insights.risk.backtest import Backtest, Compared
from holdfast.insights.warning.card import Card
from holdfast.web.answers.about import About
from holdfast.web.answers.readers import answer, kept, readers
from holdfast.web.answers.standpoint import Standpoint

__all__ = [
    "Attention",
    "Backtest",
    "Card",
    "Compared",
    "Ground",
    "Now",
    "Risks",
    "Standing",
    "Telling",
    "Warned",
    "Worths",
]
HAS_HEALTH = {"paying", "paused", "trialing"}


PATIENCE_SECONDS = 20.0
"""How long a page may wait for chances to be learned."""


@dataclass(frozen=True)
class Telling:
    """Chances, and when they were told; `told_at` is None where they were learned just now."""

    risks: Risks
    told_at: datetime | None


@dataclass(frozen=True)
class Standing:
    """How one account stands: its health with the records behind it, and every warning that fired.

    `health` is None where it has none: it is no customer, and does not try to be one.
    """

    health: Health | None
    grounds: Sequence[Ground]
    warnings: Sequence[Warned]


def attention(told: About, at: Standpoint) -> Now:
    """The accounts with open warnings, as the data end; for an earlier period, as that ends."""
    until = _until(told, at)

    def make() -> Now:
        everyone = _everyone(until, at.known_at)
        return readers().ask(
            lambda space: space.warnings.now(
                as_of=until, known_at=at.known_at, segment=at.segment, everyone=everyone
            )
        )

    return kept(("attention", until, at), make)


def standing(told: About, at: Standpoint, account_id: str, status: str) -> Standing:
    """How an account stands, as the data end; for an earlier period, as that ends."""
    until = _until(told, at)
    fired = _everyone(until, at.known_at).history(account_id)
    if status not in HAS_HEALTH:
        return Standing(None, [], fired)
    return Standing(*_health(until, at.known_at, account_id), fired)


@answer
def _health(
    space: Workspace, until: datetime | None, known_at: datetime | None, account_id: str
) -> tuple[Health, Sequence[Ground]]:
    return space.health.explain(account_id, at=until, known_at=known_at)


def _everyone(until: datetime | None, known_at: datetime | None) -> Everyone:
    """Every warning: kept while it is of now, found anew each time for an instant before; it may be large."""

    def find() -> Everyone:
        return readers().ask(lambda space: space.warnings.everyone(as_of=until, known_at=known_at))

    return find() if until or known_at else kept("everyone's warnings", find)


@answer
def chances(
    space: Workspace, known_at: datetime | None, days: int = 90, account_id: str = ""
) -> Telling | None:
    """The chance of an account, or of none, to leave within so many days, and how such chances did.

    As they were told last; None where they never were. As known earlier they are learned when asked for,
    unless telling them last took over `PATIENCE_SECONDS`.
    """
    last = space.told_risks(days, (account_id,) if account_id else ())
    if known_at is None:
        return last and Telling(last[1], last[0].told_at)
    if last and last[0].seconds > PATIENCE_SECONDS:
        raise UsageError(
            "Who was likely to leave, as known earlier, takes too long to learn for a page.",
            hint=f"holdfast risk --days {days} --known-at {known_at:%Y-%m-%d}",
        )
    return Telling(space.risks(days, known_at=known_at), None)


@answer
def worths(space: Workspace, known_at: datetime | None) -> Worths:
    """What paying customers are still worth at the data end: of all at once, kept for every page."""
    return space.worth(known_at=known_at)


def warning_cards(known_at: datetime | None, days: int) -> tuple[datetime, Mapping[str, Card]]:
    """Up to when, and how often leaving followed each kind of warning within so many days."""

    def make() -> tuple[datetime, Mapping[str, Card]]:
        everyone = _everyone(None, known_at)
        return everyone.at, everyone.cards(days)

    return kept(("warning cards", known_at, days), make)


def _until(told: About, at: Standpoint) -> datetime | None:
    """The end of the period looked at; None for now, which the newest whole period stands for."""
    return None if at.period == told.latest(at.grain) else told.calendar.period(at.grain, at.period).end
