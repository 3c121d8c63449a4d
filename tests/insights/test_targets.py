"""How a target stands: by its figure once that is settled, before by the forecast; worked by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from holdfast.insights.forecast import Forecast, Score, Step, TooLittle
from holdfast.insights.targets import judge, progress, settled
from tests.insights.made_up import DUE, figure, series, target

JUNE = 29


def outlook(value: float, low: float, high: float) -> Forecast:
    scores = (Score("naive", 1.0, 9, 10),)
    return Forecast("naive", (Step(1, value, low, high),), scores, 18, 0, 12, 6)


@pytest.mark.parametrize(
    ("value", "direction", "expected", "state"),
    [
        ("120", "higher", (121, 90, 150), "on_course"),
        ("120", "higher", (120, 90, 150), "on_course"),
        ("120", "higher", (119, 90, 150), "attainable"),
        ("120", "higher", (100, 90, 110), "unlikely"),
        ("120", "lower", (121, 90, 150), "attainable"),
        ("120", "lower", (119, 90, 150), "on_course"),
        ("80", "lower", (119, 90, 150), "unlikely"),
    ],
)
def test_before_its_date_the_forecast_decides(
    value: str, direction: Any, expected: tuple[float, float, float], state: str
) -> None:
    standing = judge(target(value, direction), series([100] * 18), outlook(*expected))
    assert standing.state == state


@pytest.mark.parametrize(
    ("value", "direction", "came", "state"),
    [
        ("120", "higher", 120, "met"),
        ("120", "higher", Decimal("119.99"), "missed"),
        ("120", "lower", 121, "missed"),
        ("120", "lower", 0, "met"),
        ("120", "lower", None, "undefined"),
    ],
)
def test_at_its_date_its_figure_decides_whatever_was_forecast(
    value: str, direction: Any, came: Any, state: str
) -> None:
    figures = [*series([100] * 18), figure(JUNE, came)]
    assert figures[-1].period_label == DUE
    standing = judge(target(value, direction), figures, outlook(120, 120, 120))
    assert (standing.state, standing.final) == (state, figures[-1])


def test_a_provisional_figure_of_its_date_decides_nothing() -> None:
    figures = [*series([100] * 18), figure(JUNE, 500, status="provisional")]
    standing = judge(target("120"), figures, outlook(100, 90, 110))
    assert (standing.state, standing.final) == ("unlikely", None)
    assert standing.current == figures[-2]


def test_without_a_forecast_it_says_so_and_a_dropped_one_is_not_judged() -> None:
    assert judge(target("120"), series([100] * 5), TooLittle(5)).state == "too_little_history"
    assert judge(target("120"), [], None).state == "too_little_history"
    assert (
        judge(target("120", state="dropped"), series([100] * 18), outlook(130, 120, 140)).state == "dropped"
    )


@pytest.mark.parametrize(
    ("start", "value", "direction", "now", "gone"),
    [
        ("100", "120", "higher", 105, Decimal("0.25")),
        ("100", "120", "higher", 130, Decimal("1.5")),
        ("100", "120", "higher", 95, Decimal("-0.25")),
        ("0.04", "0.02", "lower", Decimal("0.035"), Decimal("0.25")),
        ("130", "120", "higher", 130, None),
        ("120", "120", "higher", 120, None),
    ],
)
def test_progress_is_the_share_of_the_way(
    start: str, value: str, direction: Any, now: Any, gone: Decimal | None
) -> None:
    assert progress(target(value, direction, from_value=Decimal(start)), figure(18, now)) == gone


def test_progress_needs_a_figure_at_both_ends() -> None:
    assert progress(target("120", from_value=None), figure(18, 110)) is None
    assert progress(target("120"), None) is None


def test_history_is_settled_figures_since_the_first_that_counts_anything() -> None:
    shares = {"unit": "share", "denominator": 1}
    figures = [
        figure(0, 0),
        figure(1, None, reason="no_data"),
        figure(2, 7),
        figure(3, 0),
        figure(4, Decimal("0.5"), n=9, **shares),
        figure(5, Decimal("0.5"), n=10, **shares),
        figure(6, 8, status="published"),
        figure(7, 9, status="provisional"),
    ]
    assert [each.period_label for each in settled(figures)] == ["2024-03", "2024-04", "2024-06", "2024-07"]
