"""Coming back and dropping off are the oracle's, on random companies at work (K21, K22)."""

from __future__ import annotations

from datetime import datetime

import pytest

from holdfast.metrics import Asked, find, measure
from tests.agreement.at_work import labels_of_weeks, told
from tests.agreement.frame import adding_up, as_known_before, evidence
from tests.agreement.sizes import WHOLE, companies, spread
from tests.agreement.telling import LABELS
from tests.oracle.returning import MEASURES
from tests.program import Desk
from tests.vectors.rows import company, phase
from tests.vectors.rows_usage import event, user

NAMES = tuple(MEASURES)
GRAINS = ("day", "week", "month")
FEW = [(3, "Asia/Tehran"), (1, "America/Sao_Paulo"), (2, "UTC")]
CASES = companies(FEW, "UTC", "Asia/Tehran", "America/Sao_Paulo")
ENDS = (datetime(2018, 1, 1, 2), datetime(2017, 12, 15), datetime(2017, 11, 8, 3, 0, 0, 1))
EARLY = (
    [(*c, e) for c in CASES for e in ENDS] if WHOLE else [(*c, e) for c, e in zip(CASES, ENDS, strict=True)]
)
BY_MONTH = LABELS["month"]


@pytest.mark.trial
@pytest.mark.parametrize(("case", "grain"), spread(CASES, GRAINS))
def test_counted_twice(case: tuple[int, str], grain: str) -> None:
    asked = told(*case)
    weeks = labels_of_weeks(asked.history.settings.get("week_start", 0))
    assert asked.differences(NAMES, grain, weeks if grain == "week" else LABELS[grain]) == {}


@pytest.mark.trial
@pytest.mark.parametrize(("seed", "zone", "as_of"), EARLY)
def test_counted_twice_while_windows_are_open(seed: int, zone: str, as_of: datetime) -> None:
    assert told(seed, zone, as_of).differences(NAMES, "month", BY_MONTH) == {}


def test_counted_twice_as_known_before_a_correction() -> None:
    as_known_before(told(1, "America/Sao_Paulo"), NAMES, labels=("2017-11", "2017-12"))


@pytest.mark.parametrize("name", NAMES)
def test_evidence_adds_up_and_what_is_left_out_says_why(name: str) -> None:
    evidence(told(1, "America/Sao_Paulo", ENDS[0]).explained(name, "month", "2017-11"))


def test_numerators_and_denominators_add_over_countries() -> None:
    adding_up(told(2, "UTC"), NAMES, "month", ("2017-11",))


def test_users_of_one_account_have_the_plan_of_the_instant_they_entered() -> None:
    phases = [phase("A", "2024-01-10", "2024-04-15", 10), phase("A", "2024-04-15", None, 10, plan="more")]
    users = [user("early", created="2024-04-03"), user("late", created="2024-04-20")]
    desk = Desk(company(phases, users=users, events=[event("late", "2024-04-21T06:00")]), {}, {})
    month = desk.basis.calendar.period("month", "2024-04")
    asked = Asked([find("n_day_retention[day=1]")], [month], ("plan",), datetime(2025, 1, 1))
    figures = measure(asked, desk.layout, desk.basis.rules)
    found = {figure.segment["plan"]: (figure.numerator, figure.denominator) for figure in figures}
    assert found == {"plan": (0, 0), "more": (1, 1)}


def test_the_random_companies_have_something_to_count() -> None:
    asked = [figure for case in FEW for figure in told(*case).counted(NAMES, "month", BY_MONTH)]
    for name in NAMES:
        figures = [figure for figure in asked if figure.name == name]
        assert any(figure.numerator for figure in figures), name
        assert any(figure.numerator != figure.denominator for figure in figures), name
