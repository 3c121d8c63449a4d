"""First contacts, waits and transfers are the oracle's, on random companies (K30)."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.agreement.frame import adding_up, as_known_before
from tests.agreement.talking import (
    CASES,
    EARLY,
    OPEN_CASES,
    differing,
    empty,
    explained,
    told,
)
from tests.oracle.support import MEASURES

NAMES = tuple(MEASURES)
ADDITIVE = tuple(name for name in NAMES if not name.endswith("_time"))


@pytest.mark.trial
@pytest.mark.parametrize(("seed", "zone", "grain"), CASES)
def test_counted_twice(seed: int, zone: str, grain: str) -> None:
    assert differing(told(seed, zone), NAMES, grain) == {}


@pytest.mark.trial
@pytest.mark.parametrize(("seed", "zone", "as_of"), OPEN_CASES)
def test_counted_twice_while_windows_are_open(seed: int, zone: str, as_of: datetime) -> None:
    assert differing(told(seed, zone, as_of), NAMES, "month") == {}


def test_counted_twice_as_known_before_a_correction() -> None:
    as_known_before(told(1, "Asia/Tehran"), NAMES, "quarter", ("2017-Q4",))


@pytest.mark.parametrize("name", NAMES)
def test_evidence_adds_up_and_what_is_left_out_says_why(name: str) -> None:
    assert explained(told(2, "America/Sao_Paulo", EARLY[0]), name, "month", "2017-11")


def test_numerators_and_denominators_add_over_countries() -> None:
    adding_up(told(3, "UTC"), ADDITIVE)


def test_the_random_companies_have_something_to_count() -> None:
    assert empty(NAMES) == set()
