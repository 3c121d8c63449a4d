"""Shares of themes are the oracle's, on random companies (K31)."""

from __future__ import annotations

from datetime import datetime

import pytest

from holdfast.metrics import find
from tests.agreement.again import added
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
from tests.oracle.themes import MEASURES

NAMES = tuple(MEASURES)
PLAIN = tuple(name for name in NAMES if not find(name).parts)


@pytest.mark.trial
@pytest.mark.parametrize(("seed", "zone", "grain"), CASES)
def test_counted_twice(seed: int, zone: str, grain: str) -> None:
    assert differing(told(seed, zone), NAMES, grain) == {}


@pytest.mark.trial
@pytest.mark.parametrize(("seed", "zone", "as_of"), OPEN_CASES)
def test_counted_twice_while_windows_are_open(seed: int, zone: str, as_of: datetime) -> None:
    assert differing(told(seed, zone, as_of), NAMES, "month") == {}


def test_counted_twice_as_known_before_a_correction() -> None:
    as_known_before(
        told(1, "Asia/Tehran"),
        NAMES,
        "quarter",
        ("2017-Q4",),
        differing=lambda before: differing(before, NAMES, "quarter"),
    )


@pytest.mark.parametrize("name", PLAIN)
def test_evidence_adds_up_and_what_is_left_out_says_why(name: str) -> None:
    assert explained(told(2, "America/Sao_Paulo", EARLY[0]), name, "month", "2017-11")


def test_the_rows_of_coders_agreement_add_up_part_by_part() -> None:
    found = told(2, "America/Sao_Paulo").explained("theme_share.agreement", "quarter", "2017-Q4")
    rows = found.rows.to_pylist()
    assert rows
    for part in found.figure.parts:
        mine = [row for row in rows if row["part"] == part.name]
        assert added(mine, "numerator") == part.numerator
        assert added(mine, "denominator") == part.denominator


def test_numerators_and_denominators_add_over_countries() -> None:
    adding_up(told(3, "UTC"), PLAIN)


def test_the_random_companies_have_something_to_count() -> None:
    assert empty(NAMES) == set()
