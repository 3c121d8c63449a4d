"""The simulated company: repeatable, plausible, and with causes that truly cause."""

from __future__ import annotations

from datetime import date

import pytest

from holdfast.company import Company, simulate
from holdfast.errors import UsageError
from holdfast.tables import TABLES, arrow_type


def test_equal_arguments_give_an_equal_company() -> None:
    one, two, other = simulate(300, 8, seed=5), simulate(300, 8, seed=5), simulate(300, 8, seed=6)
    for name, table in one.tables.items():
        assert table.equals(two.tables[name]), name
    for name, table in one.truth.items():
        assert table.equals(two.truth[name]), name
    assert not one.tables["subscription_phases"].equals(other.tables["subscription_phases"])


def test_tables_have_the_declared_names_types_keys_and_values(company: Company) -> None:
    for name, table in company.tables.items():
        declared = TABLES[name]
        for field in table.schema:
            column = declared.column(field.name)
            assert field.type == arrow_type(column.kind), (name, field.name)
            if column.required:
                assert table[field.name].null_count == 0, (name, field.name)
            if column.choices:
                assert set(table[field.name].to_pylist()) <= {*column.choices, None}, (name, field.name)
        keys = list(
            zip(*(table[key].to_pylist() for key in declared.key if key in table.column_names), strict=True)
        )
        assert len(set(keys)) == len(keys), name


def test_references_lead_somewhere(company: Company) -> None:
    for name, table in company.tables.items():
        for column in TABLES[name].columns:
            other = column.references or ""
            if other in company.tables and column.name in table.column_names:
                known = set(company.tables[other][TABLES[other].key[0]].to_pylist())
                assert set(table[column.name].to_pylist()) <= {*known, None}, (name, column.name)


def test_nothing_but_an_announced_end_lies_after_the_end(company: Company) -> None:
    for name, table in company.tables.items():
        for column in TABLES[name].columns:
            if column.name not in table.column_names or str(column.kind) != "instant":
                continue
            if (name, column.name) in {("subscription_phases", "end_at"), ("invoices", "due_at")}:
                continue
            if name in {"contracts", "invoice_lines", "trials"}:
                continue
            assert max(filter(None, table[column.name].to_pylist())) < company.end, (name, column.name)
    phases = company.tables["subscription_phases"].to_pylist()
    late = [row for row in phases if row["end_at"] and row["end_at"] >= company.end]
    assert late
    assert all(row["cancel_requested_at"] < company.end for row in late)


def test_phases_of_a_subscription_never_overlap(company: Company) -> None:
    ends: dict[str, object] = {}
    for row in company.tables["subscription_phases"].to_pylist():
        before = ends.get(row["subscription_id"], row["start_at"])
        assert before is not None
        assert before <= row["start_at"]
        ends[row["subscription_id"]] = row["end_at"]


def kept_after(company: Company, behaviour: str) -> tuple[float, float]:
    """The share of ever-paying accounts that have never churned, with and without a behaviour."""
    churned = set(company.truth["churns"]["account_id"].to_pylist())
    shares = []
    for did in (True, False):
        group = [
            row["account_id"]
            for row in company.truth["accounts"].to_pylist()
            if row["converted_at"] and row[behaviour] is did
        ]
        shares.append(sum(account not in churned for account in group) / len(group))
    return shares[0], shares[1]


def test_early_behaviours_make_accounts_stay_and_the_decoy_does_not() -> None:
    company = simulate(8000, 15, seed=4)
    for behaviour in ("invited_teammates", "connected_integration"):
        did, did_not = kept_after(company, behaviour)
        assert did - did_not > 0.05
    did, did_not = kept_after(company, "changed_theme")
    assert abs(did - did_not) < 0.04


def test_the_company_looks_like_one(company: Company) -> None:
    rows = company.truth["months"].to_pylist()[6:]
    losses = sum(row["customers_lost"] for row in rows) / sum(row["opening_customers"] for row in rows)
    kept = sum(row["cohort_closing_mrr"] for row in rows) / sum(row["cohort_opening_mrr"] for row in rows)
    assert 0.015 < losses < 0.045
    assert 0.97 < kept < 1.04
    assert rows[-1]["closing_mrr"] > rows[0]["opening_mrr"] * 2


def test_impossible_sizes_are_refused() -> None:
    with pytest.raises(UsageError):
        simulate(0, 3)
    with pytest.raises(UsageError):
        simulate(10, 3, first_day=date(2024, 1, 2))
