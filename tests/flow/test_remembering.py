"""Figures remembered: always those that counting again would give; counted again only where news reach."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import ibis
import pytest
from ibis.expr import operations as ops

from holdfast import criterion
from holdfast.flow.answering.figures import Desk, Question
from holdfast.flow.keeping import refresh, remembering
from holdfast.flow.knowing.known import Knowledge
from holdfast.metrics import CATALOG, Asked, Metric, find
from holdfast.metrics.counting import evidence, laid_rows
from holdfast.periods import Period
from holdfast.tables import OWNED, TABLES
from holdfast.timelines.basis import Basis
from holdfast.timelines.closing import CLOSES
from holdfast.timelines.layout import Layout, lay_out
from holdfast.warehouse import Warehouse, remembered
from tests.flow.courses import STEPS, Step, Telling, course
from tests.flow.remembered import CLOSED, asked, dec, figures, grown, months_held, phase
from tests.flow.telling import Told, append

__all__ = ["grown"]

FEW = (
    "mrr",
    "net_revenue_retention",
    "customer_churn_rate.daily_sum",
    "survival[months=3]",
    "customer_lifetime",
    "survival.final_churn[months=3]",
    "referrals.paying",
    "signups.users",
    "one_off_revenue",
    "customer_retention_rate.engaged",
    "stickiness",
    "monthly_active_users.accounts",
    "product_usage_rate",
    "product_usage_rate.users",
    "n_day_retention.unbounded[day=7]",
    "n_day_retention.first_use[day=1]",
    "seven_day_drop_off.accounts",
    "time_on_platform",
    "renewal_rate",
    "net_renewal_rate",
    "lost_renewals.mrr",
    "renewal_rate.per_account",
    "ltv_to_cac",
    "retention_cost_ratio",
    "authorisation_rate",
    "payment_recovery_rate",
)
"""Something of every timeline that closes."""

CLOSING = tuple(
    name
    for name, metric in CATALOG.items()
    if set(metric.needs) <= {"core_events"}
    and all(part.timeline in CLOSES for part in metric.parts or (metric,))
)
"""Every metric of which something may be remembered after there was news."""


@pytest.mark.trial
@pytest.mark.parametrize("part", range(2))
def test_what_is_remembered_is_what_counting_again_gives(
    part: int, sized: Callable[[Any, Any], Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(refresh, "MOST", 0)
    names = sized(FEW[part::2], CLOSING)
    for seed in range(part, sized(2, 60), 2):
        known = course(seed, dealings=True)
        with Told.create(tmp_path / str(seed), known.settings) as told:
            for number, step in enumerate(known.steps, start=1):
                told.set(step.settings)
                told.tell(step)
                if number % 2 == 0:
                    continue
                shown = figures(told, asked(*names))
                if number > 1:
                    again = figures(told, asked(*names, anew=True))
                    for one, other in zip(shown, again, strict=True):
                        assert one == other, (seed, number)
    assert number == STEPS


def test_a_metric_says_whether_its_subjects_are_followed(grown: Told) -> None:
    with grown.warehouse.reading():
        desk = Desk(grown.warehouse, asked("mrr"))
        wrong = [
            metric.full_name
            for metric in map(find, CLOSING)
            for part in metric.parts or (metric,)
            if CLOSES[part.timeline].lasts is None
            and part.followed is not (part.made(_rows(part, desk)).matures is not None)
        ]
    assert wrong == []


def _rows(metric: Metric, desk: Desk) -> Any:
    periods = desk._periods([find("mrr")])
    return laid_rows(metric, desk.layout, periods, Asked([metric], periods))


def test_a_day_later_closed_months_are_remembered(grown: Told) -> None:
    new = [{"account_id": "b", "created_at": dec(1)}]
    grown.tell(Step([Telling("accounts", new), Telling("subscription_phases", [phase("b", 12)])], dec(3)))
    assert months_held(grown, "mrr") == CLOSED
    assert [f.value for f in figures(grown, asked("mrr"))][:5] == [10, 10, 10, 20, None]
    assert months_held(grown, "mrr") == [*CLOSED, "2017-11", "2017-12", "2018-01", "2018-02", "2018-03"]


def test_a_correction_of_a_month_is_counted_in_it_and_after(grown: Told) -> None:
    grown.tell(Step([Telling("subscription_phases", [phase("a", 9, datetime(2017, 10, 20))])], dec(3)))
    assert months_held(grown, "mrr") == ["2017-09"]
    assert [f.value for f in figures(grown, asked("mrr"))][:3] == [10, 0, 0]


def test_a_rule_changed_lets_nothing_hold(grown: Told) -> None:
    grown.set({"rules.merge_gap_hours": 48})
    assert months_held(grown, "mrr") == []


def test_another_program_counts_again(grown: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    assert months_held(grown, "mrr") != []
    monkeypatch.setattr(remembering, "_program", lambda: "with another line")
    assert months_held(grown, "mrr") == []


def test_news_of_other_tables_leave_figures_as_they_are(grown: Told) -> None:
    event = {
        "event_id": "1",
        "user_id": "u",
        "account_id": "a",
        "name": "x",
        "occurred_at": datetime(2017, 9, 9),
    }
    event["stamped_on"] = datetime(2017, 9, 9).date()
    grown.tell(Step([Telling("events", [event])], dec(3)))
    assert months_held(grown, "mrr") == CLOSED


def test_what_no_figure_reads_lets_every_figure_hold(grown: Told) -> None:
    before = months_held(grown, "mrr")
    assert len(before) > len(CLOSED)
    grown.space.reports.make(asked("mrr"))
    assert months_held(grown, "mrr") == before


@pytest.fixture(scope="module")
def unbound(empty: Path) -> tuple[Layout, list[Period]]:
    """Timelines over tables that have columns and no rows, so that an expression tells what it reads."""
    with Warehouse.open(empty) as warehouse:
        known = Knowledge(warehouse)
        names = tuple(known.records)
        records = {name: ibis.table(known.records[name].schema(), name=name) for name in names}
    step, ever = criterion.Step("a"), datetime.min
    met = criterion.Criterion(step)
    basis = Basis(core_events=("a",), activation=((ever, met),), onboarding=((ever, (step,)),))
    return lay_out(records, basis), basis.calendar.periods("month", "2025-11", "2025-12")


def test_what_no_figure_reads_are_tables_that_there_are() -> None:
    assert {*TABLES, *OWNED} >= remembering.UNREAD | remembering.SELDOM


@pytest.mark.parametrize("name", sorted(CATALOG))
def test_a_metric_says_what_it_reads_of_tables_that_are_seldom_read(
    name: str, unbound: tuple[Layout, list[Period]]
) -> None:
    layout, periods = unbound
    metric, as_of = CATALOG[name], periods[-1].end
    for part in metric.parts or (metric,):
        if part.timeline and not metric.given:
            rows = laid_rows(part, layout, periods, Asked([part], periods, (), as_of))
            read = {table.name for table in evidence(part, rows, as_of).op().find(ops.UnboundTable)}
            assert read
            assert not read & remembering.UNREAD
            assert read & remembering.SELDOM <= remembering.tables_of(metric)


def test_news_of_what_a_metric_does_not_read_let_every_period_of_it_hold(grown: Told) -> None:
    before = months_held(grown, "mrr")
    event = {"event_id": "2", "account_id": "a", "name": "x", "occurred_at": dec(1)}
    event["stamped_on"] = dec(1).date()
    with grown.warehouse.write() as writing:
        append(grown.warehouse, writing, "events", [event])
    figures(grown, asked("signups"))
    assert months_held(grown, "mrr") == before
    with grown.warehouse.write() as writing:
        append(grown.warehouse, writing, "subscription_phases", [phase("a", 9) | {"unit_amount": 11}])
    figures(grown, asked("signups"))
    assert months_held(grown, "mrr") == []


def test_an_internal_account_changes_every_month(grown: Told) -> None:
    row = {"account_id": "a", "created_at": datetime(2017, 9, 2), "is_internal": True}
    grown.tell(Step([Telling("accounts", [row])], dec(3)))
    assert months_held(grown, "mrr") == []


def test_a_file_that_is_broken_is_as_none(grown: Told) -> None:
    (grown.warehouse.folder / remembered.FILE).write_bytes(b"nothing of a database" * 99)
    assert months_held(grown, "mrr") == []
    assert [f.value for f in figures(grown, asked("mrr"))][:3] == [10, 10, 10]


def test_check_finds_a_figure_that_is_remembered_wrong(grown: Told) -> None:
    grown.space.kpis()
    assert grown.space.check() == []
    with closing(sqlite3.connect(grown.warehouse.folder / remembered.FILE)) as con, con:
        con.execute("update answers set body = replace(cast(body as text), '10.000000000', '11.000000000')")
    (found,) = grown.space.check()
    assert (found.code, found.severity) == ("remembered", "error")
    (grown.warehouse.folder / remembered.FILE).unlink()
    assert grown.space.check() == []
    assert grown.warehouse.remembered.is_empty, "with nothing remembered nothing is counted"


def test_a_wave_of_other_months_is_not_shown_because_they_were_asked_for(grown: Told) -> None:
    answers = [
        {
            "response_id": wave,
            "survey_id": wave,
            "kind": "nps",
            "score": 9,
            "scale_min": 0,
            "scale_max": 10,
            "account_id": "a",
            "answered_at": datetime(2017, month, 20),
        }
        for wave, month in (("autumn", 9), ("winter", 11))
    ]
    grown.tell(Step([Telling("survey_responses", answers)], dec(3)))
    late = Question(("nps",), "month", "2017-11", "2017-11")
    figures(grown, Question(("nps",), "month", "2017-09", "2017-11"))
    assert figures(grown, late) == figures(grown, replace(late, anew=True))
    assert [figure.of for figure in figures(grown, late)] == [{"survey": "winter"}]


def test_an_erasure_forgets(grown: Told) -> None:
    grown.space.erase("account", "a")
    assert not (grown.warehouse.folder / remembered.FILE).exists()
