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
from holdfast.metrics.joint import Drawn, Moments, Pairs, drawn_by_cell, joint_interval
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


def worth(pairs: Pairs) -> Any:
    """What is earned over what is lost."""
    (money, subjects), (gone, of) = pairs["earned"], pairs["lost"]
    return (money / subjects) / (gone / of)


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


def found(large: set[tuple[datetime]]) -> dict[Any, Drawn | Moments]:
    """What is drawn of a month with many subjects and of one with few."""
    schema = {
        "period_start": "timestamp(6)",
        "account_id": "string",
        "earned": "int64",
        "lost": "int64",
        "there": "int64",
        "left_out": "string",
    }
    table = ibis.memtable([*rows(LARGE, 3 * SMALL), *rows(FEW, SMALL // 2)], schema=schema)
    parts: list[tuple[Metric, Any]] = [(earned, table), (lost, table)]
    return dict(drawn_by_cell(parts, Asked([earned, lost], MONTHS), large))


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
