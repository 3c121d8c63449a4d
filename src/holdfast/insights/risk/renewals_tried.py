"""Chances to leave by the renewal as they would have been given in the past, held against what came.

As in the back-test of leaving within some days, each origin learns from what was known by then alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from holdfast.insights.risk.backtest import (
    NEEDED_TO_JUDGE,
    NEEDED_TO_LEARN,
    ORIGINS,
    Compared,
    Kept,
    TooFew,
    asked_once,
    known_by,
)
from holdfast.insights.risk.card import card
from holdfast.insights.risk.curve import at_renewal, evenly
from holdfast.insights.risk.features import Known
from holdfast.insights.risk.outcomes import Endings, outcomes

Floats = NDArray[np.float64]


def renewals_tried(
    rows: Known,
    ends: Endings,
    ahead: Floats,
    horizons: Sequence[int],
    until: datetime,
    among: NDArray[np.bool_],
    kept: Kept,
) -> Compared | TooFew:
    """How chances by the renewal did: of the accounts `among` whose renewal lay `ahead` by so many days.

    Beside them stand the same chances read evenly by the day, and the share that left by a renewal before.
    """
    widest, due = max(horizons), ~np.isnan(ahead)
    left = outcomes(rows, ends, np.where(due, ahead, 0.0))[0] > 0
    kinds = {days: outcomes(rows, ends, days)[0] for days in horizons}
    instants = [each for each in sorted(set(rows.bound.tolist())) if each + timedelta(days=widest) <= until]
    origins = [
        each
        for each in instants
        if all((kinds[days][known_by(rows, each, days)] > 0).sum() >= NEEDED_TO_LEARN for days in horizons)
        and (due & known_by(rows, each, widest)).any()
    ][-ORIGINS:]
    if not origins:
        seen = [kinds[days][known_by(rows, until, days)] > 0 for days in horizons]
        return TooFew(int(min(each.sum() for each in seen)), NEEDED_TO_LEARN, "learn")
    judged = np.isin(rows.bound, np.array(origins, dtype="datetime64[us]")) & due & among
    gone = left[judged]
    if gone.sum() < NEEDED_TO_JUDGE:
        return TooFew(int(gone.sum()), NEEDED_TO_JUDGE, "judge")
    told: dict[str, list[Floats]] = {"model": [], "evenly": [], "base_rate": []}
    for origin in origins:
        now = rows.bound == np.datetime64(origin, "us")
        mine = judged[now]
        chances = {days: asked_once(rows, kinds[days], origin, days, kept)[mine] for days in horizons}
        told["model"].append(at_renewal(chances, ahead[now][mine]))
        told["evenly"].append(evenly(chances, ahead[now][mine]))
        before = float(left[due & known_by(rows, origin, widest)].mean())
        told["base_rate"].append(np.full(int(mine.sum()), before))
    whose = rows.account_id[judged]
    cards = {name: card(np.concatenate(each), gone, whose) for name, each in told.items()}
    return Compared(widest, tuple(origins), cards)
