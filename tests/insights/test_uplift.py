"""Experiments: who is held out, what can be seen, and intervals that hold the truth as often as they say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from math import exp
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_ind
from statsmodels.stats.power import NormalIndPower

from holdfast.errors import UsageError
from holdfast.insights.uplift.holding import held_out
from holdfast.insights.uplift.planning import least_detectable
from holdfast.insights.uplift.reading import Arm, Effect, Sequence95, adjusted, always_valid, stayed_more

DAYS, RATE = 90.0, 0.004
"""The window, and the daily rate at which control accounts leave: about 30 of 100 do."""


@given(
    st.dictionaries(st.text(min_size=1, max_size=4), st.sampled_from("abc"), min_size=1, max_size=60),
    st.floats(0.05, 0.95),
)
def test_each_stratum_holds_out_its_share_to_within_one(strata: dict[str, str], share: float) -> None:
    arms = held_out(strata, share, "salt")
    many = Counter(strata.values())
    held = Counter(strata[each] for each, arm in arms.items() if arm == "control")
    assert all(abs(held[name] - share * count) < 1 for name, count in many.items())
    assert held_out(strata, share, "salt") == arms


def test_another_salt_has_nothing_to_do_with_it() -> None:
    strata = {f"a{number}": "one" for number in range(2_000)}
    first, second = held_out(strata, 0.5, "a"), held_out(strata, 0.5, "b")
    both = sum(first[each] == second[each] == "control" for each in strata)
    assert 440 < both < 560
    with pytest.raises(UsageError, match="held out"):
        held_out(strata, 1.0, "a")


def test_the_least_detectable_difference_is_found_80_times_of_100() -> None:
    least = least_detectable(0.9, 400, 300)
    assert least is not None
    spread = (0.9 * 0.1) ** 0.5
    power = NormalIndPower().power(least / spread, nobs1=400, alpha=0.05, ratio=300 / 400)
    assert power == pytest.approx(0.80, abs=1e-3)
    assert least_detectable(0.9, 10, 0) is None


def test_the_difference_is_newcombes() -> None:
    found = stayed_more(Arm(100, 75), Arm(100, 60))
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((0.15, 0.020, 0.273), abs=5e-4)
    assert found.verdict() == "works"
    assert stayed_more(Arm(0, 0), Arm(3, 1)) is None


@pytest.mark.parametrize(
    ("effect", "least", "verdict"),
    [
        (Effect(0.1, 0.01, 0.2), 0.0, "works"),
        (Effect(0.0, -0.02, 0.03), 0.05, "does_not"),
        (Effect(0.0, -0.02, 0.03), 0.0, "cannot_tell"),
        (Effect(-0.1, -0.2, -0.01), 0.0, "does_not"),
    ],
)
def test_verdicts(effect: Effect, least: float, verdict: str) -> None:
    assert effect.verdict(least) == verdict


def test_what_was_before_takes_the_scatter_out() -> None:
    dice = np.random.default_rng(2)
    before = dice.normal(100, 30, 400)
    treated = np.arange(400) % 2 == 0
    value = before + 4 * treated + dice.normal(0, 5, 400)
    plain, close = adjusted(value, np.zeros(400), treated), adjusted(value, before, treated)
    assert close.low < 4 < close.high
    assert (close.high - close.low) < (plain.high - plain.low) / 4
    welch = ttest_ind(value[treated], value[~treated], equal_var=False).confidence_interval()
    assert (plain.low, plain.high) == pytest.approx((welch.low, welch.high))
    with pytest.raises(UsageError, match="two accounts"):
        adjusted([1, 2, 3], [1, 2, 3], [True, False, False])


def company(seed: int, ratio: float, accounts: int = 240) -> tuple[Effect, list[Sequence95]]:
    """Half of a company's accounts leave at `ratio` times the rate of the others; read to the end."""
    dice = np.random.default_rng([seed, round(ratio * 1_000)])
    arms = held_out({f"a{number}": "one" for number in range(accounts)}, 0.5, str(seed))
    treated = np.array([arm == "treated" for arm in arms.values()])
    ends = dice.exponential(1 / (RATE * np.where(treated, ratio, 1.0)))
    there = {True: int(treated.sum()), False: int((~treated).sum())}
    leavings = []
    for place in np.argsort(ends):
        if ends[place] >= DAYS:
            break
        leavings.append((bool(treated[place]), there[True], there[False]))
        there[bool(treated[place])] -= 1
    effect = stayed_more(Arm(int(treated.sum()), there[True]), Arm(int((~treated).sum()), there[False]))
    assert effect is not None
    return effect, always_valid(leavings)


@pytest.mark.trial
def test_intervals_hold_the_truth_as_often_as_they_say(
    sized: Callable[[Any, Any], Any], record_property: Callable[[str, object], None]
) -> None:
    companies, ratio = sized(40, 500), 0.6
    truth = exp(-RATE * ratio * DAYS) - exp(-RATE * DAYS)
    fixed = always = 0
    for seed in range(companies):
        effect, readings = company(seed, ratio)
        fixed += effect.low <= truth <= effect.high
        always += all(each.low <= ratio <= each.high for each in readings)
    record_property("fixed horizon", f"{fixed} of {companies}")
    record_property("at all times at once", f"{always} of {companies}")
    least, most = sized((0.85, 1.0), (0.93, 0.97))
    assert least <= fixed / companies <= most
    assert always / companies >= sized(0.9, 0.93)


@pytest.mark.trial
def test_without_an_effect_daily_looks_seldom_find_one(
    sized: Callable[[Any, Any], Any], record_property: Callable[[str, object], None]
) -> None:
    companies = sized(40, 500)
    called = sum(
        any(each.verdict != "cannot_tell" for each in company(seed, 1.0)[1]) for seed in range(companies)
    )
    record_property("called an effect", f"{called} of {companies}")
    assert called <= sized(5, 35)


def test_an_effect_is_seen_before_the_window_ends() -> None:
    _, readings = company(1, 0.2, accounts=600)
    assert readings[-1].verdict == "works"
    assert any(each.verdict == "works" for each in readings[: len(readings) * 3 // 4])
    with pytest.raises(UsageError, match="left"):
        always_valid([(True, 3, 0)])
