"""Where a figure is explained or reported its interval is drawn; on a board it is linearised (R22)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from holdfast.flow import Question
from holdfast.metrics import intervals
from tests.flow.courses import Step, Telling
from tests.flow.telling import Told

METRIC, MONTH, ACCOUNTS = "net_revenue_retention", "2017-10", 240


def phase(number: int) -> dict[str, object]:
    """A plan of its own price; one account in eight leaves in October."""
    return {
        "phase_id": f"p{number:03}",
        "subscription_id": f"s{number:03}",
        "account_id": f"a{number:03}",
        "plan": "basic",
        "status": "active",
        "start_at": datetime(2017, 9, 2),
        "end_at": datetime(2017, 10, 20) if number % 8 == 0 else None,
        "currency": "USD",
        "unit_amount": 10 + number * number,
        "quantity": 1,
        "interval": "month",
        "interval_count": 1,
    }


def test_explained_and_reported_figures_are_resampled_and_those_of_a_board_linearised(tmp_path: Path) -> None:
    phases = [phase(number) for number in range(ACCOUNTS)]
    accounts = [{"account_id": row["account_id"], "created_at": datetime(2017, 9, 1)} for row in phases]
    with Told.create(tmp_path / "told", {"zone": "UTC", "currency": "USD"}) as told:
        tellings = [Telling("accounts", accounts), Telling("subscription_phases", phases)]
        told.tell(Step(tellings, datetime(2017, 12, 1)))
        (on_board,) = told.space.kpis([METRIC], last=MONTH, first=MONTH)
        explanation = told.space.explain(METRIC, period=MONTH)
        report, (reported,) = told.space.reports.make(Question(names=[METRIC], last=MONTH, first=MONTH))
        _, (again,) = told.space.reports.again(report.report_id)
    rows = explanation.rows.sort_by("account_id")
    above, below = (rows[name].to_numpy().astype(float) for name in ("numerator", "denominator"))
    squares = ((above**2).sum(), (below**2).sum(), (above * below).sum())
    linear = intervals.linearised(above.sum(), below.sum(), squares, ACCOUNTS)
    drawn = intervals.bootstrap(above, below, f"{METRIC}|2017-10-01 00:00:00")
    assert explanation.figure.value == on_board.value
    assert (on_board.low, on_board.high) == pytest.approx(linear)
    assert (explanation.figure.low, explanation.figure.high) == pytest.approx(drawn)
    assert again == reported == explanation.figure
    assert drawn != pytest.approx(linear, rel=1e-6)
