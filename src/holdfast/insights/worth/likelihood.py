"""Parameters of the greatest likelihood, and how sure they are.

All parameters of these models are positive, so that the search is over their logarithms, where it
cannot leave the ground on which the likelihood is defined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from importlib import import_module
from typing import Any, ClassVar, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from holdfast.errors import UsageError

Floats: TypeAlias = NDArray[np.float64]
Valued: TypeAlias = tuple[float, Floats]
"""The logarithm of a likelihood, and its derivatives by each parameter."""

FARTHEST = 14.0
"""The greatest |log parameter| looked at: what lies there has no greatest likelihood, it only grows."""


class Likely:
    """What the estimators share: how they are fitted, what they learned and how sure it is.

    After `fit`, each of `parameters` stands under its name with an underscore behind (`alpha_`);
    `log_likelihood_` is what they reach, `covariance_` that of their logarithms, from the curvature
    of the likelihood there.
    """

    parameters: ClassVar[tuple[str, ...]]
    log_likelihood_: float
    covariance_: Floats

    @property
    def fitted(self) -> tuple[float, ...]:
        """The learned values in the order of `parameters`; raises UsageError before `fit`."""
        if not hasattr(self, "log_likelihood_"):
            name = type(self).__name__
            raise UsageError(f"This {name} has learned nothing yet.", hint=f"{name}().fit(...) comes first.")
        return tuple(float(getattr(self, f"{name}_")) for name in self.parameters)

    def interval(
        self, ask: Callable[[Self], Floats], *, draws: int = 400, seed: int = 0
    ) -> tuple[Floats, Floats]:
        """The 95 % interval of what `ask` reads off a fitted model, for what is not known of its parameters.

        The model is asked with `draws` sets of parameters drawn around the fitted ones; chance in what
        a customer does beyond them is not in it.
        """
        asked = np.stack([np.asarray(ask(each), dtype=np.float64) for each in self._drawn(draws, seed)])
        low, high = np.percentile(asked, [2.5, 97.5], axis=0)
        return low, high

    def _drawn(self, draws: int, seed: int) -> Iterator[Self]:
        middle = np.log(self.fitted)
        dice = np.random.default_rng(seed)
        for values in np.exp(dice.multivariate_normal(middle, self.covariance_, draws, check_valid="raise")):
            yield copy(self)._told(values)

    def _told(self, values: Floats) -> Self:
        for name, value in zip(self.parameters, values, strict=True):
            setattr(self, f"{name}_", float(value))
        return self

    def _most_likely(self, likelihood: Callable[[Floats], Valued], start: Floats) -> Self:
        """Learn the parameters at which `likelihood` is greatest, looked for from `start` on."""

        def downhill(logs: Floats) -> tuple[float, Floats]:
            values = np.exp(logs)
            reached, slope = likelihood(values)
            return -reached, -slope * values

        with np.errstate(over="ignore", invalid="ignore"):
            found = _optimize().minimize(
                downhill,
                np.log(start),
                jac=True,
                method="L-BFGS-B",
                bounds=[(-FARTHEST, FARTHEST)] * len(start),
                options={"maxiter": 1_000, "ftol": 1e-13, "gtol": 1e-7},
            )
        name = type(self).__name__
        endless = [
            each for each, at in zip(self.parameters, found.x, strict=True) if abs(at) > FARTHEST - 0.01
        ]
        if endless or not np.isfinite(found.fun):
            what = " and ".join(endless) or "nothing"
            raise UsageError(
                f"These customers do not tell the parameters of {name}: its likelihood has no end in {what}.",
                hint="They may all be alike, or too few of them came back or left.",
            )
        self._told(np.exp(found.x))
        self.log_likelihood_ = -float(found.fun)
        self.covariance_ = _inverse_curvature(downhill, np.asarray(found.x))
        return self


def _inverse_curvature(downhill: Callable[[Floats], tuple[float, Floats]], at: Floats) -> Floats:
    """The covariance of maximum-likelihood estimates: the inverse of the observed information."""
    information = _optimize().approx_fprime(at, lambda logs: downhill(logs)[1], 1e-5)
    return np.linalg.pinv((information + information.T) / 2, hermitian=True)


def _optimize() -> Any:
    """scipy.optimize, loaded when first needed: few commands learn."""
    return import_module("scipy.optimize")
