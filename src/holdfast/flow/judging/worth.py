"""What each paying customer is still worth: learned from the workspace's own past, held against it (K14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from holdfast.errors import UsageError
from holdfast.flow.answering.figures import Desk, Question, asked_of
from holdfast.flow.judging.scoring import whole_until
from holdfast.flow.judging.weighing import margin_of
from holdfast.insights.worth.held import Came, Card, TooFew, held_against
from holdfast.insights.worth.remaining import Learned, Spells, learn
from holdfast.insights.worth.valued import CAP, Paying, Range, Worth, valued
from holdfast.segments import Moments, facts_told, members, rule
from holdfast.timelines.tenures import tenures
from holdfast.warehouse import Warehouse

BACK = (12, 6)
"""How many months back it is asked again: the first of these at which enough had left."""

PAYS = rule("mrr is known")


@dataclass(frozen=True)
class Worths:
    """What paying customers at `at` are still worth in `unit`, the greatest first, and all together.

    Up to `months` to come, discounted by so much a year; revenue where the `margin` is unknown. `without`
    are customers of whose like too few have left. `accounts` is empty where the card does not bear it.
    """

    at: datetime
    unit: str
    margin: Decimal | None
    months: int
    discount: float
    card: Card | TooFew
    learned: tuple[Learned, ...]
    accounts: tuple[Worth, ...]
    total: Range
    without: int

    @property
    def is_shown(self) -> bool:
        """Whether the worths are worth showing."""
        return isinstance(self.card, Card) and self.card.is_worth_it

    @property
    def of(self) -> str:
        """What the worth is of: `margin`, or `revenue` where that is unknown."""
        return "revenue" if self.margin is None else "margin"


@dataclass(frozen=True)
class Ahead:
    """How far is looked ahead: `months`, by the rules without; discounted by so much a year."""

    months: int | None = None
    discount: float = 0.0

    def __post_init__(self) -> None:
        if (self.months is not None and self.months < 1) or not 0 <= self.discount < 1:
            raise UsageError("Worth looks at least one month ahead, with a discount from 0 to under 1.")


def worth(
    warehouse: Warehouse, ahead: Ahead, segment: str | Sequence[str], known_at: datetime | None
) -> Worths:
    """What the paying customers of a segment are worth; learned from everybody, judged by those alone."""
    margin = margin_of(warehouse, known_at)
    question = Question(segment=segment, known_at=known_at)
    return asked_of(warehouse, question, lambda desk: _worths(desk, ahead, margin))


def _worths(desk: Desk, ahead: Ahead, margin: Decimal | None) -> Worths:
    at = whole_until(desk)
    months = _months(desk, at)
    paid = _paid(desk, [*months, at])
    rows = desk.layout.keep("tenures", tenures(desk.layout, [at, *(months[-1 - back] for back in BACK)]))
    card = _card(desk, rows, months, paid)
    cap = ahead.months or desk.rules.cap_months or CAP
    unit = desk.known.basis.currency
    nothing = Range(Decimal(0), Decimal(0), Decimal(0))
    if isinstance(card, TooFew) or not card.is_worth_it:
        return Worths(at, unit, margin, cap, ahead.discount, card, (), (), nothing, 0)
    spells, _ = _spells(rows, at)
    learned = learn(spells)
    paying = _paying(desk, spells, _of(paid, at), _inside(desk, at))
    accounts, total = valued(paying, learned, Decimal(1) if margin is None else margin, cap, ahead.discount)
    without = len(paying) - len(accounts)
    return Worths(
        at, unit, margin, cap, ahead.discount, card, tuple(learned.values()), accounts, total, without
    )


def _card(desk: Desk, rows: Any, months: Sequence[datetime], paid: pa.Table) -> Card | TooFew:
    """The card of the first of `BACK` at which there was enough to learn from; else why there is none."""
    first, *others = BACK
    found = _held(desk, rows, months[-1 - first :], paid)
    for back in others:
        later = _held(desk, rows, months[-1 - back :], paid) if isinstance(found, TooFew) else found
        found = later if isinstance(later, Card) else found
    return found


def _held(desk: Desk, rows: Any, months: Sequence[datetime], paid: pa.Table) -> Card | TooFew:
    """What was to be expected at the first of the instants, held against what came by the others."""
    origin, *since = months
    spells, ends = _spells(rows, origin)
    after = np.column_stack([_mrr_of(spells.account_id, paid, each) for each in since])
    came = Came(ends[:, None] >= np.array(since, dtype="datetime64[us]"), np.nan_to_num(after))
    inside = _inside(desk, origin)
    among = None if inside is None else np.isin(spells.account_id, list(inside))
    return held_against(spells, _mrr_of(spells.account_id, paid, origin), came, origin, among)


def _months(desk: Desk, at: datetime) -> list[datetime]:
    """The first instants of the last months up to `at`, the oldest first."""
    calendar = desk.known.basis.calendar
    month, found = calendar.containing("month", at), list[datetime]()
    while len(found) <= max(BACK):
        found.insert(0, month.start)
        month = calendar.previous(month)
    return found


def _spells(rows: Any, at: datetime) -> tuple[Spells, NDArray[np.datetime64]]:
    """The spells as they were just before an instant, and when each ends."""
    table = rows.filter(rows.bound == at).order_by("account_id", "ordinal").to_pyarrow()
    spells = Spells(
        np.array(table["account_id"].to_pylist(), dtype=str),
        table["lasted"].to_numpy(),
        table["entered"].to_numpy(),
        table["ended"].to_numpy().astype(bool),
        np.array(table["plan"].to_pylist(), dtype=str),
        table["term"].to_numpy().astype(np.int64),
    )
    return spells, table["end_at"].cast("timestamp[us]").to_numpy()


def _paid(desk: Desk, instants: Sequence[datetime]) -> pa.Table:
    """What each customer paid a month at each instant, of those whose MRR is known and above 0."""
    moments = Moments.at([(each, each) for each in instants], desk.known.basis.calendar)
    rows, columns = facts_told(PAYS, moments, desk.layout)
    (mrr,) = (rows[column] for column in columns.values())
    return rows.filter(mrr > 0).select("account_id", "bound", mrr=mrr).to_pyarrow()


def _of(paid: pa.Table, at: datetime) -> pa.Table:
    return paid.filter(pc.equal(paid["bound"], pa.scalar(at, paid["bound"].type)))


def _mrr_of(accounts: NDArray[np.str_], paid: pa.Table, at: datetime) -> NDArray[np.float64]:
    """What each of the accounts paid a month at an instant; NaN where nothing."""
    rows = _of(paid, at).combine_chunks()
    mrr = np.append(rows["mrr"].cast("float64").to_numpy(), np.nan)
    place = pc.index_in(pa.array(accounts, pa.string()), value_set=rows["account_id"].cast("string"))
    found: NDArray[np.float64] = mrr[place.fill_null(len(mrr) - 1).to_numpy(zero_copy_only=False)]
    return found


def _inside(desk: Desk, at: datetime) -> set[str] | None:
    """The accounts that are in all the segments asked for at an instant; None where none are."""
    moments = Moments.at([(at, at)], desk.known.basis.calendar)
    found: set[str] | None = None
    for each in desk.segments.within.values():
        rows = set(members(each, moments, desk.layout).select("account_id").to_pyarrow()[0].to_pylist())
        found = rows if found is None else found & rows
    return found


def _paying(desk: Desk, spells: Spells, paid: pa.Table, inside: set[str] | None) -> list[Paying]:
    rows = desk.layout.accounts.select("account_id", "name").to_pyarrow().to_pylist()
    names = {row["account_id"]: row["name"] for row in rows}
    mrr = dict(zip(paid["account_id"].to_pylist(), paid["mrr"].to_pylist(), strict=True))
    open_now = np.flatnonzero(~spells.ended).tolist()
    who, behind = spells.account_id.tolist(), spells.months.tolist()
    plans, terms = spells.plan.tolist(), spells.term.tolist()
    return [
        Paying(who[row], names.get(who[row]), mrr[who[row]], behind[row], plans[row], terms[row])
        for row in open_now
        if who[row] in mrr and (inside is None or who[row] in inside)
    ]
