"""Each fault that a check can find, planted and found, and nothing found where nothing is wrong."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from holdfast.warehouse import Finding, Warehouse
from holdfast.warehouse.lifecycle import LEGAL_MOVES
from tests.warehouse.batches import JANUARY, account, event, phase, put

MONTH = timedelta(days=30)


def found(warehouse: Warehouse) -> dict[str, Finding]:
    findings = {finding.code: finding for finding in warehouse.check()}
    assert len(findings) == len(warehouse.check())
    for finding in findings.values():
        assert finding.count >= 1
        assert finding.message.endswith(".")
        assert finding.what_to_do
        assert finding.examples
    return findings


def in_turn(statuses: list[str], account_id: str = "A", gap_before: int = -1) -> list[dict[str, Any]]:
    """Phases of one subscription, one month each, with a month of nothing before one of them."""
    rows, start = [], JANUARY
    for number, status in enumerate(statuses):
        start += MONTH if number == gap_before else timedelta()
        rows.append(phase(f"{account_id}{number}", account_id, start, start + MONTH, status=status))
        start += MONTH
    return rows


def test_nothing_is_found_where_nothing_is_wrong(warehouse: Warehouse) -> None:
    assert warehouse.check() == []
    put(warehouse, "accounts", [account("A")])
    put(warehouse, "subscription_phases", in_turn(["trialing", "active", "past_due", "paused", "active"]))
    put(warehouse, "events", [event("1", JANUARY, account_id="A", user_id="somebody")])
    assert warehouse.check() == []


def test_a_reference_is_looked_up_in_its_own_source(warehouse: Warehouse) -> None:
    put(warehouse, "accounts", [account("A"), account("B")])
    put(warehouse, "accounts", [account("C")], source="crm")
    put(warehouse, "subscription_phases", [phase("1", "A", JANUARY, None), phase("2", "C", JANUARY, None)])
    finding = found(warehouse)["unknown_reference"]
    assert (finding.severity, finding.table, finding.count) == ("error", "subscription_phases", 1)
    assert finding.examples == ("source own, phase_id 2, account_id C",)


def test_a_buried_account_is_not_there(warehouse: Warehouse) -> None:
    put(warehouse, "accounts", [account("A"), account("B")])
    put(warehouse, "subscription_phases", [phase("1", "B", JANUARY, None)])
    assert not warehouse.check()
    put(warehouse, "accounts", [account("A")], complete=True)
    assert set(found(warehouse)) == {"unknown_reference"}


def test_an_event_of_nobody(warehouse: Warehouse) -> None:
    put(warehouse, "accounts", [account("A")])
    put(warehouse, "events", [event("1", JANUARY), event("2", JANUARY, anonymous_id="v")])
    put(warehouse, "events", [event("3", JANUARY, account_id="A")])
    finding = found(warehouse)["nobody"]
    assert (finding.severity, finding.count) == ("warning", 1)
    assert finding.examples == ("source own, event_id 1, stamped_on 2025-01-01",)


def test_dates_that_cannot_be(warehouse: Warehouse) -> None:
    put(warehouse, "accounts", [account("A")])
    put(warehouse, "subscription_phases", [phase("1", "A", JANUARY, JANUARY - MONTH)])
    assert "end_at before start_at" in found(warehouse)["impossible_dates"].message


def test_an_invoice_paid_before_it_was_issued(warehouse: Warehouse) -> None:
    put(warehouse, "accounts", [account("A")])
    invoice = {"invoice_id": "1", "account_id": "A", "issued_at": JANUARY, "paid_at": JANUARY - MONTH}
    put(warehouse, "invoices", [{**invoice, "currency": "EUR", "total": Decimal(1), "status": "paid"}])
    assert set(found(warehouse)) == {"impossible_dates"}


def test_what_happened_after_it_was_recorded(warehouse: Warehouse) -> None:
    put(warehouse, "accounts", [account("A")])
    put(warehouse, "events", [event("1", datetime(2999, 1, 1), account_id="A")])
    assert found(warehouse)["future_date"].severity == "warning"


def test_phases_that_overlap(warehouse: Warehouse) -> None:
    put(warehouse, "accounts", [account("A")])
    put(
        warehouse,
        "subscription_phases",
        [phase("1", "A", JANUARY, None), phase("2", "A", JANUARY + MONTH, JANUARY + 2 * MONTH)],
    )
    finding = found(warehouse)["overlapping_phases"]
    assert "phase_id 2" in finding.examples[0]


def test_phases_of_two_subscriptions_may_overlap(warehouse: Warehouse) -> None:
    put(warehouse, "accounts", [account("A")])
    rows = [phase(str(n), "A", JANUARY, None, subscription_id=f"S{n}") for n in range(2)]
    put(warehouse, "subscription_phases", rows)
    assert not warehouse.check()


@pytest.mark.parametrize(
    "statuses",
    [["active", "trialing"], ["paused"], ["trialing", "paused"], ["free", "paused"], ["paused", "active"]],
    ids=" to ".join,
)
def test_moves_that_are_refused(warehouse: Warehouse, statuses: list[str]) -> None:
    put(warehouse, "accounts", [account("A")])
    put(warehouse, "subscription_phases", in_turn(statuses))
    assert set(found(warehouse)) == {"illegal_move"}


def test_after_a_gap_a_subscription_begins_again(warehouse: Warehouse) -> None:
    put(warehouse, "accounts", [account("A"), account("B")])
    put(warehouse, "subscription_phases", in_turn(["active", "trialing", "active"], gap_before=1))
    assert not warehouse.check()
    put(warehouse, "subscription_phases", in_turn(["active", "paused"], "B", gap_before=1))
    assert "ended to paused" in found(warehouse)["illegal_move"].examples[0]


def test_every_status_has_its_moves() -> None:
    statuses = {"trialing", "active", "past_due", "paused", "free"}
    assert set(LEGAL_MOVES) == statuses | {"begun", "ended"}
    assert {after for moves in LEGAL_MOVES.values() for after in moves} == statuses


def test_keys_that_are_empty_or_double(warehouse: Warehouse) -> None:
    put(warehouse, "accounts", [account("A"), account("B")])
    warehouse.con.execute("insert into lake.accounts from lake.accounts where account_id = 'A'")
    warehouse.con.execute("update lake.accounts set account_id = null where account_id = 'B'")
    assert set(found(warehouse)) == {"duplicate_key", "duplicate_version", "null_key"}


def test_a_required_value_that_is_empty(warehouse: Warehouse) -> None:
    put(warehouse, "accounts", [{"account_id": "A"}])
    assert found(warehouse)["missing_value"].examples == ("source own, account_id A",)


def test_files_that_are_gone_and_files_that_nobody_knows(warehouse: Warehouse) -> None:
    put(warehouse, "accounts", [account("A")])
    [path] = (warehouse.folder / "data" / "main" / "accounts").glob("*.parquet")
    orphan = path.with_name("orphan.parquet")
    orphan.write_bytes(path.read_bytes())
    assert not warehouse.check(), "a young file may belong to a write in progress"
    os.utime(orphan, (0, 0))
    with Warehouse.open(warehouse.folder, read_only=True) as reader:
        assert found(reader)["orphan_files"].examples == (str(orphan),)
    put(warehouse, "plans", [{"plan": "pro"}])
    [path] = (warehouse.folder / "data" / "main" / "plans").glob("*.parquet")
    path.unlink()
    assert set(found(warehouse)) == {"missing_file", "orphan_files"}
