"""Stripe by files: the exports of its dashboard, and its tables as Fivetran lays them out."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import duckdb

from holdfast import collect
from tests.collect.test_exports import ROOT, exports

FIVETRAN = (
    "customer",
    "plan",
    "subscription_history",
    "subscription_item",
    "invoice",
    "invoice_line_item",
    "charge",
    "refund",
    "dispute",
    "card",
)

SUBSCRIPTIONS = """\
id,Customer ID,Customer Description,Customer Email,Plan,Quantity,Currency,Interval,Amount,Status,\
Created (UTC),Start Date (UTC),Current Period Start (UTC),Current Period End (UTC),\
Trial Start (UTC),Trial End (UTC),\
Canceled At (UTC),Cancel At Period End,Ended At (UTC)
sub_1,cus_1,,a@x.io,price_1,2,usd,month,20.00,active,2024-01-05 10:00,2024-01-05 10:00,,,,,,false,
sub_2,cus_1,,a@x.io,price_2,1,jpy,year,9000,canceled,2023-01-05 10:00,2023-01-05 10:00,\
,,,,2023-12-01 09:30,true,2024-01-05 10:00
sub_3,cus_2,,b@x.io,price_1,1,usd,month,20.00,incomplete_expired,2024-01-05 10:00,2024-01-05 10:00,,,,,,false,
"""
PAYMENTS = """\
id,Description,Created (UTC),Amount,Amount Refunded,Currency,Status,Customer ID,Invoice ID
ch_1,Subscription,2024-01-05 10:00,40.00,0.00,usd,Paid,cus_1,in_1
ch_2,Subscription,2024-02-05 10:00,40.00,0.00,usd,Failed,cus_1,in_2
ch_3,A mug,2024-02-05 10:00,12.00,0.00,usd,Paid,cus_1,
"""
CUSTOMERS = """\
id,Description,Email,Name,Created (UTC),Delinquent
cus_1,,a@x.io,Acme,2023-01-05 10:00,false
cus_2,,b@x.io,,2024-01-05 10:00,false
"""


def test_exports_of_the_dashboard(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    files = {"subscriptions": SUBSCRIPTIONS, "unified_payments": PAYMENTS, "customers": CUSTOMERS}
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_text(text)
    found = {}
    for feed in collect.folder(tmp_path, ROOT / "examples" / "stripe_dashboard"):
        staged = collect.stage(con, feed.table, feed.files, feed.mapping)
        assert staged.rejected == 0
        found[feed.table.name] = (
            con.execute(f"FROM {staged.good} ORDER BY row_number").fetch_arrow_table().to_pylist()
        )
    assert [row["name"] for row in found["accounts"]] == ["Acme", "b@x.io"]
    shown = [
        (row["unit_amount"], row["quantity"], row["interval"], row["status"])
        for row in found["subscription_phases"]
    ]
    assert shown == [(Decimal(20), 2, "month", "active"), (Decimal(9000), 1, "year", "active")]
    assert [row["end_at"] is None for row in found["subscription_phases"]] == [True, False]
    assert [(row["invoice_id"], row["status"]) for row in found["payments"]] == [
        ("in_1", "succeeded"),
        ("in_2", "failed"),
    ]


def test_tables_as_fivetran_lays_them_out(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    for name in FIVETRAN:
        shutil.copy(exports("connectors/fivetran_stripe") / f"{name}_data.csv", tmp_path)
    found = {}
    for feed in collect.folder(tmp_path, ROOT / "examples" / "fivetran_stripe"):
        staged = collect.stage(con, feed.table, feed.files, feed.mapping)
        found[feed.table.name, feed.files[0].name] = (staged.rows, staged.rejected, staged.left_out)
        problems = {row[0] for row in con.execute(f'SELECT DISTINCT "column" FROM {staged.bad}').fetchall()}
        # The seeds are no one company: of most items and charges what they name is in no other file.
        assert problems <= {"account_id"}
    assert found == {
        ("accounts", "customer_data.csv"): (12, 0, 0),
        ("plans", "plan_data.csv"): (13, 0, 0),
        ("subscription_phases", "subscription_item_data.csv"): (14, 12, 0),
        ("invoices", "invoice_data.csv"): (2, 0, 0),
        ("invoice_lines", "invoice_line_item_data.csv"): (3, 0, 0),
        ("payments", "charge_data.csv"): (16, 0, 16),
        ("payment_methods", "card_data.csv"): (11, 0, 11),
        ("refunds", "refund_data.csv"): (4, 4, 0),
        ("refunds", "dispute_data.csv"): (12, 7, 5),
    }
