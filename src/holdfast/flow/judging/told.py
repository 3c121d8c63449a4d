"""The chances to leave that were told last: learned beforehand, kept derived, read by whoever asks.

To learn them takes minutes where there are many customers, so pages read what was told and say as of when.
They are told anew where something was recorded since, after a rest that grows with what it took.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pyarrow as pa
from ibis import memtable

import holdfast
from holdfast.flow.judging.risk import AtRisk, Reason, Renewal, Risks, all_risks, risks
from holdfast.flow.judging.scoring import READS
from holdfast.flow.knowing.known import Knowledge
from holdfast.insights.risk.backtest import NEEDED_TO_LEARN, Backtest, Compared, TooFew
from holdfast.warehouse import Warehouse

CHANCES, CARDS = "risk_chances", "risk_cards"
REST, LEAST_REST = 100, timedelta(minutes=1)
"""Telling rests for so many times as long as it took, and for so long at least."""

SCHEMA = pa.schema(
    {
        "days": pa.int64(),
        "account_id": pa.string(),
        "name": pa.string(),
        "mrr": pa.decimal128(38, 12),
        "chance": pa.float64(),
        "payment": pa.float64(),
        "reasons": pa.binary(),
        "renewal_day": pa.date32(),
        "by_renewal": pa.float64(),
    }
)
OF_CARDS = pa.schema({"days": pa.int64(), "body": pa.binary()})


SHAPE = "by renewal"
"""Named anew where the tables hold other columns or cards than before: what was kept is then not read."""


@dataclass(frozen=True)
class Telling:
    """When chances within `days` were told: of the data end `at`, from what was known at `known_at`.

    One of `backtest` and `too_few` is the card, one of `renewals` and `few_renewals` that of chances by the
    renewal; telling all horizons took so many `seconds`.
    """

    days: int
    at: datetime
    known_at: datetime
    told_at: datetime
    seconds: float
    backtest: Backtest | None
    too_few: TooFew | None
    renewals: Compared | None
    few_renewals: TooFew | None

    def risks(self, accounts: Sequence[AtRisk] = ()) -> Risks:
        """What was told, of some of the accounts."""
        nothing = TooFew(0, NEEDED_TO_LEARN, "learn")
        card, renewals = self.backtest or self.too_few, self.renewals or self.few_renewals
        return Risks(self.days, self.at, card or nothing, tuple(accounts), renewals or nothing)

    def has_rested(self, now: datetime) -> bool:
        """Whether they may be told anew, if something was recorded since."""
        return now - self.told_at > max(LEAST_REST, timedelta(seconds=self.seconds * REST))


def has_to_tell(warehouse: Warehouse) -> bool:
    """Whether the records that chances are told of are there at all."""
    return Knowledge(warehouse).watermarks().keys() >= set(READS)


def do_tell(warehouse: Warehouse) -> None:
    """Learn the chances within every horizon and keep them in the place of those told before."""
    known_at, begun = warehouse.known_at(), time.monotonic()
    if known_at is None or not has_to_tell(warehouse):
        return
    found = all_risks(warehouse)
    took = time.monotonic() - begun
    now = datetime.now(UTC).replace(tzinfo=None)
    cards = [{"days": each.days, "body": _card(each, known_at, now, took)} for each in found]
    chances = [_chance(each, one) for each in found for one in each.accounts]
    with warehouse.write() as writing:
        for name, rows, schema in ((CHANCES, chances, SCHEMA), (CARDS, cards, OF_CARDS)):
            table = memtable(pa.Table.from_pylist(rows, schema))
            writing.replace_derived(name, table, None, _mark(), order=list(schema.names[:2]))


def told(warehouse: Warehouse, days: int) -> Telling | None:
    """When and how the chances within so many days were told last; None where they never were."""
    kept = warehouse.derived_states()
    if any(kept.get(name, ("",))[0] != _mark() for name in (CHANCES, CARDS)):
        return None
    rows = warehouse.derived(CARDS).filter(lambda each: each.days == days).to_pyarrow().to_pylist()
    return msgspec.json.decode(rows[0]["body"], type=Telling) if rows else None


def told_of(warehouse: Warehouse, days: int, accounts: Sequence[str] | None = None) -> tuple[AtRisk, ...]:
    """The chances that were told of some accounts, or of all customers, the most MRR at stake first."""
    rows = warehouse.derived(CHANCES).filter(lambda each: each.days == days)
    if accounts is not None:
        rows = rows.filter(rows.account_id.isin(accounts))
    return tuple(sorted(_accounts(rows), key=lambda each: (-each.stake, each.account_id)))


def told_last(
    warehouse: Warehouse, days: int, accounts: Sequence[str] | None = None
) -> tuple[Telling, Risks] | None:
    """When chances were told last, and what, of some accounts or all; None where they never were."""
    telling = told(warehouse, days)
    return (telling, telling.risks(told_of(warehouse, days, accounts))) if telling else None


def told_or_learned(
    warehouse: Warehouse, days: int, segment: str | Sequence[str], known_at: datetime | None
) -> Risks:
    """What was told last, where nothing was recorded since; else what is learned now."""
    last = told(warehouse, days) if not segment and known_at is None else None
    if last and last.known_at == warehouse.known_at():
        return last.risks(told_of(warehouse, days))
    return risks(warehouse, days, segment, known_at)


def _accounts(rows: Any) -> tuple[AtRisk, ...]:
    return tuple(
        AtRisk(
            each["account_id"],
            each["name"],
            None if each["mrr"] is None else Decimal(each["mrr"]).normalize() + 0,
            each["chance"],
            each["payment"],
            msgspec.json.decode(each["reasons"], type=tuple[Reason, ...]),
            None if each["renewal_day"] is None else Renewal(each["renewal_day"], each["by_renewal"]),
        )
        for each in rows.to_pyarrow().to_pylist()
    )


def _mark() -> str:
    """By which program, and in what shape, the tables were kept."""
    return f"{holdfast.__version__} {SHAPE}"


def _card(found: Risks, known_at: datetime, now: datetime, took: float) -> bytes:
    card, renewals = found.card, found.by_renewal
    learned, too_few = (card, None) if isinstance(card, Backtest) else (None, card)
    tried, few = (renewals, None) if isinstance(renewals, Compared) else (None, renewals)
    return msgspec.json.encode(
        Telling(found.days, found.at, known_at, now, took, learned, too_few, tried, few)
    )


def _chance(found: Risks, one: AtRisk) -> dict[str, Any]:
    reasons = msgspec.json.encode(one.reasons)
    plain = {name: getattr(one, name) for name in ("account_id", "name", "mrr", "chance", "payment")}
    due = {"renewal_day": one.renewal.day, "by_renewal": one.renewal.chance} if one.renewal else {}
    return {"days": found.days, **plain, "reasons": reasons, **due}
