"""A classifier of leaving: multinomial logistic regression with a ridge, over features that may be unknown.

P(kind | x) is proportional to exp(intercept + coefficients x); the fit maximises the likelihood less
half of `ridge` times the sum of squared coefficients of standardised features. What is unknown takes the
mean, and one more feature says that it was unknown.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import softmax

from holdfast.errors import UsageError
from holdfast.insights.risk.loss import RidgedLoss

Floats = NDArray[np.float64]


class ChurnClassifier:
    """The chance of each kind of outcome, 0 being that the account stays.

    After `fit`: `classes_` the kinds seen, `coefficients_` a row per kind but the first and a column per
    feature of the `design`, `intercepts_`, `means_` and `spreads_` of the features, `log_likelihood_`.
    """

    def __init__(self, ridge: float = 3.0) -> None:
        self.ridge = ridge

    classes_: NDArray[np.int64]
    coefficients_: Floats
    intercepts_: Floats
    means_: Floats
    spreads_: Floats
    unknown_: NDArray[np.intp]
    log_likelihood_: float

    def fit(self, features: ArrayLike, outcome: ArrayLike) -> Self:
        """Learn from rows of features (NaN where unknown) and what became of each."""
        rows, kinds = np.asarray(features, dtype=np.float64), np.asarray(outcome, dtype=np.int64)
        if rows.ndim != 2 or len(rows) != len(kinds) or not len(rows):
            raise UsageError("Features are a table with a row per account, outcomes one of each.")
        self.classes_ = np.unique(kinds)
        if len(self.classes_) < 2:
            raise UsageError("All had the same outcome, so nothing tells them apart.")
        told = ~np.isnan(rows)
        many = np.maximum(told.sum(axis=0), 1)
        self.means_ = np.where(told, rows, 0).sum(axis=0) / many
        spread = np.sqrt((np.where(told, rows - self.means_, 0) ** 2).sum(axis=0) / many)
        self.spreads_ = np.where(spread > 1e-12, spread, 1.0)
        self.unknown_ = np.flatnonzero(~told.all(axis=0) & told.any(axis=0))
        self._learn(self.design(rows), np.searchsorted(self.classes_, kinds))
        return self

    def design(self, features: ArrayLike) -> Floats:
        """The features as the model reads them: standardised, the mean where unknown, and that it was."""
        rows = np.asarray(features, dtype=np.float64)
        told = ~np.isnan(rows)
        standard = np.where(told, (np.nan_to_num(rows) - self.means_) / self.spreads_, 0.0)
        return np.hstack([standard, (~told[:, self.unknown_]).astype(np.float64)])

    def probabilities(self, features: ArrayLike) -> Floats:
        """The chance of each kind of `classes_`, a row per account."""
        chances: Floats = softmax(self._scores(self.design(features)), axis=1)
        return chances

    def contributions(self, features: ArrayLike) -> Floats:
        """What each feature adds to the log-odds of leaving against staying, over what the mean account has.

        Of several kinds of leaving, the mean by how likely each is; that a value is unknown is counted
        with its feature.
        """
        design, chances = self.design(features), self.probabilities(features)[:, 1:]
        share = chances / np.maximum(chances.sum(axis=1, keepdims=True), 1e-300)
        each = design * (share @ self.coefficients_)
        whole: Floats = each[:, : len(self.means_)].copy()
        whole[:, self.unknown_] += each[:, len(self.means_) :]
        return whole

    def _scores(self, design: Floats) -> Floats:
        leaving = design @ self.coefficients_.T + self.intercepts_
        return np.hstack([np.zeros((len(design), 1)), leaving])

    def _learn(self, design: Floats, kinds: NDArray[np.intp]) -> None:
        many = np.bincount(kinds, minlength=len(self.classes_))
        start = np.zeros((len(many) - 1, design.shape[1] + 1))
        start[:, -1] = np.log(many[1:] / many[0])
        loss = RidgedLoss(design, kinds, self.ridge, len(many) - 1)
        found = _optimize().minimize(
            loss.with_slope, start.ravel(), jac=True, hess=loss.curvature, method="trust-exact"
        )
        best = found.x.reshape(start.shape)
        self.coefficients_, self.intercepts_ = best[:, :-1].copy(), best[:, -1].copy()
        self.log_likelihood_ = -float(found.fun) + loss.penalty(found.x)


@cache
def _optimize() -> Any:
    """scipy.optimize, loaded when first needed: few commands learn."""
    return import_module("scipy.optimize")
