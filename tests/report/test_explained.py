"""An explanation lists what counts, what was left out and why, and the sum that is the number."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from io import StringIO

import pyarrow as pa
from rich.console import Console, RenderableType

from holdfast.metrics.figure import Explanation
from holdfast.report import Look
from holdfast.report.explained import as_rows, explained
from holdfast.report.series import over_time
from tests.report.made_up import LINES, a_year, changes, figure

MONEY = pa.decimal128(38, 9)
APRIL = datetime(2025, 4, 1)


def written(thing: RenderableType) -> str:
    text = StringIO()
    Console(file=text, width=110, color_system=None).print(thing)
    return text.getvalue()


def rows(*accounts: str, numerators: list[int], **more: list[str]) -> pa.Table:
    return pa.table(
        {
            "period_start": [APRIL] * len(accounts),
            "account_id": list(accounts),
            "subject_id": list(accounts),
            "numerator": pa.array([Decimal(each) for each in numerators], MONEY),
            "denominator": pa.array([Decimal(1)] * len(accounts), MONEY),
            **more,
        }
    )


def churn() -> Explanation:
    left_out = rows("d", numerators=[1], excluded_because=["joined_and_left"])
    third = Decimal(1) / Decimal(3)
    found = figure(
        "customer_churn_rate", 4, third, "share", numerator=Decimal(1), denominator=Decimal(3), n=3
    )
    return Explanation(figure=found, rows=rows("a", "b", "c", numerators=[1, 0, 0]), left_out=left_out)


def test_rows_then_those_left_out_with_the_rule_then_the_sum() -> None:
    text = written(
        explained(churn(), Look(width=110), title="Customer churn rate", formula="Lost of all.", most=0)
    )
    parts = [
        "April 2025",
        "The rows that count (3)",
        "Left out, with the rule (1)",
        "joined and left inside",
        "Sum",
    ]
    assert [text.index(part) for part in parts] == sorted(text.index(part) for part in parts)
    assert text.rstrip().endswith("1 of 3 gives 33.3%")


def test_long_evidence_is_cut_and_says_by_how_much() -> None:
    text = written(explained(churn(), Look(width=110), title="Churn", formula="", most=2))
    assert "and 1 more row;" in text
    assert "1 of 3 gives 33.3%" in text


def test_rows_that_do_not_add_up_are_called_out() -> None:
    wrong = replace(churn(), rows=rows("a", "b", numerators=[1, 1]))
    assert not wrong.agrees
    assert "not the figure" in written(explained(wrong, Look(width=110), title="Churn", formula="", most=0))


def test_nothing_to_divide_by_is_said_and_not_zero() -> None:
    empty = figure(
        "customer_churn_rate", 4, None, "share", reason="empty_denominator", numerator=0, denominator=0
    )
    nothing = Explanation(figure=empty, rows=rows(numerators=[]), left_out=rows(numerators=[]))
    text = written(explained(nothing, Look(width=110), title="Churn", formula="", most=0))
    assert "No row counts." in text
    assert "0 of 0: – (nothing to divide by)" in text


def test_a_total_shows_its_exact_sum() -> None:
    money = rows("a", "b", numerators=[100, 50]).drop_columns("denominator")
    total = Explanation(
        figure=figure("mrr", 4, Decimal(150), "USD", numerator=Decimal(150)),
        rows=money,
        left_out=money.slice(0, 0),
    )
    assert total.agrees
    text = written(explained(total, Look(width=110), title="MRR", formula="", most=0))
    assert "add up to 150, shown as USD 150.00" in text


def test_every_row_can_be_written_out() -> None:
    found = as_rows(churn())
    assert [row["excluded_because"] for row in found] == [None, None, None, "joined_and_left"]


def test_one_metric_over_time_has_a_row_per_period() -> None:
    figures = [each for each in a_year() if each.metric == "customer_churn_rate"]
    text = written(over_time(figures, changes(), LINES, Look(width=110)))
    assert text.splitlines()[0].strip() == "Customer churn rate"
    assert "39 of 1,000" in next(line for line in text.splitlines() if "January 2025" in line)
    assert "lower, -1.2 points" in next(line for line in text.splitlines() if "September 2025" in line)


def composed(margin_rows: list[int]) -> Explanation:
    """A value of two parts, one over accounts and one over costs that belong to none."""
    parts = (
        figure("arpa", 4, Decimal(75), "USD", numerator=Decimal(150), denominator=Decimal(2)),
        figure("goods_sold", 4, Decimal(30), "USD", numerator=Decimal(30)),
        figure("gross_margin", 4, Decimal("0.8"), "share"),
    )
    paying, costs = rows("a", "b", numerators=[100, 50]), rows("c1", numerators=margin_rows)
    costs = costs.set_column(1, "account_id", pa.nulls(1, pa.string()))
    costs = costs.set_column(4, "denominator", pa.nulls(1, MONEY))
    named = [
        table.add_column(0, "part", pa.array([name] * len(table)))
        for name, table in (("arpa", paying), ("goods_sold", costs))
    ]
    whole = figure("lifetime_value", 4, Decimal(1600), "USD", parts=parts)
    counted = pa.concat_tables(named)
    return Explanation(figure=whole, rows=counted, left_out=counted.slice(0, 0))


def test_a_composed_figure_shows_the_rows_and_the_sum_of_each_part() -> None:
    assert composed([30]).agrees
    text = written(explained(composed([30]), Look(width=110), title="Lifetime value", formula="", most=1))
    parts = [
        "The rows that count (2)",
        "and 1 more row;",
        "The rows that count (1)",
        "Average revenue per account: 150 of 2 gives USD 75.00",
        "add up to 30, shown as USD 30.00",
        "Gross margin, as settled: 80.0%",
        "Customer lifetime value: USD 1,600.00",
    ]
    assert [text.index(part) for part in parts[:4]] == sorted(text.index(part) for part in parts[:4])
    assert [part for part in parts if part not in text] == []


def test_a_part_that_does_not_add_up_is_called_out() -> None:
    assert not composed([31]).agrees
    text = written(explained(composed([31]), Look(width=110), title="Lifetime value", formula="", most=0))
    assert "not the figure" in text


def test_the_rows_of_a_composed_figure_name_their_part() -> None:
    assert [row["part"] for row in as_rows(composed([30]))] == ["arpa", "arpa", "goods_sold"]
