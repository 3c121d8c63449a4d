"""Proposals by worked numbers: halfway to its own best quarter, or its own pace kept up."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.insights.forecast import TooLittle
from holdfast.insights.proposals import LEAST, pooled, propose, rounded, trend_of
from holdfast.metrics.figure import Figure
from tests.insights.made_up import figure, month, series

NOTHING = TooLittle(0)
ANY = (float("-inf"), float("inf"))
SHARE = (0.0, 1.0)


def churn(lost: int, of: int, place: int) -> Figure:
    value = Decimal(lost) / Decimal(of)
    return figure(
        place, value, unit="share", metric="customer_churn_rate", numerator=lost, denominator=of, n=of
    )


def test_without_a_trend_it_goes_by_the_middle_and_the_best_quarter_taken_together() -> None:
    lost = [4, 6, 2, 5, 8, 3, 6, 4, 7, 5, 6, 4]
    history = [churn(count, 100 + 10 * place, place) for place, count in enumerate(lost)]
    found = propose(history, direction="lower", ahead=["2025-01"], bounds=SHARE, forecast=NOTHING)
    values = [count / (100 + 10 * place) for place, count in enumerate(lost)]
    best = sorted(range(12), key=values.__getitem__)[:3]
    together = sum(lost[place] for place in best) / sum(100 + 10 * place for place in best)
    assert [each.period_label for each in found.best] == [month(place) for place in sorted(best)]
    assert found.best_value == pytest.approx(together)
    assert found.pace is None
    assert found.middle == pytest.approx(median(values))
    assert float(found.cautious) == pytest.approx((median(values) + together) / 2, abs=0.0005)
    assert float(found.ambitious) == pytest.approx(together, abs=0.0005)
    assert found.ambitious < found.cautious


def test_with_a_trend_to_the_good_it_keeps_up_its_own_pace() -> None:
    values = [100 + 10 * place + (5 if place % 3 else 0) for place in range(18)]
    ahead = ["2025-07", "2025-08", "2025-09"]
    found = propose(
        series(values), direction="higher", ahead=ahead, bounds=(0, float("inf")), forecast=NOTHING
    )
    changes = [values[place + 3] - values[place] for place in range(15)][-12:]
    assert found.trend.way == "higher"
    assert found.pace is not None
    assert (found.pace.stretch, found.pace.middle) == (3, median(changes))
    assert found.pace.best == sum(sorted(changes, reverse=True)[:3]) / 3
    assert found.cautious == values[-1] + 30
    assert len(found.history) == 12


def test_a_trend_to_the_bad_is_no_pace_to_keep_up() -> None:
    found = propose(
        series([200 - 5 * place for place in range(12)]),
        direction="higher",
        ahead=["2025-01"],
        bounds=ANY,
        forecast=NOTHING,
    )
    assert (found.trend.way, found.pace) == ("lower", None)
    assert found.ambitious == 195


def test_what_is_proposed_stays_within_what_can_be() -> None:
    rising = [churn(90 + place // 2, 100, place) for place in range(16)]
    found = propose(
        rising,
        direction="higher",
        ahead=[month(place) for place in range(16, 28)],
        bounds=SHARE,
        forecast=NOTHING,
    )
    assert found.pace is not None
    assert found.ambitious == 1


def test_too_few_periods_are_refused() -> None:
    with pytest.raises(ValueError, match=f"needs {LEAST} settled periods"):
        propose(series([1] * (LEAST - 1)), direction="higher", ahead=["x"], bounds=ANY, forecast=NOTHING)


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0.02345, "share", "0.023"),
        (0.00456, "share", "0.0046"),
        (1.2, "share", "1.000"),
        (46427.27, "USD", "46400"),
        (123.4, "accounts", "123"),
        (4.26, "accounts", "4"),
        (4.268, "hours", "4.27"),
        (-3, "USD", "0.00"),
    ],
)
def test_values_are_rounded_as_a_person_would(value: float, unit: str, shown: str) -> None:
    bounds = SHARE if unit == "share" else (0.0, float("inf"))
    assert str(rounded(value, unit, bounds)) == shown


@given(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=12))
def test_a_trend_is_the_median_of_all_slopes(values: list[float]) -> None:
    places = range(len(values))
    slopes = [(values[b] - values[a]) / (b - a) for a in places for b in places if a < b]
    found = trend_of(values)
    assert found.slope == pytest.approx(median(slopes), abs=1e-9)
    if all(before < after for before, after in pairwise(values)) and len(values) > 5:
        assert found.way == "higher"


def test_figures_without_sums_are_pooled_by_their_mean() -> None:
    assert pooled(series([1, 2, 6])) == 3
