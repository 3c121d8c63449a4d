"""Chances as they would have been given in the past, each from what was known then, held against what came.

At each origin the classifier learns from instants whose outcome was known by the origin, and from nothing
later; it is asked about the accounts of the origin. The same is done with each baseline. Decided in
docs/adr/0089.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from holdfast.insights.risk.card import Card, Counted, card
from holdfast.insights.risk.classifier import ChurnClassifier
from holdfast.insights.risk.features import Known
from holdfast.insights.risk.outcomes import PAYMENT, VOLUNTARY, Endings, outcomes
from holdfast.insights.risk.shares import bounds_of
from holdfast.metrics.health.score import Band, band_of

Floats = NDArray[np.float64]
NEEDED_TO_LEARN, NEEDED_TO_JUDGE = 30, 20
"""Accounts that left under which nothing is learned, or nothing said of how it does."""

ORIGINS = 6
"""How many origins are tried, the latest ones."""

BASELINES: Mapping[str, tuple[str, ...]] = {
    "base_rate": (),
    "tenure": ("tenure",),
    "unseen_days": ("unseen_days",),
    "health": ("health",),
}
"""What the chances are held against: nothing known, tenure alone, days since last seen, the health score."""


@dataclass(frozen=True)
class TooFew:
    """Not enough evidence: so many accounts left, of those `needed`, to learn from or to be judged by."""

    left: int
    needed: int
    of: str


Kept = dict[tuple[int, datetime], Floats]
"""What the model said of the accounts of an origin, by days and origin: learned once, asked twice."""


@dataclass(frozen=True)
class Compared:
    """How chances did over the origins tried, of something within `days`: of the model and each baseline."""

    days: int
    origins: tuple[datetime, ...]
    cards: Mapping[str, Card]

    @property
    def best_baseline(self) -> str:
        """The baseline of the least Brier score."""
        return min(
            (name for name in self.cards if name != "model"), key=lambda name: self.cards[name].brier.value
        )

    @property
    def is_worth_it(self) -> bool:
        """Whether the chances beat every baseline by the Brier score; if not they are not shown."""
        return self.cards["model"].brier.value < self.cards[self.best_baseline].brier.value


@dataclass(frozen=True)
class Backtest(Compared):
    """How chances of leaving within `days` did, and `bands`: what became of each band of health (K33).

    `lead` is the median of days from being in the likeliest tenth for the first time until leaving; None
    where none of those left.
    """

    bands: Mapping[Band, Counted]
    voluntary: int
    payment: int
    lead: float | None


def backtest(
    rows: Known,
    ends: Endings,
    days: int,
    until: datetime,
    among: NDArray[np.bool_] | None = None,
    kept: Kept | None = None,
) -> Backtest | TooFew:
    """The back-test over the instants of `rows`, of leaving within so many days, known by `until`.

    It learns from all rows; where `among` is given it is judged by those alone. What the model said goes
    into `kept`, if given.
    """
    kept = {} if kept is None else kept
    instants = sorted({each for each in rows.bound.tolist() if each + timedelta(days=days) <= until})
    kinds, after = outcomes(rows, ends, days)
    origins = [each for each in instants if _learnable(rows, kinds, each, days)][-ORIGINS:]
    asked = np.isin(rows.bound, np.array(origins, dtype="datetime64[us]"))
    usable = np.isin(rows.bound, np.array(instants, dtype="datetime64[us]"))
    if not origins:
        return TooFew(int((kinds[usable] > 0).sum()), NEEDED_TO_LEARN, "learn")
    judged = asked if among is None else asked & among
    left = kinds[judged] > 0
    if left.sum() < NEEDED_TO_JUDGE:
        return TooFew(int(left.sum()), NEEDED_TO_JUDGE, "judge")
    said = {
        name: [_asked(rows, kinds, each, days, names) for each in origins]
        for name, names in BASELINES.items()
    }
    said = {"model": [asked_once(rows, kinds, each, days, kept) for each in origins], **said}
    chances = {name: np.concatenate(each)[judged[asked]] for name, each in said.items()}
    _, accounts = np.unique(rows.account_id[judged], return_inverse=True)
    return Backtest(
        days,
        tuple(origins),
        {name: card(each, left, accounts) for name, each in chances.items()},
        bands=_bands(rows.values[judged][:, rows.names.index("health")], left, accounts),
        voluntary=int((kinds[judged] == VOLUNTARY).sum()),
        payment=int((kinds[judged] == PAYMENT).sum()),
        lead=_lead(chances["model"], rows.where(judged), after[judged]),
    )


def _bands(health: Floats, left: NDArray[np.bool_], accounts: NDArray[np.intp]) -> dict[Band, Counted]:
    """How many of each band of health left, the healthiest first; of the bands that somebody was in."""
    of = np.array([band_of(None if np.isnan(each) else each) for each in health])
    found: dict[Band, Counted] = {}
    for band in get_args(Band):
        inside = of == band
        if inside.any():
            gone = int(left[inside].sum())
            found[band] = Counted(int(inside.sum()), gone, *bounds_of(left[inside], accounts[inside]))
    return found


def leaving(model: ChurnClassifier, values: Floats) -> Floats:
    """The chance of leaving in any way."""
    return 1 - model.probabilities(values)[:, 0]


def _learnable(rows: Known, kinds: NDArray[np.int64], origin: datetime, days: int) -> bool:
    return int((kinds[known_by(rows, origin, days)] > 0).sum()) >= NEEDED_TO_LEARN


def known_by(rows: Known, origin: datetime, days: int) -> NDArray[np.bool_]:
    """The rows whose outcome was known by the origin."""
    return rows.bound <= np.datetime64(origin - timedelta(days=days), "us")


def asked_once(rows: Known, kinds: NDArray[np.int64], origin: datetime, days: int, kept: Kept) -> Floats:
    """What the model says of the accounts of an origin, from `kept` where it was asked already."""
    if (days, origin) not in kept:
        names = tuple(name for name in rows.names if name != "health")
        kept[days, origin] = _asked(rows, kinds, origin, days, names)
    return kept[days, origin]


def _asked(
    rows: Known, kinds: NDArray[np.int64], origin: datetime, days: int, names: tuple[str, ...]
) -> Floats:
    past, now = known_by(rows, origin, days), rows.bound == np.datetime64(origin, "us")
    places = [rows.names.index(name) for name in names if name in rows.names]
    if not places:
        return np.full(int(now.sum()), (kinds[past] > 0).mean())
    model = ChurnClassifier().fit(rows.values[past][:, places], kinds[past])
    return leaving(model, rows.values[now][:, places])


def _lead(chances: Floats, rows: Known, after: Floats) -> float | None:
    """Median days from the first origin at which an account was in the likeliest tenth until it left."""
    first: dict[str, datetime] = {}
    left: dict[str, datetime] = {}
    for origin in sorted(set(rows.bound.tolist())):
        here = np.flatnonzero(rows.bound == np.datetime64(origin, "us"))
        top = set(here[np.argsort(-chances[here], kind="stable")][: max(len(here) // 10, 1)].tolist())
        for place in here:
            account = str(rows.account_id[place])
            if place in top:
                first.setdefault(account, origin)
            if not np.isnan(after[place]):
                left[account] = origin + timedelta(days=float(after[place]))
    waits = [(left[each] - first[each]) / timedelta(days=1) for each in first.keys() & left.keys()]
    return float(np.median(waits)) if waits else None
