"""What is judged of accounts: who needs attention, and of one its health, its risk and its warnings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from holdfast.errors import UsageError
from holdfast.flow import Workspace
from holdfast.flow.judging.risk import Risks
from holdfast.flow.judging.scoring import Health
from holdfast.flow.judging.warning import Attention, Now, Warned
from holdfast.flow.judging.worth import Worths
from holdfast.insights.health.moved import Ground
from holdfast.insights.risk.backtest import Backtest
from holdfast.insights.warning.card import Card
from holdfast.web.answers.about import About
from holdfast.web.answers.readers import answer
from holdfast.web.answers.standpoint import Standpoint

__all__ = [
    "Attention",
    "Backtest",
    "Card",
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


@answer
def attention(space: Workspace, told: About, at: Standpoint) -> Now:
    """The accounts with open warnings, as the data end; for an earlier period, as that ends."""
    return space.warnings.now(as_of=_until(told, at), known_at=at.known_at, segment=at.segment)


@answer
def standing(space: Workspace, told: About, at: Standpoint, account_id: str, status: str) -> Standing:
    """How an account stands, as the data end; for an earlier period, as that ends."""
    until = _until(told, at)
    health, grounds = None, list[Ground]()
    if status in HAS_HEALTH:
        health, grounds = space.health.explain(account_id, at=until, known_at=at.known_at)
    fired = space.warnings.history(account_id=account_id, as_of=until, known_at=at.known_at)
    return Standing(health, grounds, fired)


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


@answer
def warning_cards(
    space: Workspace, known_at: datetime | None, days: int
) -> tuple[datetime, Mapping[str, Card]]:
    """Up to when, and how often leaving followed each kind of warning within so many days."""
    return space.warnings.cards(days=days, known_at=known_at)


def _until(told: About, at: Standpoint) -> datetime | None:
    """The end of the period looked at; None for now, which the newest whole period stands for."""
    return None if at.period == told.latest(at.grain) else told.calendar.period(at.grain, at.period).end
