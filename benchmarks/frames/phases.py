"""Subscriptions: phases as they are billed, spans of being a customer, and money at months' ends."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from benchmarks.figures import Answers
from benchmarks.frames.months import Tables

FAR = pd.Timestamp("2262-01-01")
DAY = pd.Timedelta(days=1)
MONTHS = {"month": 1.0, "year": 12.0, "week": 12 / 52, "day": 12 / 365}


def held_at(rows: pd.DataFrame, bound: pd.Timestamp) -> pd.DataFrame:
    """The rows that hold just before an instant."""
    return rows[(rows.start_at < bound) & (rows.end_at >= bound)]


def laid_out(tables: Tables) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Phases with their state, price a month and end, and spans of being a customer."""
    phases = tables["subscription_phases"].copy()
    for column in ("start_at", "end_at"):
        phases[column] = phases[column].astype("datetime64[us]")
    phases["end_at"] = phases.end_at.fillna(FAR)
    stops = _stops(phases, tables["invoices"])
    phases["end_at"] = np.minimum(phases.end_at, phases.phase_id.map(stops).fillna(FAR))
    phases = phases[phases.end_at > phases.start_at]
    phases["mrr"] = _per_month(phases)
    charged = phases.status.isin(["active", "past_due"])
    phases["state"] = np.where(charged, np.where(phases.mrr > 0, "paying", "discounted"), phases.status)
    paying = _runs(phases[phases.state == "paying"])
    gaps = paying[(paying.start_at > paying.reached) & (paying.start_at < paying.reached + DAY)]
    rose = gaps.groupby(["account_id", "reached"]).start_at.min()
    rose.index.names = ["account_id", "end_at"]
    bridged = pd.MultiIndex.from_frame(paying[["account_id", "end_at"]])
    paying["end_at"] = rose.reindex(bridged).fillna(paying.end_at.set_axis(bridged)).to_numpy()
    rest = phases[phases.state != "paying"]
    columns = ["account_id", "currency", "start_at", "end_at", "state", "mrr"]
    return pd.concat([paying[columns], rest[columns]]), _spans(paying, rest[rest.state == "paused"])


def _runs(rows: pd.DataFrame) -> pd.DataFrame:
    """`rows` of each account in order, with how far those before reach."""
    rows = rows.sort_values(["account_id", "start_at", "end_at"])
    reached = rows.end_at.groupby(rows.account_id).cummax().groupby(rows.account_id).shift()
    return rows.assign(reached=reached)


def _islands(rows: pd.DataFrame) -> pd.DataFrame:
    """Stretches of an account that touch or overlap."""
    rows = _runs(rows)
    number = (~(rows.start_at <= rows.reached)).cumsum()
    each = rows.groupby(number)
    return each.agg(
        account_id=("account_id", "first"), start_at=("start_at", "min"), end_at=("end_at", "max")
    )


def _spans(paying: pd.DataFrame, paused: pd.DataFrame) -> pd.DataFrame:
    paid = _islands(paying)
    paid["again"] = paid.groupby("account_id").start_at.shift(-1).fillna(FAR)
    waits = _islands(paused).rename(columns={"start_at": "since", "end_at": "until"})
    joined = paid.reset_index(drop=True).reset_index().merge(waits, on="account_id", how="left")
    holds = (joined.since <= joined.end_at) & (joined.until > joined.end_at)
    limit = joined.end_at.where(joined.end_at < FAR, FAR - 90 * DAY) + 90 * DAY
    held = pd.concat([joined.until, limit, joined.again], axis=1).min(axis=1)
    joined["end_at"] = joined.end_at.where(~holds, held)
    spans = joined.groupby("index").agg(
        account_id=("account_id", "first"), start_at=("start_at", "first"), end_at=("end_at", "max"),
        again=("again", "first"),
    )  # fmt: skip
    soon = (spans.again - spans.end_at) < DAY
    spans["end_at"] = spans.end_at.where(~soon, spans.again)
    return spans


def _per_month(phases: pd.DataFrame) -> Any:
    amount = phases.unit_amount.astype(float) * phases.quantity.astype(float).fillna(1.0)
    repeating = (phases.discount_kind == "repeating") & (phases.discount_cycles.fillna(2) >= 2)
    counted = (phases.discount_kind == "forever") | repeating
    net = amount - phases.discount_amount.astype(float).fillna(0.0).where(counted, 0.0)
    months = phases.interval.map(MONTHS) * phases.interval_count.fillna(1)
    return net.clip(lower=0.0) / months


