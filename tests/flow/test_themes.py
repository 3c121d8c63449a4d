"""Themes of a simulated company, counted again from its tickets; by segment, and where nothing was said."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import pytest

import holdfast
from holdfast.errors import UsageError
from tests.demo import demo

__all__ = ["demo"]


def test_accounts_and_records_are_those_of_the_tickets(demo: Path) -> None:
    with holdfast.open(demo, read_only=True) as space:
        found = space.themes()
        accounts = space.records("accounts").to_pyarrow().to_pylist()
        ours = {row["account_id"] for row in accounts if row["is_internal"]}
        merged = {row["account_id"]: row["merged_into"] for row in accounts if row["merged_into"]}
        users = space.records("users").to_pyarrow().to_pylist()
        insiders = {row["user_id"] for row in users if row["is_internal"]}
        lately: dict[str, set[str]] = defaultdict(set)
        records: dict[str, set[str]] = defaultdict(set)
        for row in space.records("tickets").to_pyarrow().to_pylist():
            account = merged.get(row["account_id"], row["account_id"])
            left_out = row["spam"] or row["merged_into"] or account in ours or row["user_id"] in insiders
            if not left_out and found.at - timedelta(days=30) <= row["created_at"] < found.at:
                lately[row["topic"]].add(account)
                records[row["topic"]].add(f"tickets/{row['ticket_id']}")
    assert {each.name: set(each.accounts) for each in found.found} == lately
    assert {each.name: set(each.records) for each in found.found} == records
    assert any(each.is_recurring for each in found.found)


def test_a_segment_keeps_to_its_customers(demo: Path) -> None:
    with holdfast.open(demo, read_only=True) as space:
        whole, some = space.themes(), space.themes(segment="mrr >= 200")
    assert 0 < some.customers < whole.customers
    spoke = {account for each in whole.found for account in each.accounts}
    assert {account for each in some.found for account in each.accounts} < spoke


def test_where_nothing_was_said_it_is_said_so(tmp_path: Path) -> None:
    with holdfast.create(tmp_path / "space") as space, pytest.raises(UsageError, match="customers said"):
        space.themes()
