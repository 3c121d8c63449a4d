"""The interval of a composed metric from moments alone is that of the subjects one by one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import ibis
import numpy as np
import pytest

from holdfast.metrics.asked import Asked
from holdfast.metrics.catalog import Evidence, Metric
from holdfast.metrics.composed import part
from holdfast.metrics.intervals import SMALL
from holdfast.metrics.joint import Composed, Drawn, Moments, Pairs, drawn_by_cell, joint_interval
from holdfast.periods import Calendar

MONTHS = Calendar().periods("month", "2025-01", "2025-02")
LARGE, FEW = MONTHS[0].start, MONTHS[1].start


@part("earned", timeline="rows", unit="money", interval="ratio")
def earned(row: Any) -> Evidence:
    """Earned
    What was earned / subjects."""
    return Evidence(row.earned, row.there)


@part("lost", timeline="rows", unit="share", interval="ratio")
def lost(row: Any) -> Evidence:
    """Lost
    Subjects lost / subjects."""
    return Evidence(row.lost, row.there)


@part("gone", timeline="rows", unit="accounts", interval="ratio")
def gone(row: Any) -> Evidence:
    """Gone
    Subjects lost; most add nothing to it."""
    return Evidence(row.lost)


def worth(pairs: Pairs) -> Any:
    """What is earned over what is lost."""
    (money, subjects), (left, of) = pairs["earned"], pairs["lost"]
    return (money / subjects) / (left / of)


def rows(start: datetime, subjects: int) -> list[dict[str, Any]]:
    """Subjects with a few rows each, some of which add nothing to a part."""
    chance = np.random.default_rng(subjects)
    return [
        {
            "period_start": start,
            "account_id": f"a{place}",
            "earned": int(chance.integers(0, 1000)),
            "lost": int(chance.random() < 0.3),
            "there": 1,
            "left_out": None,
        }
        for place in range(subjects)
        for _ in range(int(chance.integers(1, 3)))
    ]


SCHEMA = {
    "period_start": "timestamp(6)",
    "account_id": "string",
    "earned": "int64",
    "lost": "int64",
    "there": "int64",
    "left_out": "string",
}


def drawn(
    large: set[tuple[datetime]], **metrics: tuple[Metric, ...]
) -> dict[str, dict[Any, Drawn | Moments]]:
    """What is drawn of metrics with some parts, in a month with many subjects and one with few."""
    table = ibis.memtable([*rows(LARGE, 3 * SMALL), *rows(FEW, SMALL // 2)], schema=SCHEMA)
    composed = {name: Composed([(each, table) for each in parts], large) for name, parts in metrics.items()}
    return drawn_by_cell(composed, Asked([earned, lost], MONTHS))


def found(large: set[tuple[datetime]]) -> dict[Any, Drawn | Moments]:
    """What is drawn of a metric of two parts."""
    return drawn(large, worth=(earned, lost))["worth"]


def test_moments_give_the_interval_that_subjects_give() -> None:
    moments, subjects = found({(LARGE,)})[(LARGE,)], found(set())[(LARGE,)]
    assert isinstance(moments, Moments)
    assert isinstance(subjects, Drawn)
    assert moments.n == subjects.n
    assert joint_interval(moments, worth, "") == pytest.approx(joint_interval(subjects, worth, ""), rel=1e-9)


def test_of_few_subjects_each_is_there_to_be_drawn_again() -> None:
    few = found({(LARGE,), (FEW,)})[(FEW,)]
    assert isinstance(few, Drawn)
    assert len(few.added) == SMALL // 2
    alone = found(set())[(FEW,)]
    assert joint_interval(few, worth, "seed") == joint_interval(alone, worth, "seed")


def test_metrics_told_together_are_what_each_is_alone() -> None:
    metrics = {
        "worth": (earned, lost),
        "gone": (gone,),
        "turned": (lost, earned),
        "all": (gone, lost, earned),
    }
    together = drawn({(LARGE,)}, **metrics)
    for name, parts in metrics.items():
        alone = drawn({(LARGE,)}, **{name: parts})[name]
        for cell in ((LARGE,), (FEW,)):
            assert_same(together[name][cell], alone[cell])
    (counted,) = (each for cell, each in together["gone"].items() if cell == (LARGE,))
    (of_all,) = (each for cell, each in together["all"].items() if cell == (LARGE,))
    assert isinstance(counted, Moments)
    assert isinstance(of_all, Moments)
    assert counted.subjects < of_all.subjects == 3 * SMALL


def assert_same(one: Drawn | Moments, other: Drawn | Moments) -> None:
    assert type(one) is type(other)
    if isinstance(one, Moments) and isinstance(other, Moments):
        assert (one.subjects, one.n, one.drawn.names) == (other.subjects, other.n, other.drawn.names)
        assert np.array_equal(one.sums, other.sums)
        assert np.array_equal(one.products, other.products)
    elif isinstance(one, Drawn) and isinstance(other, Drawn):
        assert one.names == other.names
        assert np.array_equal(one.added, other.added)