def _stops(phases: pd.DataFrame, invoices: pd.DataFrame) -> pd.Series:
    """When what is past due stops paying: 30 days after the newest unpaid invoice fell due."""
    late = phases[phases.status == "past_due"].sort_values(
        ["account_id", "subscription_id", "start_at", "phase_id"]
    )
    keys = [late.account_id, late.subscription_id]
    run = (late.end_at.groupby(keys).shift() != late.start_at).cumsum()
    late = late.assign(run_start=late.start_at.groupby(run).transform("min"))
    bills = invoices[invoices.status != "void"].assign(due=invoices.due_at.fillna(invoices.issued_at))
    owed = late[["phase_id", "account_id", "subscription_id", "run_start"]].merge(
        bills, on=["account_id", "subscription_id"]
    )
    owed = owed[(owed.issued_at <= owed.run_start) & ~(owed.paid_at <= owed.run_start)]
    due = owed.sort_values(["issued_at", "due"]).groupby("phase_id").due.last()
    starts = late.set_index("phase_id").run_start
    stops: pd.Series = due.reindex(starts.index).fillna(starts) + 30 * DAY
    return stops


def money(phases: pd.DataFrame, spans: pd.DataFrame, tables: Tables) -> Answers:
    """MRR, net revenue retention and customer churn of every period."""
    ours = tables["internal"].account_id
    paying = phases[(phases.state == "paying") & ~phases.account_id.isin(ours)]
    spans = spans[~spans.account_id.isin(ours)]
    codes, accounts = pd.factorize(paying.account_id)
    paying, spans = paying.assign(code=codes), spans.assign(code=accounts.get_indexer(spans.account_id))
    currencies, names = pd.factorize(paying.currency)
    paying = paying.assign(currency=currencies)
    rates = tables["rates"].assign(day=pd.to_datetime(tables["rates"].day)).set_index(["base", "day"]).rate
    found: Answers = {}
    for period in tables["periods"].itertuples():
        at = period.period_start.to_pydatetime()
        before, after = held_at(paying, period.period_start), held_at(paying, period.period_end)
        latest, fixed = _rates_on(period.last_day, names, rates), _rates_on(period.fixed_day, names, rates)
        found["mrr", at] = float((after.mrr * latest[after.currency]).sum()), 0.0
        opening, closing = (
            np.bincount(side.code, weights=side.mrr * fixed[side.currency], minlength=len(accounts))
            for side in (before, after)
        )
        found["net_revenue_retention", at] = float(closing[opening > 0].sum()), float(opening.sum())
        there = held_at(spans, period.period_start).code.unique()
        stayed = np.isin(there, held_at(spans, period.period_end).code)
        found["customer_churn_rate", at] = float((~stayed).sum()), float(len(there))
    return {key: sums for key, sums in found.items() if any(sums)}


def _rates_on(day: Any, currencies: Any, rates: pd.Series) -> Any:
    """What one unit of each currency is worth on a day."""
    known = rates.xs(pd.Timestamp(day), level="day")
    return np.array([1.0 if name == "USD" else known[name] for name in currencies])


def money_of_months(tables: Tables) -> Answers:
    """The same over account months."""
    rows = tables["account_months"]
    rows = rows[~rows.account_id.isin(tables["internal"].account_id)]
    opening = rows.opening_customer > 0
    kept = rows.closing_fixed.astype(float).where(rows.opening_paying > 0, 0.0)
    sums = pd.DataFrame(
        {
            "mrr": rows.closing_mrr.astype(float), "kept": kept, "fixed": rows.opening_fixed.astype(float),
            "lost": opening & (rows.closing_customer == 0), "opening": rows.opening_customer,
        }
    ).groupby(rows.period_start).sum()  # fmt: skip
    found: Answers = {}
    for at, row in sums.iterrows():
        start = pd.Timestamp(str(at)).to_pydatetime()
        found["mrr", start] = float(row.mrr), 0.0
        found["net_revenue_retention", start] = float(row.kept), float(row.fixed)
        found["customer_churn_rate", start] = float(row.lost), float(row.opening)
    return {key: sums for key, sums in found.items() if any(sums)}
