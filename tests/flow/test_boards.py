"""Boards of roles show figures of the whole board, and cohorts are asked for by a word."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from holdfast.errors import UsageError
from holdfast.flow import Question
from holdfast.metrics import defaults
from holdfast.metrics.boards import BOARDS
from holdfast.rulebook import Rulebook
from tests.flow import rows
from tests.flow.telling import Told


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    with Told.create(tmp_path_factory.mktemp("boards") / "told", {"currency": "USD"}) as made:
        made.tell(rows.beginning())
        yield made


def test_boards_name_metrics_that_some_rulebook_shows() -> None:
    named = {name for names in BOARDS.values() for name in names}
    metered = Rulebook(usage_policy="trailing_3_month_average")
    assert named <= {metric.full_name for metric in defaults(metered, named)}
    assert named - {metric.full_name for metric in defaults(metered)} == {"health_score"}
    assert "usage_mrr" not in {metric.full_name for metric in defaults()}


def test_a_board_is_part_of_the_whole_one(company: Told) -> None:
    whole = company.space.kpis(first="2025-03", last="2025-03")
    billing = company.space.kpis(board="billing", first="2025-03", last="2025-03")
    assert billing == [figure for figure in whole if figure.name in BOARDS["billing"]]
    assert {figure.name for figure in billing} == set(BOARDS["billing"]) - {"usage_mrr"}
    made, figures = company.space.reports.make(Question(board="billing", last="2025-03"))
    again, counted = company.space.reports.again(made.report_id)
    assert again.question.board == "billing"
    assert counted == figures


def test_a_board_that_there_is_not_is_refused(company: Told) -> None:
    with pytest.raises(UsageError, match="board") as refused:
        company.space.kpis(board="sucess")
    assert refused.value.hint == "Did you mean 'success'?"


def test_cohorts_are_those_of_the_metric(company: Told) -> None:
    asked = company.space.cohorts("gross", first="2025-01", last="2025-01")
    named = company.space.kpis(["cohort_retention.gross_revenue"], first="2025-01", last="2025-01")
    assert asked == named
    assert [cell.value for cell in asked if cell.of["age"] in (0, 1, 2)] == [1, 1, 1]
    with pytest.raises(UsageError, match="kind of cohort"):
        company.space.cohorts("gros")
