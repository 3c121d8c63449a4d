"""Cohorts are the oracle's, on random companies at work, mature cells told from immature ones."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from tests.agreement.again import added
from tests.agreement.at_work import told
from tests.agreement.frame import adding_up, as_known_before
from tests.agreement.sizes import companies
from tests.oracle.cohorts import MEASURES

NAMES = tuple(MEASURES)
LABELS = {
    "month": ("2017-09", "2017-10", "2017-11", "2017-12"),
    "quarter": ("2017-Q4",),
}
ZONES = ("UTC", "Asia/Tehran", "America/Sao_Paulo")
CASES = companies([(3, ZONES[1]), (1, ZONES[2])], *ZONES)
EARLY = datetime(2018, 1, 20, 5)


@pytest.mark.trial
@pytest.mark.parametrize(("seed", "zone"), CASES)
def test_counted_twice(seed: int, zone: str) -> None:
    for grain, labels in LABELS.items():
        assert told(seed, zone).differences(NAMES, grain, labels) == {}


def test_what_is_not_over_is_pending() -> None:
    early = told(3, ZONES[1], EARLY)
    assert early.differences(NAMES, "month", LABELS["month"]) == {}
    cells = early.counted(NAMES[:1], "month", LABELS["month"])
    october = {cell.of["age"]: cell for cell in cells if cell.period_label == "2017-10"}
    assert [age for age, cell in october.items() if cell.value is None] == [3, 4]
    assert {october[age].reason for age in (3, 4)} == {"pending"}
    assert october[3].status == "provisional"


def test_counted_twice_as_known_before_a_correction() -> None:
    as_known_before(told(1, ZONES[2]), ("cohort_retention.users",), labels=LABELS["month"])


@pytest.mark.parametrize("name", NAMES)
def test_evidence_adds_up(name: str) -> None:
    asked = told(3, ZONES[1])
    found = asked.explained(f"{name}[age=1]", "month", "2017-10")
    assert found.agrees
    assert added(found.rows.to_pylist(), "numerator") == Decimal(str(found.figure.numerator))


def test_cohorts_add_over_countries() -> None:
    adding_up(told(3, ZONES[1]), NAMES[:1], "month", LABELS["month"][:2])
