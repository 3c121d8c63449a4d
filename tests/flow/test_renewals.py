"""Renewals of a workspace: of what it was told, up to where all of that is whole (K11, R19)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from tests.flow import rows
from tests.flow.telling import Told

NAMES = ("renewal_rate", "net_renewal_rate", "customer_churn_rate.due_only")


def test_renewals_are_counted_where_nobody_told_of_contracts(told: Told) -> None:
    told.tell(rows.beginning())
    figures = {each.name: each for each in told.space.kpis(NAMES, first="2025-03", last="2025-03")}
    logo, net, churn = (figures[name] for name in NAMES)
    assert (logo.numerator, logo.denominator, logo.status) == (12, 12, "final")
    assert (net.value, churn.value) == (1, 0)


def test_contracts_count_up_to_where_they_are_whole(told: Told) -> None:
    told.tell(rows.beginning())
    contract = {
        "contract_id": "c1",
        "account_id": "a03",
        "term_start": datetime(2024, 2, 20),
        "term_end": datetime(2025, 2, 20),
        "mrr": Decimal(90),
        "currency": "USD",
        "outcome": "lost",
        "decided_at": datetime(2025, 2, 1),
    }
    through = datetime(2025, 3, 5)
    told.tell(replace(rows.step("contracts", contract), through=through))
    first, last = told.space.kpis(NAMES[:1], first="2025-02", last="2025-03")
    assert (first.numerator, first.denominator) == (11, 12)
    assert (last.status, last.reason) == ("provisional", "empty_denominator")
    assert last.period_end > through


def test_what_is_held_for_a_board_is_let_go(told: Told) -> None:
    told.tell(rows.beginning())
    told.space.kpis(NAMES, first="2025-03", last="2025-03", as_of=rows.THROUGH - timedelta(days=1))
    told.space.kpis(NAMES, first="2025-03", last="2025-03")
    held = "select count(*) from duckdb_tables() where table_name like 'held%'"
    assert told.warehouse.con.execute(held).fetchone() == (0,)
