"""The formula of a composed metric as text gives the figure that its function gives."""

from __future__ import annotations

from decimal import Decimal

import pytest

from holdfast.metrics import CATALOG
from holdfast.metrics.term import Term
from holdfast.metrics.written import written
from holdfast.report.workbook import Contents
from holdfast.rulebook import Rulebook
from holdfast.timelines.basis import Basis


def test_brackets_stand_where_they_are_needed() -> None:
    a, b, c = (Term(name) for name in "abc")
    assert str(a * (1 - b / c)) == "a * (1 - b / c)"
    assert str(a - (b - c)) == "a - (b - c)"
    assert str(a - b - c) == "a - b - c"
    assert str(a / (b * c)) == "a / (b * c)"
    assert str((a + b) * c) == "(a + b) * c"
    assert str((2 * a + 0.5) / 4) == "(2 * a + 0.5) / 4"


def test_settings_take_the_place_of_parts() -> None:
    counted = Basis()
    settled = Basis(gross_margin=Decimal("0.8"), rules=Rulebook(cap_months=60))
    value = CATALOG["lifetime_value"]
    assert written(value, counted) == "arpa * (1 - goods_sold / revenue_with_costs) * customer_lifetime"
    assert written(value, settled) == "arpa * gross_margin * MIN(customer_lifetime, 60)"
    assert written(CATALOG["mrr"], counted) == ""


def test_the_text_gives_the_figure(contents: Contents) -> None:
    seen = 0
    for figure in contents.figures:
        text = contents.formulas.get(figure.name)
        if text and figure.value is not None:
            parts = {part.name: float(part.value or 0) for part in figure.parts}
            counted = eval(text, {"MIN": min, **parts})  # noqa: S307 - a formula of our own
            assert counted == pytest.approx(float(figure.value), rel=1e-9), figure.name
            seen += 1
    assert seen
