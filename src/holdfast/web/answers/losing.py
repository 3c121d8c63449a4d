"""The accounts that lost most MRR in a period: gone, or paying less."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from holdfast.flow import Workspace
from holdfast.web.answers.explaining import BY_SIZE, names_of
from holdfast.web.answers.readers import answer
from holdfast.web.answers.standpoint import Standpoint

MOVEMENTS = ("mrr_churn", "mrr_contraction")
MOST = 6


@dataclass(frozen=True)
class Loss:
    """One account's lost MRR, by the metric that counts it."""

    account_id: str
    name: str
    movement: str
    amount: Decimal
    currency: str


@answer
def losses(space: Workspace, at: Standpoint) -> list[Loss]:
    """The largest losses of the standpoint's period, each with the account that took it along."""
    found = []
    for name in MOVEMENTS:
        told = space.explain(name, at.grain, at.period, segment=at.segment, known_at=at.known_at)
        rows = told.rows.sort_by(BY_SIZE).slice(0, MOST).to_pylist() if told.rows.num_rows else []
        rows = [row for row in rows if row["numerator"]]
        names = names_of(space, rows, at.known_at)
        found += [
            Loss(
                row["account_id"], names.get(row["account_id"], ""), name, row["numerator"], told.figure.unit
            )
            for row in rows
        ]
    return sorted(found, key=lambda loss: (-loss.amount, loss.account_id))[:MOST]
