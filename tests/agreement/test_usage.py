"""Usage is the oracle's, on random companies at work (K17 to K20)."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.agreement.again import Told
from tests.agreement.at_work import labels_of_weeks, told
from tests.agreement.frame import adding_up, as_known_before, evidence
from tests.agreement.sizes import WHOLE, companies, spread
from tests.agreement.telling import LABELS
from tests.oracle.usage import MEASURES

NAMES = tuple(MEASURES)
GRAINS = ("day", "week", "month")
FEW = [(3, "Asia/Tehran"), (1, "America/Sao_Paulo"), (2, "UTC")]
CASES = companies(FEW, "UTC", "Asia/Tehran", "America/Sao_Paulo")
ENDS = (datetime(2018, 1, 1, 2), datetime(2017, 12, 16), datetime(2017, 10, 15, 3, 0, 0, 1))
EARLY = (
    [(*case, end) for case in CASES for end in ENDS]
    if WHOLE
    else [(*c, e) for c, e in zip(CASES, ENDS, strict=True)]
)
BY_MONTH = LABELS["month"]


def labels(asked: Told, grain: str) -> tuple[str, ...]:
    return labels_of_weeks(asked.history.settings.get("week_start", 0)) if grain == "week" else LABELS[grain]


@pytest.mark.trial
@pytest.mark.parametrize(("case", "grain"), spread(CASES, GRAINS))
def test_counted_twice(case: tuple[int, str], grain: str) -> None:
    asked = told(*case)
    assert asked.differences(NAMES, grain, labels(asked, grain)) == {}


@pytest.mark.trial
@pytest.mark.parametrize(("seed", "zone", "as_of"), EARLY)
def test_counted_twice_up_to_where_the_data_end(seed: int, zone: str, as_of: datetime) -> None:
    assert told(seed, zone, as_of).differences(NAMES, "month", BY_MONTH) == {}


def test_counted_twice_as_known_before_a_correction() -> None:
    as_known_before(told(1, "America/Sao_Paulo"), NAMES, labels=("2017-11", "2017-12"))


@pytest.mark.parametrize("name", NAMES)
def test_evidence_adds_up_and_what_is_left_out_says_why(name: str) -> None:
    asked = f"{name}[feature=login]" if name.endswith(".feature") else name
    evidence(told(1, "America/Sao_Paulo").explained(asked, "month", "2017-12"))


def test_numerators_and_denominators_add_over_countries() -> None:
    adding_up(told(2, "UTC"), NAMES, "month", ("2017-11",))


def test_the_random_companies_have_something_to_count() -> None:
    figures = told(3, "Asia/Tehran").counted(NAMES, "month", BY_MONTH)
    for name in NAMES:
        assert any(figure.numerator for figure in figures if figure.name == name)
