"""Random companies told in several steps: what is kept equals what is counted from scratch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from holdfast.flow.keeping import refresh
from holdfast.flow.upkeep.checks import check_derived
from holdfast.metrics import Figure
from holdfast.warehouse import Finding
from tests.flow.courses import STEPS, course
from tests.flow.memory import Recount
from tests.flow.telling import Told

BOARD = (
    "mrr",
    "mrr_expansion",
    "mrr_churn",
    "mrr_fx",
    "net_revenue_retention",
    "customer_churn_rate",
    "customer_churn_rate.customer_days",
    "joined_and_left",
    "signups",
    "signups.users",
    "one_off_revenue",
    "customer_retention_rate.engaged",
)
"""Something of every timeline and of every column of the kept months."""

PERIODS = ("month", "2017-09", "2018-03")


def shown(told: Told) -> list[Figure]:
    """The board as the workspace answers."""
    grain, first, last = PERIODS
    return told.space.kpis(BOARD, grain=grain, first=first, last=last)


def counted_again(told: Told, through: datetime) -> list[Figure]:
    """The same board from the rows told alone."""
    desk = Recount(told.memory, told.settings, told.rules)
    return desk.board(BOARD, *PERIODS, through)


def wrong(told: Told) -> list[Finding]:
    """What is kept and should not be so; a rate that has not come yet is no fault."""
    return [finding for finding in check_derived(told.warehouse) if finding.code != "no_rate"]


@pytest.mark.trial
@pytest.mark.parametrize("part", range(2))
def test_what_is_kept_equals_what_is_counted_from_scratch(
    part: int, sized: Callable[[Any, Any], Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(refresh, "MOST", 0)  # however many accounts are touched, only they are made anew
    for seed in range(part, sized(2, 6), 2):
        known = course(seed)
        with Told.create(tmp_path / str(seed), known.settings) as told:
            for number, step in enumerate(known.steps, start=1):
                told.set(step.settings)
                told.tell(step)
                told.space.catch_up()
                assert wrong(told) == [], (seed, number)
                if number in (STEPS // 2, STEPS):
                    assert shown(told) == counted_again(told, step.through), (seed, number)
