"""What repeat buyers are worth: purchases to come times what each is worth, discounted by when they come."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from holdfast.errors import UsageError
from holdfast.insights.worth.beta_geo_nbd import BetaGeoNBD
from holdfast.insights.worth.gamma_gamma import GammaGamma
from holdfast.insights.worth.likelihood import Floats
from holdfast.insights.worth.pareto_nbd import ParetoNBD

Buying: TypeAlias = BetaGeoNBD | ParetoNBD


def lifetime_value(
    buying: Buying,
    spending: GammaGamma,
    frequency: ArrayLike,
    recency: ArrayLike,
    T: ArrayLike,
    value: ArrayLike,
    *,
    periods: int,
    discount: float = 0.0,
) -> Floats:
    """The money expected of each customer over the next `periods`, in units of the models' own time.

    A week if they were fitted on weeks: nothing is taken for a month. Purchases of each period count
    as at its end, discounted by `discount` a period. It is revenue, until multiplied by a margin.
    """
    if periods < 1 or discount <= -1:
        raise UsageError("Lifetime value looks at least one period ahead, with a discount above -1.")
    worth: Floats = np.zeros(np.size(frequency))
    before: Floats = np.zeros_like(worth)
    for period in range(1, periods + 1):
        bought = buying.expected_purchases(float(period), frequency, recency, T)
        worth = worth + (bought - before) / (1 + discount) ** period
        before = bought
    return worth * spending.expected_value(frequency, value)
