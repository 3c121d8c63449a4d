"""What is known of an account just before an instant: parts of health, and facts that segments ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import numpy as np
from numpy.typing import NDArray

from holdfast.metrics.health.parts import PARTS, all_grounds, part_values, subjects
from holdfast.metrics.health.score import LEAST_COVERAGE
from holdfast.metrics.health.weights import COMPONENTS, DEFAULT, PUBLISHED
from holdfast.segments import Moments, facts_told, rule
from holdfast.timelines.layout import Layout
from holdfast.timelines.localtime import local_day

ASKED = rule(
    "status in (paying, paused) and mrr is known and tenure is known and active_days(28 days) >= 0 "
    "and active_users(28 days) >= 0 and last_seen is known and open_tickets >= 0 and interval is known"
)
FACTS = ("tenure", "mrr", "active_days", "active_users", "unseen_days", "open_tickets", "yearly")
"""Features besides the parts of health: days, money, days and people of 28, days, tickets, yes or no."""

FEATURES = (*PARTS, *FACTS)
LONGEST_UNSEEN = 365


@dataclass(frozen=True)
class Known:
    """Accounts at instants, a row each, with a column of `values` per feature; what is unknown is NaN."""

    account_id: NDArray[np.str_]
    bound: NDArray[np.datetime64]
    names: tuple[str, ...]
    values: NDArray[np.float64]

    def where(self, rows: NDArray[np.bool_]) -> Known:
        """Some of the rows."""
        return Known(self.account_id[rows], self.bound[rows], self.names, self.values[rows])

    def without(self, name: str) -> tuple[Known, NDArray[np.float64]]:
        """The rows without a column, and that column."""
        place = self.names.index(name)
        names = (*self.names[:place], *self.names[place + 1 :])
        values = np.delete(self.values, place, axis=1)
        return Known(self.account_id, self.bound, names, values), self.values[:, place]


def known(moments: Moments, layout: Layout, more: Mapping[str, Any] | None = None) -> Known:
    """The customers at each instant with every feature, in the order of instant and account.

    `more` are further features by name, each a function from moments and layout to account_id, bound, value.
    """
    rows = layout.keep("risk_facts", _facts(moments, layout))
    who = layout.keep("risk_subjects", subjects(moments, layout))
    told = {"parts": _by_part(part_values(all_grounds(who, moments, layout)))}
    told |= {name: made(moments, layout).rename({name: "value"}) for name, made in (more or {}).items()}
    whole = rows
    for name, each in told.items():
        whole = whole.left_join(each, ["account_id", "bound"], rname=f"{name}_{{name}}")
    table = whole.order_by(["bound", "account_id"]).to_pyarrow()
    names = (*FEATURES, *(more or {}))
    values = np.empty((table.num_rows, len(names)))
    for place, name in enumerate(names):
        values[:, place] = table[name].cast("float64").to_numpy(zero_copy_only=False)
    accounts = np.array(table["account_id"].to_pylist(), dtype=str)
    return Known(accounts, table["bound"].cast("timestamp[us]").to_numpy(), names, values)


def _by_part(values: Any) -> Any:
    """A row for each account at each instant with a column per part of health, of 100."""
    share = values.numerator.cast("float64") * 100 / values.denominator.cast("float64")
    columns = {name: share.max(where=values.part == name) for name in PARTS}
    return values.group_by("account_id", "bound").aggregate(**columns)


def with_health(rows: Known) -> Known:
    """The rows with one more column, `health`: the score by the default weights, NaN where it is unknown."""
    weights = PUBLISHED[DEFAULT]
    means, shares = [], []
    for component in COMPONENTS:
        places = [rows.names.index(name) for name, part in PARTS.items() if part.component == component]
        values = rows.values[:, places]
        many = (~np.isnan(values)).sum(axis=1)
        means.append(np.nansum(values, axis=1) / np.maximum(many, 1))
        shares.append(np.where(many > 0, weights[component] / 100, 0.0))
    share = np.column_stack(shares)
    told = share.sum(axis=1)
    score = (np.column_stack(means) * share).sum(axis=1) / np.maximum(told, 1e-9)
    health = np.where(told >= float(LEAST_COVERAGE), score, np.nan)
    return Known(rows.account_id, rows.bound, (*rows.names, "health"), np.column_stack([rows.values, health]))


def _facts(moments: Moments, layout: Layout) -> Any:
    rows, columns = facts_told(ASKED, moments, layout)
    fact = {read.fact: rows[column] for read, column in columns.items()}
    calendar = layout.basis.calendar
    held = rows.filter(fact["status"].isin(["paying", "paused"]))
    ours = layout.accounts.filter(layout.accounts.is_internal).select("account_id")
    held = held.anti_join(ours, "account_id")
    fact = {read.fact: held[column] for read, column in columns.items()}
    unseen = ibis.least(held.bound_day.delta(fact["last_seen"], unit="day"), LONGEST_UNSEEN)
    return held.select(
        "account_id",
        "bound",
        tenure=held.bound_day.delta(local_day(fact["tenure"], calendar), unit="day").cast("float64"),
        mrr=fact["mrr"].cast("float64"),
        active_days=fact["active_days"].cast("float64"),
        active_users=fact["active_users"].cast("float64"),
        unseen_days=unseen.fill_null(LONGEST_UNSEEN).cast("float64"),
        open_tickets=fact["open_tickets"].cast("float64"),
        yearly=fact["interval"].contains("year").fill_null(False).cast("float64"),
    )
