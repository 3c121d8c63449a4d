"""Usage is the oracle's, on random companies at work (K17 to K20)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from tests.agreement.again import Told, added
from tests.agreement.at_work import at_work, labels_of_weeks, told, uncorrected
from tests.agreement.sizes import WHOLE, spread
from tests.agreement.telling import LABELS
from tests.histories import AS_OF, CORRECTED
from tests.oracle.usage import MEASURES

NAMES = tuple(MEASURES)
GRAINS = ("day", "week", "month")
FEW = [(3, "Asia/Tehran"), (1, "America/Sao_Paulo"), (2, "UTC")]
MANY = [(seed, zone) for seed in range(10, 50) for zone in ("UTC", "Asia/Tehran", "America/Sao_Paulo")]
CASES = MANY if WHOLE else FEW
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
    history = at_work(1, "America/Sao_Paulo")
    before, labels = Told(history, AS_OF, CORRECTED - timedelta(days=1)), ("2017-11", "2017-12")
    first = Told(uncorrected(history), AS_OF).counted(NAMES, "month", labels)
    assert before.counted(NAMES, "month", labels) == first
    assert told(1, "America/Sao_Paulo").counted(NAMES, "month", labels) != first
    assert before.differences(NAMES, "month", labels) == {}


@pytest.mark.parametrize("name", NAMES)
def test_evidence_adds_up_and_what_is_left_out_says_why(name: str) -> None:
    asked = f"{name}[feature=login]" if name.endswith(".feature") else name
    shown = told(1, "America/Sao_Paulo").explained(asked, "month", "2017-12")
    rows, out = shown.rows.to_pylist(), shown.left_out.to_pylist()
    assert added(rows, "numerator") == shown.figure.numerator
    assert shown.figure.denominator is None or added(rows, "denominator") == shown.figure.denominator
    assert all(row["excluded_because"] for row in out)
    inside = {(row["account_id"], row["subject_id"]) for row in rows}
    assert not inside & {(row["account_id"], row["subject_id"]) for row in out}


def test_numerators_and_denominators_add_over_countries() -> None:
    asked = told(2, "UTC")
    whole = asked.counted(NAMES, "month", ("2017-11",))
    parts = asked.counted(NAMES, "month", ("2017-11",), by=("country",))
    for figure in whole:
        shares = [part for part in parts if (part.name, part.of) == (figure.name, figure.of)]
        assert shares or not (figure.numerator or figure.denominator), figure.name
        for side in ("numerator", "denominator"):
            assert sum(Decimal(getattr(part, side) or 0) for part in shares) == (getattr(figure, side) or 0)


def test_the_random_companies_have_something_to_count() -> None:
    figures = told(3, "Asia/Tehran").counted(NAMES, "month", BY_MONTH)
    for name in NAMES:
        assert any(figure.numerator for figure in figures if figure.name == name)
