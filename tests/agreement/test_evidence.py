"""The rows that a figure shows as its evidence add up to it, and what is left out says why."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from holdfast.metrics import Asked, Explanation, explain, find
from tests.agreement.telling import CURVES, NAMES, desk
from tests.histories import AS_OF, large


@pytest.fixture(scope="module")
def explained() -> Callable[[str], Explanation]:
    """What stands behind a figure of one month, explained once."""
    company = desk(large(9, "Asia/Kolkata"))
    period = company.basis.calendar.period("month", "2017-12")

    @cache
    def asked(name: str) -> Explanation:
        return explain(find(name), period, Asked([], [], (), AS_OF), company.layout, company.basis.rules)

    return asked


def added(rows: list[dict[str, Any]], column: str) -> Decimal:
    return sum((Decimal(str(row[column])) for row in rows if row[column] is not None), Decimal(0))


@pytest.mark.parametrize("name", NAMES)
def test_evidence_rows_sum_to_the_value(explained: Callable[[str], Explanation], name: str) -> None:
    told = explained(name)
    rows = told.rows.to_pylist()
    figure = told.figure
    assert figure.numerator is not None
    assert abs(added(rows, "numerator") - Decimal(str(figure.numerator))) < Decimal("1e-9")
    if find(name).per_day:
        assert figure.denominator == 31
    elif figure.denominator is not None:
        assert abs(added(rows, "denominator") - Decimal(str(figure.denominator))) < Decimal("1e-9")
    if figure.value is None or name.startswith(CURVES):
        return
    wanted = Decimal(str(figure.numerator))
    if figure.denominator is not None:
        wanted /= Decimal(str(figure.denominator))
    assert abs(wanted - Decimal(str(figure.value))) < Decimal("1e-9")


@pytest.mark.parametrize("name", NAMES)
def test_each_row_left_out_names_its_rule_and_no_row_is_on_both_sides(
    explained: Callable[[str], Explanation], name: str
) -> None:
    told = explained(name)
    out = told.left_out.to_pylist()
    assert all(row["excluded_because"] for row in out)
    inside = {(row["account_id"], row["subject_id"]) for row in told.rows.to_pylist()}
    assert not inside & {(row["account_id"], row["subject_id"]) for row in out}
