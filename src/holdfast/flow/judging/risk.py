"""Who is likely to leave: learned from the workspace's own past, shown with how it did there, or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import isnan

import numpy as np
from numpy.typing import NDArray

from holdfast.errors import UsageError
from holdfast.flow.answering.figures import INSTANT, Desk, Question, asked_of
from holdfast.flow.judging.scoring import whole_until
from holdfast.insights.risk.backtest import Backtest, Compared, Kept, TooFew, backtest, known_by, leaving
from holdfast.insights.risk.classifier import ChurnClassifier
from holdfast.insights.risk.curve import at_renewal
from holdfast.insights.risk.features import Known, known, with_health
from holdfast.insights.risk.leaks import as_it_was, leaking
from holdfast.insights.risk.outcomes import PAYMENT, Endings, endings, outcomes
from holdfast.insights.risk.renewals_tried import renewals_tried
from holdfast.insights.risk.renewing import days_to_renewal
from holdfast.periods import Period
from holdfast.segments import Moments, members
from holdfast.timelines.layout import lay_out
from holdfast.warehouse import Warehouse

HORIZONS = (30, 60, 90)
RENEWAL = "days_to_renewal"
MONTHS_BACK = 36
"""How many months back instants are looked at."""


@dataclass(frozen=True)
class Reason:
    """A feature that makes leaving likelier than for the mean account, by `weight` in log-odds.

    `value` is the account's own; None where it is unknown.
    """

    feature: str
    value: float | None
    weight: float


@dataclass(frozen=True)
class Renewal:
    """The day of an account's next renewal, and the chance that it has left when that day is over.

    The chance is None where such chances are not shown.
    """

    day: date
    chance: float | None


@dataclass(frozen=True)
class AtRisk:
    """The chance that an account leaves, and of that for a failed payment, with what makes it likely.

    `renewal` is None where none is known within the longest of `HORIZONS`.
    """

    account_id: str
    name: str | None
    mrr: Decimal | None
    chance: float
    payment: float
    reasons: tuple[Reason, ...]
    renewal: Renewal | None = None

    @property
    def stake(self) -> Decimal:
        """MRR times the chance that it goes."""
        return (self.mrr or Decimal(0)) * Decimal(str(self.chance))


@dataclass(frozen=True)
class Risks:
    """Who is likely to leave within `days` of `at`, the most MRR at stake first, and how that did before.

    `accounts` is empty where there is too little evidence, or where a baseline does no worse. `by_renewal`
    is how chances to leave by the next renewal did.
    """

    days: int
    at: datetime
    card: Backtest | TooFew
    accounts: tuple[AtRisk, ...]
    by_renewal: Compared | TooFew

    @property
    def is_shown(self) -> bool:
        """Whether the chances are worth showing."""
        return isinstance(self.card, Backtest) and self.card.is_worth_it


def risks(warehouse: Warehouse, days: int, segment: str | Sequence[str], known_at: datetime | None) -> Risks:
    """The chances of every customer at the data end; UsageError for another horizon than `HORIZONS`.

    Of those in a segment the card is of them alone: learned from everybody, judged where it is used.
    """
    if days not in HORIZONS:
        raise UsageError(f"The chance to leave within {days} days is not told.", hint="30, 60 or 90 days.")
    question = Question(segment=segment, known_at=known_at)
    return asked_of(warehouse, question, lambda desk: _judged(desk, _seen(desk), days))


def all_risks(warehouse: Warehouse) -> list[Risks]:
    """The chances of every customer at the data end within each of `HORIZONS`."""

    def answer(desk: Desk) -> list[Risks]:
        seen = _seen(desk)
        renewing = _renewing(seen)
        return [_judged(desk, seen, days, renewing) for days in HORIZONS]

    return asked_of(warehouse, Question(), answer)


def leaks(warehouse: Warehouse) -> list[str]:
    """The features that read what came later, as seen a month before the data end; none, if all is well."""

    def answer(desk: Desk) -> list[str]:
        until, more = whole_until(desk) - timedelta(days=min(HORIZONS)), {RENEWAL: days_to_renewal}
        months = _months(desk, until)
        if not months:
            return []
        at, calendar = months[-1], desk.known.basis.calendar
        moments = Moments.at([(at, at)], calendar)
        records = as_it_was(desk.known.records, at)
        sources = desk.known.settings["sources"]
        then = lay_out(
            records, desk.known.basis, names=desk.known.names, sources=sources, keep=desk.layout.keep
        )
        return leaking(known(moments, desk.layout, more), known(moments, then, more))

    return asked_of(warehouse, Question(), answer)


@dataclass(frozen=True)
class _Seen:
    """What is known of customers at past months and at the data end, who of them is asked about, who left.

    What became of them is known up to `settled`. `ahead` are the days to each row's renewal; `kept` and
    `models` are what was learned already.
    """

    at: datetime
    settled: datetime
    rows: Known
    asked: NDArray[np.bool_]
    ends: Endings
    ahead: NDArray[np.float64]
    kept: Kept = field(default_factory=dict)
    models: dict[int, ChurnClassifier] = field(default_factory=dict)

    @property
    def now(self) -> NDArray[np.bool_]:
        """Which rows are of the data end."""
        here: NDArray[np.bool_] = self.rows.bound == np.datetime64(self.at, "us")
        return here

    @property
    def plain(self) -> list[int]:
        """Places of the features that the model learns from."""
        return [place for place, name in enumerate(self.rows.names) if name != "health"]

    def model(self, days: int) -> ChurnClassifier:
        """The model of leaving within so many days, learned from all whose outcome is known."""
        if days not in self.models:
            usable = known_by(self.rows, self.settled, days) & ~self.now
            kinds = outcomes(self.rows.where(usable), self.ends, days)[0]
            self.models[days] = ChurnClassifier().fit(self.rows.values[usable][:, self.plain], kinds)
        return self.models[days]


def _seen(desk: Desk) -> _Seen:
    at = whole_until(desk)
    settled = at - timedelta(hours=desk.rules.merge_gap_hours)
    months = [each for each in _months(desk, at) if each < at]
    moments = Moments.at([(each, each) for each in (*months, at)], desk.known.basis.calendar)
    rows, ahead = known(moments, desk.layout, {RENEWAL: days_to_renewal}).without(RENEWAL)
    rows = with_health(rows)
    return _Seen(at, settled, rows, _inside(desk, moments, rows), endings(desk.layout), ahead)


def _judged(desk: Desk, seen: _Seen, days: int, renewing: Compared | TooFew | None = None) -> Risks:
    past = ~seen.now
    found = backtest(seen.rows.where(past), seen.ends, days, seen.settled, seen.asked[past], seen.kept)
    renewing = renewing or _renewing(seen)
    if isinstance(found, TooFew) or not found.is_worth_it:
        return Risks(days, seen.at, found, (), renewing)
    accounts = _at_risk(desk, seen, days, _renewals(desk, seen, renewing))
    ordered = sorted(accounts, key=lambda each: (-each.stake, each.account_id))
    return Risks(days, seen.at, found, tuple(ordered), renewing)


def _renewing(seen: _Seen) -> Compared | TooFew:
    """How chances to leave by the renewal did at past months."""
    past = ~seen.now
    rows, ahead, asked = seen.rows.where(past), seen.ahead[past], seen.asked[past]
    return renewals_tried(rows, seen.ends, ahead, HORIZONS, seen.settled, asked, seen.kept)


def _renewals(desk: Desk, seen: _Seen, card: Compared | TooFew) -> dict[str, Renewal]:
    """The renewals of the accounts asked about, with their chances where those are shown."""
    rows, ahead = seen.now & seen.asked & ~np.isnan(seen.ahead), seen.ahead
    chances: list[float | None] = [None] * int(rows.sum())
    if isinstance(card, Compared) and card.is_worth_it and rows.any():
        values = seen.rows.values[rows][:, seen.plain]
        chances = list(
            at_renewal({each: leaving(seen.model(each), values) for each in HORIZONS}, ahead[rows])
        )
    calendar = desk.known.basis.calendar
    return {
        # The day is over at its midnight: an hour before that is in it.
        account: Renewal(calendar.local_day(seen.at + timedelta(days=days, hours=-1)), chance)
        for account, days, chance in zip(
            map(str, seen.rows.account_id[rows]), ahead[rows].tolist(), chances, strict=True
        )
    }


def _at_risk(desk: Desk, seen: _Seen, days: int, renewals: Mapping[str, Renewal]) -> list[AtRisk]:
    model, rows, plain = seen.model(days), seen.rows.where(seen.now & seen.asked), seen.plain
    values = rows.values[:, plain]
    chances, weights = model.probabilities(values), model.contributions(values)
    payment = chances[:, model.classes_ == PAYMENT].sum(axis=1)
    names = _named(desk)
    mrr = rows.values[:, rows.names.index("mrr")]
    order, told = np.argsort(-weights, axis=1, kind="stable").tolist(), values.tolist()
    plainly = [rows.names[place] for place in plain]
    return [
        AtRisk(
            account,
            names.get(account),
            Decimal(str(mrr[place])) if not np.isnan(mrr[place]) else None,
            float(1 - chances[place, 0]),
            float(payment[place]),
            _reasons(plainly, told[place], weights[place].tolist(), order[place]),
            renewals.get(account),
        )
        for place, account in enumerate(map(str, rows.account_id))
    ]


def _reasons(
    names: Sequence[str], values: Sequence[float], weights: Sequence[float], order: Sequence[int]
) -> tuple[Reason, ...]:
    return tuple(
        Reason(names[each], None if isnan(values[each]) else values[each], weights[each])
        for each in order
        if weights[each] > 0
    )


def _named(desk: Desk) -> Mapping[str, str | None]:
    rows = desk.layout.accounts.select("account_id", "name").to_pyarrow()
    return dict(zip(rows["account_id"].to_pylist(), rows["name"].to_pylist(), strict=True))


def _inside(desk: Desk, moments: Moments, rows: Known) -> NDArray[np.bool_]:
    """Which rows are of an account that is in all the segments asked for at that instant."""
    inside = np.ones(len(rows.account_id), dtype=bool)
    for rule in desk.segments.within.values():
        found = members(rule, moments, desk.layout).select("account_id", "bound").to_pyarrow()
        pairs = set(zip(found["account_id"].to_pylist(), found["bound"].to_pylist(), strict=True))
        of_rows = zip(rows.account_id.tolist(), rows.bound.tolist(), strict=True)
        inside &= np.fromiter((each in pairs for each in of_rows), bool, len(inside))
    return inside


def _months(desk: Desk, until: datetime) -> list[datetime]:
    """The first instants of months up to `until` at which somebody was a customer, the oldest first."""
    began = desk.layout.spans.start_at.min().to_pyarrow().as_py()
    calendar, found = desk.known.basis.calendar, list[datetime]()
    month: Period = calendar.containing("month", until - INSTANT)
    while began is not None and month.start > began and len(found) < MONTHS_BACK:
        found.insert(0, month.start)
        month = calendar.previous(month)
    return found
