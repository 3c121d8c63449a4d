"""Which revenue a workspace lost and why, and what of the same is seen at customers now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import ibis
import pyarrow as pa

from holdfast.flow.answering.figures import Desk, Question, asked_of
from holdfast.flow.judging.scoring import whole_until
from holdfast.insights.causes.attribution import Area, Loss, Sign, areas, losses, sign
from holdfast.insights.causes.signs import said, seen
from holdfast.insights.causes.taxonomy import Cause, cause_called, read_causes
from holdfast.metrics import Explanation
from holdfast.periods import Period
from holdfast.segments import Moments, facts_told, members, rule
from holdfast.timelines.layout import Layout
from holdfast.warehouse import Warehouse

METRIC, GRAIN = "mrr_churn", "trailing_12_months"
HELD = rule("status in (paying, paused) and mrr is known")


@dataclass(frozen=True)
class Causes:
    """Churned MRR of a period by cause: `losses` add up to `total`, the figure, exactly.

    `at_stake` are customers at `at` with a sign of a cause and what they pay. `unnamed` are reasons that
    were given and name no cause, with how often.
    """

    grain: str
    period: str
    unit: str
    total: Decimal
    at: datetime
    losses: tuple[Loss, ...]
    at_stake: tuple[Loss, ...]
    unnamed: tuple[tuple[str, int], ...]

    @property
    def areas(self) -> tuple[Area, ...]:
        """The causes by what was lost for them, with what is at stake."""
        return areas(self.losses, self.at_stake)

    @property
    def unexplained(self) -> Decimal | None:
        """The share of the total without any sign; None where nothing was lost."""
        lost = sum((each.mrr for each in self.losses if each.cause == "unexplained"), Decimal(0))
        return lost / self.total if self.total else None


def causes(
    warehouse: Warehouse,
    *,
    grain: str = GRAIN,
    period: str | None = None,
    segment: str | Sequence[str] = (),
    known_at: datetime | None = None,
) -> Causes:
    """The losses of one period, the newest without one named, each with its cause and the signs of it."""
    question = Question((METRIC,), grain, period, period, segment=segment, known_at=known_at)
    return asked_of(warehouse, question, _causes)


def _causes(desk: Desk) -> Causes:
    explained = desk.explanation()
    layout, called = desk.layout, read_causes("; ".join(desk.known.settings["loss_causes"]))
    amounts = _amounts(explained)
    names = _names(layout)
    times = _churned_at(amounts, desk.side().period, layout)
    lost = losses(amounts, times, names, _signs_of(_of_each(times, layout), layout, called, ended=True))
    at = whole_until(desk)
    now = Moments.at([(at, at)], layout.basis.calendar)
    held = _held(desk, now)
    signs = _signs_of(now, layout, called, ended=False)
    staked = {account: mrr for account, mrr in held.items() if account in signs}
    at_stake = losses(staked, dict.fromkeys(staked, at), names, signs)
    return Causes(
        explained.figure.grain,
        explained.figure.period_label,
        explained.figure.unit,
        sum(amounts.values(), Decimal(0)),
        at,
        lost,
        at_stake,
        _unnamed(lost, called),
    )


def _amounts(explained: Explanation) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for row in explained.rows.select(["account_id", "numerator"]).to_pylist():
        if row["numerator"]:
            found[row["account_id"]] = found.get(row["account_id"], Decimal(0)) + row["numerator"]
    return found


def _churned_at(amounts: Mapping[str, Decimal], period: Period, layout: Layout) -> dict[str, datetime]:
    """When each account last churned in the period."""
    rows = layout.changes.filter(layout.changes.kind == "churn")
    inside = rows.filter((rows["at"] >= ibis.literal(period.start)) & (rows["at"] < ibis.literal(period.end)))
    last = inside.group_by("account_id").agg(at=inside["at"].max()).to_pyarrow().to_pylist()
    return dict.fromkeys(amounts, period.end) | {
        row["account_id"]: row["at"] for row in last if row["account_id"] in amounts
    }


def _of_each(times: Mapping[str, datetime], layout: Layout) -> Moments:
    kinds = pa.schema([("account_id", pa.string()), ("start_at", pa.timestamp("us"))])
    rows = [{"account_id": account, "start_at": at} for account, at in times.items()]
    return Moments.of_entry(ibis.memtable(pa.Table.from_pylist(rows, schema=kinds)), layout.basis.calendar)


def _signs_of(
    moments: Moments, layout: Layout, called: Mapping[str, Cause], *, ended: bool
) -> dict[str, list[Sign]]:
    found: dict[str, list[Sign]] = {}
    rows = seen(moments, layout)
    told: Any = ibis.union(said(moments, layout), rows) if ended else rows
    for row in told.to_pyarrow().to_pylist():
        made = sign(row["sign"], row["word"], row["record"], row["at"], called)
        found.setdefault(row["account_id"], []).append(made)
    return found


def _held(desk: Desk, now: Moments) -> dict[str, Decimal]:
    """What each customer in the segments asked for pays a month."""
    layout = desk.layout
    rows, columns = facts_told(HELD, now, layout)
    status, mrr = (rows[column] for column in columns.values())
    held = rows.filter(status.isin(["paying", "paused"]) & mrr.notnull()).mutate(mrr=mrr)
    ours = layout.accounts.filter(layout.accounts.is_internal).select("account_id")
    held = held.anti_join(ours, "account_id")
    for each in desk.segments.within.values():
        held = held.semi_join(members(each, now, layout), "account_id")
    return {
        row["account_id"]: row["mrr"] for row in held.select("account_id", "mrr").to_pyarrow().to_pylist()
    }


def _names(layout: Layout) -> dict[str, str | None]:
    rows = layout.accounts.select("account_id", "name").to_pyarrow().to_pylist()
    return {row["account_id"]: row["name"] for row in rows}


def _unnamed(lost: Sequence[Loss], called: Mapping[str, Cause]) -> tuple[tuple[str, int], ...]:
    words = [each.word for loss in lost for each in loss.signs if each.word is not None]
    return tuple(Counter(word for word in words if cause_called(word, called) is None).most_common())
