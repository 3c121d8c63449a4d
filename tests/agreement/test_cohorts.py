"""Cohorts are the oracle's, on random companies at work, mature cells told from immature ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from tests.agreement.again import Told, added
from tests.agreement.at_work import at_work, told, uncorrected
from tests.agreement.sizes import WHOLE
from tests.histories import AS_OF, CORRECTED
from tests.oracle.cohorts import MEASURES

NAMES = tuple(MEASURES)
LABELS = {
    "month": ("2017-09", "2017-10", "2017-11", "2017-12"),
    "quarter": ("2017-Q4",),
}
ZONES = ("UTC", "Asia/Tehran", "America/Sao_Paulo")
CASES = (
    [(seed, zone) for seed in range(10, 40) for zone in ZONES] if WHOLE else [(3, ZONES[1]), (1, ZONES[2])]
)
EARLY = datetime(2018, 1, 20, 5)


@pytest.mark.trial
@pytest.mark.parametrize(("seed", "zone"), CASES)
def test_counted_twice(seed: int, zone: str) -> None:
    for grain, labels in LABELS.items():
        assert told(seed, zone).differences(NAMES, grain, labels) == {}


@pytest.mark.trial
@pytest.mark.parametrize(("seed", "zone"), CASES[:1])
def test_what_is_not_over_is_pending(seed: int, zone: str) -> None:
    early = told(seed, zone, EARLY)
    assert early.differences(NAMES, "month", LABELS["month"]) == {}
    cells = early.counted(NAMES[:1], "month", LABELS["month"])
    october = {cell.of["age"]: cell for cell in cells if cell.period_label == "2017-10"}
    assert [age for age, cell in october.items() if cell.value is None] == [3, 4]
    assert {october[age].reason for age in (3, 4)} == {"pending"}
    assert october[3].status == "provisional"


def test_counted_twice_as_known_before_a_correction() -> None:
    history, names = at_work(1, ZONES[2]), ("cohort_retention.users",)
    before = Told(history, AS_OF, CORRECTED - timedelta(days=1))
    first = Told(uncorrected(history), AS_OF).counted(names, "month", LABELS["month"])
    assert before.counted(names, "month", LABELS["month"]) == first
    assert before.differences(names, "month", LABELS["month"]) == {}


@pytest.mark.parametrize("name", NAMES)
def test_evidence_adds_up(name: str) -> None:
    asked = told(3, ZONES[1])
    found = asked.explained(f"{name}[age=1]", "month", "2017-10")
    assert found.agrees
    assert added(found.rows.to_pylist(), "numerator") == Decimal(str(found.figure.numerator))


def test_cohorts_add_over_countries() -> None:
    asked = told(3, ZONES[1])
    whole = asked.counted(NAMES[:1], "month", LABELS["month"][:2])
    parts = asked.counted(NAMES[:1], "month", LABELS["month"][:2], by=("country",))
    for cell in whole:
        same = [each for each in parts if (each.period_label, each.of) == (cell.period_label, cell.of)]
        assert sum(int(each.denominator or 0) for each in same) == cell.denominator
        assert sum(int(each.numerator or 0) for each in same) == cell.numerator
