"""A PostgreSQL that a business declares: exact money, instants, and only what is new."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import adbc_driver_postgresql.dbapi as postgresql
import pytest

from holdfast.collect.sources.database import Asker
from holdfast.errors import BadInput, Unreachable
from holdfast.flow import Workspace
from tests.postgres import cluster


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    with cluster() as found:
        yield found


INVOICES = '''
[[table]]
name = "invoices"
query = """
select id::text as invoice_id, account as account_id, issued_at, status, currency, total,
  total as subtotal, version from bills -- the newest last
"""
cursor = "version"
overlap = 0
'''


def test_postgresql_gives_exact_money_instants_and_only_what_is_new(
    server: Any, space: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = server.new_database()
    monkeypatch.setenv("HOLDFAST_SOURCE_BILLS_URL", address)
    with postgresql.connect(address, autocommit=True) as con, con.cursor() as cursor:
        cursor.execute(
            "create table bills (id uuid default gen_random_uuid(), account text, issued_at timestamptz,"
            " status text, currency char(3), total numeric, version bigserial, more jsonb)"
        )
        fill = "insert into bills (account, issued_at, status, currency, total) select 'a' || i,"
        fill += " timestamptz '2025-06-01 00:00+02' + i * interval '1 second', 'open', 'EUR', {}"
        fill += " from generate_series({}, {}) i"
        cursor.execute(fill.format("i + 0.123456789", 1, 60_000))
        space.sources.declare_database("bills", INVOICES)
        assert space.sources.pull("bills").rows["invoices"].new == 60_000
        cursor.execute(fill.format("0.1", 60_001, 60_003))
        taken = space.sources.pull("bills").rows["invoices"]
    assert (taken.new, taken.unchanged) == (3, 1)
    rows = space.records("invoices")
    (row,) = rows.filter(rows.account_id == "a7").to_pyarrow().to_pylist()
    assert row["total"] == Decimal("7.123456789")
    assert row["issued_at"] == datetime(2025, 5, 31, 22, 0, 7)
    with (
        pytest.raises((BadInput, Unreachable), match="read-only"),
        Asker.at(address) as asker,
        asker.answer("delete from bills returning id") as stream,
    ):
        stream.read_all()
