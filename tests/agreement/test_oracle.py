"""The oracle against itself and against plain SQL, so that what the program is held to holds."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests import oracle
from tests.agreement.sizes import tries
from tests.histories import AS_OF, MONTHS, History, histories
from tests.oracle.by_query import boards
from tests.oracle.ledger import ledger, stock

PERIODS = [("month", label) for label in MONTHS] + [
    ("quarter", "2017-Q4"),
    ("year", "2017"),
    ("day", "2017-12-31"),
    ("day", "2018-01-01"),
    ("week", "2017-W52"),
    ("trailing_12_months", "2018-02"),
    ("trailing_45_days", "2018-01-20"),
]


@tries(few=60, many=1000)
@given(histories(corrected=True))
def test_opening_and_movements_and_fx_are_the_closing_exactly(history: History) -> None:
    company = oracle.Company(history.records, history.settings, history.rules, AS_OF)
    for grain, label in PERIODS:
        window = company.place.period(grain, label)
        moved = ledger(company, "net_new", window) + ledger(company, "fx", window)
        assert stock(company, window.start) + moved == stock(company, window.end)


@tries(few=60, many=1000)
@given(histories(corrected=True))
def test_mrr_churn_and_nrr_by_plain_sql(history: History) -> None:
    company = oracle.Company(history.records, history.settings, history.rules, AS_OF)
    for (grain, label), board in boards(history.records, history.zone, PERIODS).items():
        for metric, value in (
            ("mrr", board.mrr),
            ("customer_churn_rate", board.churn),
            ("net_revenue_retention", board.nrr),
        ):
            ours = oracle.answer(company, metric, grain, label).value
            assert (ours is None) == (value is None), (metric, grain, label)
            if ours is not None:
                assert float(ours) == pytest.approx(value, abs=1e-6), (metric, grain, label)
