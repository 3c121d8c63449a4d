"""How a KPI goes with staying, against a count in plain Python and a published interval."""

from __future__ import annotations

from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.insights.links import LEAST, Link, link
from tests.oracle.intervals import newcombe

ACCOUNTS = st.integers(0, 200).map(lambda number: f"a{number:03}")


def sides(
    values: dict[str, float], stayed: dict[str, bool], better: str, link: Link
) -> list[tuple[int, int]]:
    """The two sides by the cut that the link names."""
    assert link.cut is not None
    groups: list[list[str]] = [[], []]
    for account in values.keys() & stayed.keys():
        beyond = values[account] < link.cut if better == "lower" else values[account] > link.cut
        is_good = beyond or (link.at_cut and values[account] == link.cut)
        groups[0 if is_good else 1].append(account)
    return [(len(group), sum(stayed[account] for account in group)) for group in groups]


@given(
    st.dictionaries(ACCOUNTS, st.integers(0, 6).map(float), min_size=60),
    st.dictionaries(ACCOUNTS, st.booleans(), min_size=60),
    st.sampled_from(["higher", "lower", "context"]),
)
def test_it_is_what_a_plain_count_says(
    values: dict[str, float], stayed: dict[str, bool], better: str
) -> None:
    found = link(values, stayed, better=better)
    both = [values[account] for account in values.keys() & stayed.keys()]
    if len(set(both)) < 2:
        assert found.kind in {"too_few", "alike"}
        return
    assert found.cut == median(both)
    (n1, s1), (n2, s2) = sides(values, stayed, better, found)
    assert (found.good.accounts, found.good.stayed) == (n1, s1)
    assert (found.others.accounts, found.others.stayed) == (n2, s2)
    assert (found.kind == "too_few") == (min(n1, n2) < LEAST)
    if found.kind == "measured":
        assert found.gap == pytest.approx(s1 / n1 - s2 / n2)
        assert (found.low, found.high) == pytest.approx(newcombe(s1, n1, s2, n2))


def grouped(good: tuple[int, int], others: tuple[int, int]) -> tuple[dict[str, float], dict[str, bool]]:
    values, stayed = {}, {}
    for value, (n, stays) in ((1.0, good), (0.0, others)):
        for place in range(n):
            values[f"{value}-{place}"] = value
            stayed[f"{value}-{place}"] = place < stays
    return values, stayed


def test_the_interval_is_the_published_one() -> None:
    """Newcombe 1998, table II, method 10: 56/70 against 48/80."""
    found = link(*grouped((70, 56), (80, 48)), better="higher")
    assert (found.gap, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    assert found.verdict == "stays"


def test_two_values_are_told_apart_wherever_the_median_lies() -> None:
    mostly = link(*grouped((100, 90), (30, 20)), better="higher")
    rarely = link(*grouped((30, 29), (100, 60)), better="higher")
    assert (mostly.good.accounts, mostly.others.accounts) == (100, 30)
    assert (rarely.good.accounts, rarely.others.accounts) == (30, 100)
    turned = link(*grouped((100, 90), (30, 20)), better="lower")
    assert (turned.good.accounts, turned.others.accounts) == (30, 100)
    assert turned.verdict == "leaves"


def test_it_says_when_there_is_too_little_to_say() -> None:
    assert link({}, {}, better="higher").kind == "too_few"
    assert link(*grouped((LEAST - 1, 9), (90, 9)), better="higher").kind == "too_few"
    assert link(*grouped((LEAST, 9), (LEAST, 9)), better="higher").kind == "measured"
    alike = link(*grouped((90, 80), (0, 0)), better="higher")
    assert (alike.kind, alike.gap, alike.verdict) == ("alike", None, "unclear")


def test_who_could_neither_stay_nor_leave_is_in_no_side() -> None:
    values, stayed = grouped((40, 30), (40, 20))
    found = link(values | {"gone": 1.0}, stayed | {"silent": True}, better="higher")
    assert found.good.accounts + found.others.accounts == 80
