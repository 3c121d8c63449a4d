"""Figures kept as they were shown (R19)."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal

from holdfast.flow import Question
from holdfast.flow.knowing.known import Knowledge
from tests.flow import rows
from tests.flow.telling import Told


def test_figures_are_kept_with_watermark_knowledge_and_rulebook(told: Told) -> None:
    told.tell(rows.beginning())
    names = ("mrr", "customer_churn_rate", "mrr.latest_subscription")
    question = Question(names, first="2025-03", last="2025-04", by=("country",))
    known_at = told.warehouse.known_at()
    rulebook = Knowledge(told.warehouse).basis.rules.version
    _, figures = told.space.reports.make(question, by="mina")
    assert len(figures) == 6
    kept = told.space.records("published_figures").order_by(["metric", "variant", "period_label"])
    stored = kept.to_pyarrow().to_pylist()
    assert {row["as_of"] for row in stored} == {rows.THROUGH}
    assert {row["known_at"] for row in stored} == {known_at}
    assert {row["by"] for row in stored} == {"mina"}
    of_default = {row["rulebook"] for row in stored if row["variant"] != "latest_subscription"}
    assert of_default == {rulebook}
    assert {row["rulebook"] for row in stored if row["variant"] == "latest_subscription"} != {rulebook}
    march = stored[0]
    assert (march["metric"], march["period_label"], march["status"]) == (
        "customer_churn_rate",
        "2025-03",
        "final",
    )
    assert json.loads(march["segment"]) == {"country": "DE"}
    mrr = next(row for row in stored if row["metric"] == "mrr" and row["period_label"] == "2025-03")
    assert Decimal(mrr["value"]) == 10 * 100 + 2 * 110


def test_figures_asked_as_of_an_instant_are_stored_with_it(told: Told) -> None:
    told.tell(rows.beginning())
    as_of = datetime(2025, 2, 15)
    told.space.reports.make(Question(("mrr",), first="2025-02", last="2025-02", as_of=as_of))
    (stored,) = told.space.records("published_figures").to_pyarrow().to_pylist()
    assert (stored["as_of"], stored["status"]) == (as_of, "provisional")
    assert told.space.check() == []


def test_an_explanation_by_segment_is_that_of_the_whole_and_names_every_segment(told: Told) -> None:
    told.tell(rows.beginning())
    second = {**rows.phase("a03"), "phase_id": "p-second", "subscription_id": "s-second", "plan": "basic"}
    told.tell(rows.step("subscription_phases", second))
    found = told.space.explain("mrr", "month", "2025-03", by=["plan", "country"])
    assert found.agrees
    assert found.figure.value == 1220 + 100
    plans = {row["account_id"]: row["by_plan"] for row in found.rows.to_pylist()}
    assert (plans["a03"], plans["a04"]) == ("basic, pro", "pro")
