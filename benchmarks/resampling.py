"""Ten thousand resamples of one ratio over many accounts, against the same in plain numpy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.clock import say, timed
from benchmarks.company import Company
from benchmarks.results import Row
from holdfast.metrics import intervals

METRIC = "net_revenue_retention"
FLOOR_OF = 20
"""Plain numpy draws one of so many resamples; the whole would take that many times as long."""

Floats = NDArray[np.float64]


def resample(company: Company) -> tuple[list[Row], list[str]]:
    """One interval of net revenue retention over as many accounts as the size has."""
    company.grow(company.exports.end)
    listed, explanation = timed(lambda: company.space.explain(METRIC, period=company.periods[-1].label))
    n = company.size.accounts
    above, below = (
        np.resize(explanation.rows[name].to_numpy().astype(float), n) for name in ("numerator", "denominator")
    )
    with company.peaks.of("bootstrap"):
        ours, bounds = timed(lambda: intervals.bootstrap(above, below, METRIC))
    seconds, floor = timed(lambda: _plainly(above, below))
    if bounds is None or not np.allclose(bounds, np.percentile(floor, [2.5, 97.5]), rtol=0.01):
        raise SystemExit(f"The intervals differ: {bounds} and {np.percentile(floor, [2.5, 97.5])}.")
    say(f"bootstrap {ours:.2f} s, plain numpy {seconds * FLOOR_OF:.2f} s")
    what = f"bootstrap of NRR, {intervals.RESAMPLES:,} resamples of {n:,} accounts"
    row = Row(what, ours, "plain numpy", seconds * FLOOR_OF)
    told = f"Bootstrap: the {explanation.rows.num_rows:,} rows of the last month, listed in {listed:.2f} s"
    return [row], [f"{told}, are repeated up to {n:,}; plain numpy drew one in {FLOOR_OF} of the resamples."]


def _plainly(above: Floats, below: Floats) -> Floats:
    """The ratio over some resamples, as one would write it: draw, take, add, divide."""
    draws, n = np.random.default_rng(7), len(above)
    found = []
    for _ in range(intervals.RESAMPLES // FLOOR_OF):
        drawn = draws.integers(0, n, n)
        found.append(above[drawn].sum() / below[drawn].sum())
    return np.array(found)
