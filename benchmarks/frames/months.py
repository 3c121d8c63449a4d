"""Months as whole numbers, and answers by them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.figures import Answers

Tables = Mapping[str, pd.DataFrame]
CORE = ("task_completed", "report_created", "comment_added")


def month_of(instants: Any) -> Any:
    """Months since 1970."""
    return np.asarray(instants).astype("datetime64[M]").astype(np.int64)


def by_month(metric: str, months: Any, above: Any, below: Any = None) -> Answers:
    """Sums by month of what each row adds."""
    months = np.asarray(months)
    least = int(months.min()) if len(months) else 0
    top = np.bincount(months - least, weights=np.asarray(above, dtype=float))
    zero = np.zeros(len(top))
    bottom = zero if below is None else np.bincount(months - least, weights=np.asarray(below, dtype=float))
    starts = (np.arange(len(top)) + least).astype("datetime64[M]").astype("datetime64[us]").tolist()
    pairs = zip(starts, top.tolist(), bottom.tolist(), strict=True)
    return {(metric, start): (one, other) for start, one, other in pairs if one or other}
