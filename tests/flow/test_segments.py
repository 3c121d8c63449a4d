"""Segments of a workspace: kept with two clocks, asked for by name or as they read, run again (R19, R20)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from holdfast.errors import UsageError
from holdfast.flow import Question
from holdfast.flow.published.reporting import key_of, numbers_of
from tests.flow import rows
from tests.flow.courses import Step, Telling
from tests.flow.telling import Told, whole_through

MARCH: dict[str, Any] = {"first": "2025-03", "last": "2025-03"}


def telling() -> Step:
    """Twelve accounts: two of them Iranian, one of them dear, one told of as a founder with ten seats."""
    step = rows.beginning()
    step.tellings[0] = Telling(
        "accounts",
        [
            rows.account(
                name,
                country="IR" if name in ("a03", "a04") else "DE",
                attributes='{"persona": "founder", "seats": 10, "beta": true}' if name == "a05" else None,
            )
            for name in rows.ACCOUNTS
        ],
    )
    return step


@pytest.fixture
def company(told: Told) -> Told:
    told.tell(telling())
    told.tell(rows.step("subscription_phases", rows.phase("a12", "900")))
    return told


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """The same company, told once; tests do not change it."""
    with Told.create(tmp_path_factory.mktemp("grouped") / "told", {"currency": "USD"}) as made:
        made.tell(telling())
        made.space.segments.define("iran", "country = IR", by="mina")
        yield made


def mrr(company: Told, **asked: Any) -> Any:
    (figure,) = company.space.kpis(["mrr"], **MARCH, **asked)
    return figure.value


def members(company: Told, segment: str, **asked: datetime) -> list[str]:
    found: list[str] = company.space.segments.members(segment, **asked).rows["account_id"].to_pylist()
    return found


def test_a_segment_is_asked_for_by_name_or_as_it_reads(whole: Told) -> None:
    assert [(each.name, str(each.rule), each.by) for each in whole.space.segments.all()] == [
        ("iran", "country = IR", "mina")
    ]
    assert mrr(whole, segment="iran") == mrr(whole, segment="country in ('IR')") == 200
    assert mrr(whole, segment=["iran", "mrr > 100"]) == 0
    inside, outside = whole.space.kpis(["mrr"], **MARCH, by=["segment.iran"])
    assert (inside.segment, outside.segment) == ({"segment.iran": "in"}, {"segment.iran": "out"})
    assert inside.value == 200
    (both,) = whole.space.kpis(["mrr"], **MARCH, segment=["iran", "mrr<=100"])
    assert both.segment == {"segment": "iran and mrr <= 100"}


def test_members_come_with_the_facts_that_the_rule_read(whole: Told) -> None:
    found = whole.space.segments.members(
        "country = IR and plan = pro and tenure > 1 month and last_seen is known", at=datetime(2025, 3, 1, 0)
    )
    assert found.rows.to_pylist() == [
        {
            "account_id": name,
            "name": None,
            "country": "IR",
            "plan": "pro",
            "tenure": 50,
            "last_seen": datetime(2025, 2, day).date(),
        }
        for name, day in (("a03", 3), ("a04", 4))
    ]


@pytest.mark.parametrize(
    "rule",
    [
        "attributes.persona = founder",
        "attributes.seats >= 10",
        "attributes.seats = 10.0",
        "attributes.seats = '10'",
        "attributes.beta = true",
        "attributes.beta is known",
    ],
)
def test_an_attribute_is_a_text_or_a_number(whole: Told, rule: str) -> None:
    assert members(whole, rule) == ["a05"]


def test_what_never_occurred_is_refused_with_the_nearest(whole: Told) -> None:
    for rule, said, meant in (
        ("count(logni, 7 days) > 0", "No event is called logni", "'login'"),
        ("plan in (pro, bro)", "No plan is called bro", "'pro'"),
        ("attributes.persna is known", "No attribute is called persna", "'persona'"),
    ):
        with pytest.raises(UsageError, match=said) as wrong:
            whole.space.segments.define("x", rule)
        assert meant in str(wrong.value.hint)
        with pytest.raises(UsageError, match=said):
            mrr(whole, segment=rule)
    with pytest.raises(UsageError, match="No segment is called 'irna'") as unknown:
        mrr(whole, segment="irna")
    assert "'iran'" in str(unknown.value.hint)
    with pytest.raises(UsageError, match="cannot be called '7 up'"):
        whole.space.segments.define("7 up", "mrr > 7")


def test_who_came_and_who_left(company: Told) -> None:
    moved = rows.account("a03", country="DE", valid_from=datetime(2025, 2, 10))
    company.tell(rows.step("accounts", moved))
    february = company.space.segments.turnover("country = DE", first="2025-02", last="2025-02")[0]
    assert (february.opening, february.entered, february.left, february.closing) == (10, 1, 0, 11)
    gone = company.space.segments.turnover("country = IR", first="2025-01", last="2025-03")
    assert [(each.opening, each.entered, each.left, each.closing) for each in gone] == [
        (2, 0, 0, 2),
        (2, 0, 1, 1),
        (1, 0, 0, 1),
    ]


def test_a_segment_defined_anew_is_another_from_then_on(company: Told) -> None:
    segments = company.space.segments
    segments.define("big", "mrr >= 500")
    first = company.warehouse.known_at()
    assert mrr(company, segment="big") == 900
    question = Question(("mrr",), **MARCH, segment="big", by=("segment.big",))
    report, figures = company.space.reports.make(question)
    segments.define("big", "mrr >= 100")
    assert mrr(company, segment="big") == 2020
    assert mrr(company, segment="big", known_at=first) == 900
    assert company.space.reports.again(report.report_id)[1] == figures
    assert [figure.segment for figure in figures] == [{"segment": "big", "segment.big": "in"}]
    bridge = company.space.compare("mrr", "month", "2025-03", segment="big", known_at=first)
    assert bridge.difference == 1120
    assert {row.because for row in bridge.rows} == {"segment big"}
    assert len(bridge.rows) == 11
    segments.drop("big")
    assert segments.all() == []
    assert [each.name for each in segments.all(first)] == ["big"]
    assert company.space.reports.again(report.report_id)[1] == figures
    with pytest.raises(UsageError, match="No segment is called 'big'"):
        mrr(company, segment="big")


def test_a_record_corrected_later_moves_who_is_in(company: Told) -> None:
    company.space.segments.define("iran", "country = IR")
    before = company.warehouse.known_at()
    report, figures = company.space.reports.make(Question(("customers",), **MARCH, segment="iran"))
    company.tell(rows.step("accounts", rows.account("a06", country="IR", valid_from=datetime(2025, 1, 2))))
    assert members(company, "iran") == ["a03", "a04", "a06"]
    assert before is not None
    assert members(company, "iran", known_at=before) == ["a03", "a04"]
    assert company.space.reports.again(report.report_id)[1] == figures
    _, (bridge,) = company.space.reports.bridge(report.report_id)
    assert [(row.account_id, row.part) for row in bridge.rows] == [("a06", Decimal(1))]
    assert bridge.rows[0].because.startswith("accounts a06")


def test_a_figure_of_a_segment_is_not_taken_for_the_published_one_of_all(whole: Told) -> None:
    (every,) = whole.space.kpis(["mrr"], **MARCH)
    (kept,) = whole.space.kpis(["mrr"], **MARCH, segment="iran")
    assert key_of(numbers_of(every)) != key_of(numbers_of(kept))
    assert every.key != kept.key


def test_what_is_kept_and_what_is_counted_from_the_records_agree(whole: Told) -> None:
    rule = "mrr >= 100 and tenure < 3 months and count(login) = 1"
    names, moment = ["customers", "customer_churn_rate", "monthly_active_users"], whole.warehouse.known_at()
    kept = whole.space.kpis(names, **MARCH, segment=rule)
    again = whole.space.kpis(names, **MARCH, segment=rule, known_at=moment)
    assert kept == again
    assert [figure.value for figure in kept if figure.name == "customers"] == [12]


def test_figures_end_where_the_records_of_their_segment_do(company: Told) -> None:
    with company.warehouse.write() as writing:
        whole_through(writing, datetime(2025, 5, 20), ("subscription_phases", "accounts"))
    april: dict[str, Any] = {"first": "2025-04", "last": "2025-04"}
    (every,) = company.space.kpis(["customers"], **april)
    (kept,) = company.space.kpis(["customers"], **april, segment="count(login) = 1")
    assert (every.status, kept.status) == ("final", "provisional")
    assert company.space.segments.members("count(login) = 1").at == rows.THROUGH
