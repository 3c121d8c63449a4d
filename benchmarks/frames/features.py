"""Who leaves, learned the way of a notebook: features by month in pandas, a logistic regression on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.discrete.discrete_model import Logit

FEATURES = ("tenure", "mrr", "active_days", "active_users", "unseen_days", "opened")
WEEKS = pd.Timedelta(days=28)
FIRST_LOOK = pd.Timedelta(days=365)


@dataclass(frozen=True)
class Book:
    """What a notebook has in memory: months of accounts, spans of being a customer, acts, tickets."""

    months: pd.DataFrame
    spans: pd.DataFrame
    events: pd.DataFrame
    tickets: pd.DataFrame

    def features(self, at: pd.Timestamp) -> pd.DataFrame:
        """Six features of each customer at an instant, from what was there before it."""
        here = self.months[(self.months.period_start == at) & (self.months.opening_mrr > 0)]
        rows = here.set_index("account_id")[["opening_mrr"]].rename(columns={"opening_mrr": "mrr"})
        began = self.spans.groupby("account_id", observed=True).start_at.min()
        near = self.events[(self.events.occurred_at < at) & (self.events.occurred_at >= at - FIRST_LOOK)]
        last = near.groupby("account_id", observed=True).occurred_at.max()
        recent = near[near.occurred_at >= at - WEEKS]
        days = recent.assign(day=recent.occurred_at.dt.normalize())[["account_id", "day"]].drop_duplicates()
        people = recent[["account_id", "user_id"]].drop_duplicates()
        opened = self.tickets[(self.tickets.created_at < at) & (self.tickets.created_at >= at - WEEKS)]
        rows["tenure"] = (at - began.reindex(rows.index)).dt.days
        rows["active_days"] = days.groupby("account_id", observed=True).size().reindex(rows.index).fillna(0)
        rows["active_users"] = (
            people.groupby("account_id", observed=True).size().reindex(rows.index).fillna(0)
        )
        rows["unseen_days"] = (at - last.reindex(rows.index)).dt.days.fillna(FIRST_LOOK.days)
        rows["opened"] = opened.groupby("account_id", observed=True).size().reindex(rows.index).fillna(0)
        return rows[list(FEATURES)].astype(float)

    def left(self, who: pd.Index, at: pd.Timestamp, days: int) -> pd.Series:
        """Whether each left within so many days."""
        gone = self.spans[(self.spans.end_at >= at) & (self.spans.end_at < at + pd.Timedelta(days=days))]
        return pd.Series(who.isin(gone.account_id), index=who)

    def learned(self, instants: list[pd.Timestamp], days: int) -> Learned:
        """A model of all instants."""
        rows = [self.features(at) for at in instants]
        left = [self.left(each.index, at, days) for each, at in zip(rows, instants, strict=True)]
        return Learned.of(pd.concat(rows), pd.concat(left))


@dataclass(frozen=True)
class Learned:
    """A logistic regression on standardised features."""

    mean: pd.Series
    spread: pd.Series
    weights: np.ndarray

    @classmethod
    def of(cls, rows: pd.DataFrame, left: pd.Series) -> Learned:
        """Learn from features and what came after."""
        mean, spread = rows.mean(), rows.std().replace(0, 1.0)
        design = np.column_stack([np.ones(len(rows)), (rows - mean) / spread])
        return cls(
            mean,
            spread,
            np.asarray(Logit(left.to_numpy(float), design).fit(disp=0, warn_convergence=False).params),
        )

    def chances(self, rows: pd.DataFrame) -> np.ndarray:
        """The chance of each to leave."""
        design = np.column_stack([np.ones(len(rows)), (rows - self.mean) / self.spread])
        found: np.ndarray = 1 / (1 + np.exp(-design @ self.weights))
        return found
