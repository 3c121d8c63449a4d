"""Passages of personas: medians, bounds, and differences that hold after Holm."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from holdfast.insights.journeys.drops import Passage, comparisons, passages


def told(counts: dict[str | None, tuple[int, ...]]) -> tuple[Passage, ...]:
    """Passages of personas of which so many started and so many reached each stage, on day 1, 2 and so on."""
    personas = [name for name, many in counts.items() for _ in range(many[0])]
    stages = len(next(iter(counts.values()))) - 1
    days = [
        np.concatenate(
            [np.where(np.arange(many[0]) < many[stage], float(stage), np.nan) for many in counts.values()]
        )
        for stage in range(1, stages + 1)
    ]
    return passages(personas, days)


def test_of_two_personas_one_comparison_is_made() -> None:
    found = told({"a": (100, 80), "b": (60, 20), None: (500, 500)})
    assert [each.persona for each in found] == ["a", "b", None]
    assert [each.verdict for each in found] == ["higher", "lower", "alone"]
    assert comparisons(found) == 1
    against = found[0].against
    assert against is not None
    wanted = confint_proportions_2indep(80, 100, 20, 60, method="newcomb", compare="diff")
    assert (against.low, against.high) == pytest.approx(wanted)
    assert found[1].against is not None
    assert found[1].against.p == against.p


def test_chance_few_and_nobody_are_told_apart() -> None:
    found = told({"a": (100, 9, 0), "b": (100, 10, 9)})
    first, last = found[0], found[1]
    assert (first.verdict, last.verdict) == ("same", "too_few")
    assert (last.before, last.reached, last.conversion, last.days) == (9, 0, 0.0, None)
    assert told({"a": (5, 0, 0)})[1].conversion is None
    assert {each.verdict for each in told({"a": (50, 20, 9)})} == {"alone"}


def test_levels_rise_with_the_number_of_comparisons() -> None:
    one = told({"a": (40, 30), "b": (40, 20), "c": (40, 20)})
    assert comparisons(one) == 3
    clear = [each for each in one if each.against is not None and each.against.is_clear]
    assert {each.verdict for each in clear if each.against and each.against.p >= 0.05} <= {"same"}
