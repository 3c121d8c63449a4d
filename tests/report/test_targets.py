"""Targets beside the figures of a board, and what they say in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from holdfast.report import Board, Look
from holdfast.report.targets import beside_targets, target_of, target_text
from tests.insights.made_up import target
from tests.report.made_up import LINES, a_year, changes
from tests.report.test_board import line_of, shown

CHURN = replace(
    target("0.025", "lower", from_value=Decimal("0.041")), metric="customer_churn_rate", unit="share"
)
PAYING = replace(target("1200", from_value=Decimal(1189)), metric="paying_customers", unit="accounts")
OF = {each.metric: each for each in a_year() if each.period_label == "2025-09"}


def test_the_board_marks_what_has_a_target() -> None:
    board = Board(a_year(), changes(), LINES, targets=[CHURN, PAYING])
    text = shown(board, Look(width=180))
    assert "Target" in text
    assert "at most 2.5%, 62% of the way" in line_of(text, "Customer churn rate")
    assert "at least 1,200, reached" in line_of(text, "Paying customers")
    assert "at least" not in line_of(text, "Monthly recurring revenue")


def test_a_board_without_targets_has_no_column_for_them() -> None:
    assert "Target" not in shown(Board(a_year(), changes(), LINES), Look(width=180))


@pytest.mark.parametrize("other", [{"grain": "quarter"}, {"metric": "customer_churn_rate.exposed"}])
def test_a_target_of_another_grain_or_variant_is_not_the_figure_s(other: dict[str, object]) -> None:
    assert target_of(OF["customer_churn_rate"], [replace(CHURN, **other)]) is None  # type: ignore[arg-type]


def test_the_nearest_target_that_is_not_over_is_marked() -> None:
    over = replace(CHURN, due_at=datetime(2025, 9, 1))
    now = replace(CHURN, due_at=datetime(2025, 10, 1))
    assert target_of(OF["customer_churn_rate"], [over, now, CHURN]) == now


def test_of_a_metric_counted_apart_the_value_asked_for_is_the_target_s() -> None:
    apart = replace(OF["customer_churn_rate"], metric="survival", of={"months": 12})
    aimed = replace(CHURN, metric="survival[months=12]")
    assert target_of(apart, [aimed]) == aimed
    assert target_of(replace(apart, of={"months": 6}), [aimed]) is None


def test_rows_have_the_target_beside_the_figure() -> None:
    figures = [OF["customer_churn_rate"], OF["mrr"]]
    churn, mrr = beside_targets(figures, [CHURN])
    assert churn["target"]["value"] == Decimal("0.025")
    assert (churn["target"]["period_label"], churn["target"]["reached"]) == (CHURN.period_label, False)
    assert mrr["target"] is None


def test_without_a_way_to_go_only_the_target_is_named() -> None:
    there = replace(CHURN, from_value=Decimal("0.02"))
    assert target_text(OF["customer_churn_rate"], [there], Look()) == "at most 2.5%"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("hi", "अधिकतम 2.5%, रास्ते का 62% तय"),
        ("id", "paling tinggi 2,5%, 62% dari jalan"),
        ("ar", "2.5%‎ على الأكثر، قُطع 62%‎ من الطريق"),
        ("fa", "حداکثر ۲٫۵٪، ۶۲٪ از راه"),
    ],
)
def test_it_is_said_in_every_language(language: str, words: str) -> None:
    said = target_text(OF["customer_churn_rate"], [CHURN], Look(language=language))
    assert said.replace("\u200e", "") == words.replace("\u200e", "")
