"""What was shown can be shown again, closed periods stand, and what moved since is told (R19)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from holdfast.errors import UsageError
from holdfast.flow import Question
from tests.flow import rows
from tests.flow.telling import Told

MARCH = Question(first="2025-03", last="2025-03")
LATER = datetime(2025, 4, 30)


@pytest.fixture
def company(told: Told) -> Told:
    told.tell(rows.beginning())
    return told


def correct(company: Told) -> None:
    """An account's price, an account's country, a rule and a rate become something else."""
    company.tell(rows.step("subscription_phases", rows.phase("a03", "99.999999999")))
    company.tell(rows.step("accounts", rows.account("a04", country="IR", valid_from=datetime(2025, 1, 2))))
    company.tell(rows.step("subscription_phases", rows.phase("a05", end_at=datetime(2025, 3, 10, 7))))
    company.set({"rules.merge_gap_hours": 72, "currency": "EUR"})


def test_a_report_is_run_again_to_the_last_digit(company: Told) -> None:
    question = Question(first="2025-02", last="2025-04", by=("country",))
    made, figures = company.space.reports.make(question, title="spring", by="mina")
    correct(company)
    assert company.space.kpis(first="2025-02", last="2025-04", by=["country"]) != figures
    again, counted = company.space.reports.again(made.report_id[:8])
    assert counted == figures
    assert (again.title, again.by, again.kind) == ("spring", "mina", "shown")


def test_a_report_without_periods_keeps_those_it_showed(company: Told) -> None:
    made, figures = company.space.reports.make(Question(names=("mrr",)))
    company.tell(rows.step("accounts", rows.account("new"), through=datetime(2025, 7, 1)))
    company.tell(rows.step("subscription_phases", rows.phase("new"), through=datetime(2025, 7, 1)))
    _, counted = company.space.reports.again(made.report_id)
    assert counted == figures


def test_a_report_that_cannot_be_reproduced_says_so(company: Told) -> None:
    made, _ = company.space.reports.make(MARCH)
    company.warehouse.con.execute("delete from lake.subscription_phases where account_id = 'a03'")
    with pytest.raises(UsageError, match=r"cannot be reproduced: .*2025-03 was"):
        company.space.reports.again(made.report_id)


def test_the_bridge_of_a_report_tells_each_figure_that_moved(company: Told) -> None:
    made, _ = company.space.reports.make(
        Question(("mrr", "mrr_churn", "signups"), first="2025-03", last="2025-03")
    )
    _, nothing = company.space.reports.bridge(made.report_id)
    assert nothing == []
    company.tell(rows.step("subscription_phases", rows.phase("a03", "140")))
    company.set({"rules.discount_policy": "all"})
    coupon = rows.phase("a06", discount_kind="once", discount_amount=Decimal(30))
    company.tell(rows.step("subscription_phases", coupon))
    _, (mrr,) = company.space.reports.bridge(made.report_id)
    assert {(row.account_id, row.because, row.part) for row in mrr.rows} == {
        ("a03", "subscription_phases p-a03", Decimal(40)),
        ("a06", "discount_policy", Decimal(-30)),
    }
    assert mrr.difference == 10


def test_a_segment_has_a_bridge_of_its_own(company: Told) -> None:
    question = Question(("mrr",), first="2025-03", last="2025-03", by=("country",))
    made, _ = company.space.reports.make(question)
    company.tell(rows.step("accounts", rows.account("a04", country="IR", valid_from=datetime(2025, 1, 2))))
    _, (germany,) = company.space.reports.bridge(made.report_id)
    assert [(row.account_id, row.part) for row in germany.rows] == [("a04", Decimal(-100))]
    assert germany.rows[0].because.startswith("accounts a04")


def test_a_closed_month_shows_what_was_published_and_what_it_would_be(company: Told) -> None:
    company.space.reports.close("2025-03", by="mina")
    company.tell(rows.step("subscription_phases", rows.phase("a03", "130")))
    (shown,) = company.space.kpis(["mrr"], first="2025-03", last="2025-03")
    assert (shown.value, shown.today, shown.status) == (Decimal(1220), Decimal(1250), "published")
    (signups,) = company.space.kpis(["signups"], first="2025-03", last="2025-03")
    assert (signups.status, signups.today) == ("published", None)
    moment = company.warehouse.known_at()
    (known,) = company.space.kpis(["mrr"], first="2025-03", last="2025-03", known_at=moment)
    assert (known.value, known.status) == (Decimal(1250), "final")


def test_a_restatement_needs_a_reason_and_stands_from_then_on(company: Told) -> None:
    reports = company.space.reports
    with pytest.raises(UsageError, match="not closed"):
        reports.restate("2025-03", reason="late")
    reports.close("2025-03")
    with pytest.raises(UsageError, match="closed already"):
        reports.close("2025-03")
    with pytest.raises(UsageError, match="needs a reason"):
        reports.restate("2025-03", reason=" ")
    company.tell(rows.step("subscription_phases", rows.phase("a03", "130")))
    reports.restate("2025-03", reason="a price came late", by="mina")
    (shown,) = company.space.kpis(["mrr"], first="2025-03", last="2025-03")
    assert (shown.value, shown.today) == (Decimal(1250), None)
    assert [report.kind for report in reports.all()] == ["restated", "closed"]


def test_a_month_that_is_not_over_cannot_be_closed(company: Told) -> None:
    with pytest.raises(UsageError, match="not over"):
        company.space.reports.close("2025-04")


def test_a_snapshot_closes_what_is_due_once_and_catches_up(company: Told) -> None:
    reports = company.space.reports
    assert [made.title for made in reports.snapshot(now=datetime(2025, 2, 9))] == []
    february = datetime(2025, 2, 1, 3) + timedelta(days=10)
    assert [made.title for made in reports.snapshot(now=february)] == ["2025-01"]
    assert [made.title for made in reports.snapshot(now=LATER)] == ["2025-02", "2025-03"]
    assert reports.snapshot(now=LATER) == []
    assert reports.snapshot(now=LATER + timedelta(days=365)) == []
