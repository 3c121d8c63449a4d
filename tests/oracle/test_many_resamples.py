"""The bootstrap of more rows than two bytes can number."""

import numpy as np
import pytest

from holdfast.metrics import intervals


def test_rows_beyond_two_bytes_are_drawn_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intervals, "RESAMPLES", 200)
    n = intervals.NARROW + 1_000
    late = np.arange(n) >= intervals.NARROW
    sums = intervals.resampled(np.column_stack([np.ones(n), late.astype(float)]), "seed")
    assert (sums[:, 0] == n).all()
    assert sums[:, 1].mean() == pytest.approx(1_000, rel=0.02)
    assert len(np.unique(sums[:, 1])) > 50
