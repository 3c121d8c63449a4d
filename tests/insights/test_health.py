"""The score of K33 by its own worked examples, and what moved it: sums that are exact whatever the parts."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.errors import UsageError
from holdfast.insights.health.moved import Ground, moved
from holdfast.metrics.health.parts import PARTS
from holdfast.metrics.health.score import Score, band_of, score
from holdfast.metrics.health.weights import COMPONENTS, Profile, published, weights_of

ONE = {part.component: name for name, part in PARTS.items()}
"""A part of each component."""


def scored(values: dict[str, int | None], weights: dict[str, int]) -> Score:
    """A score of components given whole, by weights of some."""
    parts = {ONE[name]: Fraction(value) for name, value in values.items() if value is not None}
    return score(parts, Profile("test", weights_of(weights)))


FOUR = {"usage": 40, "outcome": 30, "sentiment": 20, "support": 10}


def test_v1_a_missing_component_drops_out_and_weights_are_taken_anew() -> None:
    found = scored({"usage": 80, "outcome": 50, "sentiment": None, "support": 100}, FOUR)
    assert found.value == Fraction("71.25")
    assert (found.coverage, found.band) == (Fraction(4, 5), "amber")


def test_v2_under_half_of_the_weights_there_is_no_score() -> None:
    found = scored({"usage": None, "outcome": None, "sentiment": 90, "support": 90}, FOUR)
    assert (found.value, found.reason, found.band, found.coverage) == (
        None,
        "not_enough_data",
        None,
        Fraction(3, 10),
    )


def test_v3_all_zero_is_a_score() -> None:
    found = scored(dict.fromkeys(FOUR, 0), FOUR)
    assert found.value == 0
    assert (found.band, found.reason) == ("red", None)


@pytest.mark.parametrize(
    ("value", "band"), [(75, "green"), (74.999, "amber"), (50, "amber"), (49.99, "red"), (None, None)]
)
def test_v4_bands_begin_at_their_bounds(value: float | None, band: str | None) -> None:
    assert band_of(value) == band


def test_weights_that_holdfast_brings_are_those_published() -> None:
    assert [int(published("default").weights[name]) for name in COMPONENTS] == [35, 20, 15, 15, 15]
    assert sum(published("onboarding").weights.values()) == 100


def test_a_component_is_the_plain_mean_of_its_parts() -> None:
    found = score(
        {"usage_weeks": Fraction(100), "usage_pace": Fraction(50), "activation": Fraction(0)},
        published("default"),
    )
    assert found.component("usage") == 75
    assert found.value == Fraction(35 * 75, 55)


@pytest.mark.parametrize("given", [{"use": 1}, {"usage": -1, "outcome": 2}, {"usage": 0}, {"usage": "much"}])
def test_weights_that_cannot_be_are_refused(given: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        weights_of(given)


GROUNDS = st.lists(
    st.builds(
        Ground,
        part=st.sampled_from(sorted(PARTS)),
        kind=st.sampled_from(["base", "tickets", "activity"]),
        record=st.sampled_from("abc"),
        at=st.none(),
        value=st.fractions(-50, 50, max_denominator=13),
    ),
    max_size=12,
)


def of_grounds(grounds: list[Ground], name: str) -> Score:
    values: dict[str, Fraction] = {}
    for each in grounds:
        values[each.part] = values.get(each.part, Fraction(0)) + each.value
    return score(values, published(name))


@settings(max_examples=60)
@given(GROUNDS, GROUNDS, st.sampled_from(["default", "onboarding"]))
def test_records_add_up_to_the_change_exactly(before: list[Ground], after: list[Ground], name: str) -> None:
    scores = of_grounds(before, "default"), of_grounds(after, name)
    rows = moved((scores[0], before), (scores[1], after))
    changed = (scores[1].value or Fraction(0)) - (scores[0].value or Fraction(0))
    assert sum((row.change for row in rows), Fraction(0)) == changed
    assert sum((row.after for row in rows), Fraction(0)) == (scores[1].value or 0)
