"""From where an effort to keep customers starts: what a workspace's own records say (C70)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from holdfast.errors import UsageError
from holdfast.flow.answering.figures import Question, asked_of
from holdfast.insights.weighing import Outset
from holdfast.metrics import Figure
from holdfast.warehouse import Warehouse

LOOKED_AT = 12
"""Months whose losses are looked at, the newest settled ones."""

KEPT, PAID, STAYED = "paying_customers", "mrr", "gross_revenue_retention"
COST, WORTH = "retention_cost", "lifetime_value"


def outset_of(warehouse: Warehouse, segment: Sequence[str] = (), margin: Decimal | None = None) -> Outset:
    """Revenue and its losses in the newest settled months, the margin, and what keeping customers costs.

    `margin` stands in for the one counted. What keeping costs is known of all customers together, not
    of a `segment`. Raises UsageError where no month is settled yet.
    """
    figures = _figures(warehouse, Question((KEPT, PAID, STAYED), segment=tuple(segment)))
    told = [figure for figure in figures if figure.name == STAYED and figure.value is not None]
    settled = [figure for figure in told if figure.status != "provisional"][-LOOKED_AT:]
    if not settled:
        raise UsageError("No month is settled yet: its losses cannot be told.", hint="holdfast kpis")
    now = settled[-1].period_label
    at = {figure.name: figure for figure in figures if figure.period_label == now}
    whole = _figures(warehouse, Question((COST, WORTH), first=now, last=now))
    cost, worth = ({figure.name: figure for figure in whole}[name] for name in (COST, WORTH))
    before = sum((Fraction(figure.denominator or 0) for figure in settled), Fraction(0))
    after = sum((Fraction(figure.numerator or 0) for figure in settled), Fraction(0))
    return Outset(
        mrr=Decimal(str(at[PAID].value or 0)),
        loss=_share(before - after, before),
        losses=tuple(1 - Decimal(str(figure.value)) for figure in settled),
        margin=margin if margin is not None else _margin(worth, warehouse, None),
        customers=int(at[KEPT].value or 0),
        kept_for=None if segment or cost.numerator is None else Decimal(str(cost.numerator)),
        month=now,
    )


def _figures(warehouse: Warehouse, question: Question) -> list[Figure]:
    return asked_of(warehouse, question, lambda desk: desk.figures(resampled_below=0))


def margin_of(warehouse: Warehouse, known_at: datetime | None) -> Decimal | None:
    """The gross margin in the newest month; None where it is neither set nor counted."""
    worth = _figures(warehouse, Question((WORTH,), known_at=known_at))[-1]
    return _margin(worth, warehouse, known_at)


def _margin(worth: Figure, warehouse: Warehouse, known_at: datetime | None) -> Decimal | None:
    """The setting, else what was left of revenue after the cost of goods sold in the last year."""
    said = asked_of(
        warehouse, Question(known_at=known_at), lambda desk: desk.known.settings.get("gross_margin")
    )
    if said is not None:
        return Decimal(str(said))
    parts = {part.name: part.value for part in worth.parts}
    sold, revenue = parts.get("goods_sold"), parts.get("revenue_with_costs")
    if not sold or not revenue:
        return None
    return 1 - _share(Fraction(sold), Fraction(revenue))


def _share(part: Fraction, whole: Fraction) -> Decimal:
    share = part / whole
    return Decimal(share.numerator) / Decimal(share.denominator)
