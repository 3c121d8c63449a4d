"""Views have the columns they declare, and say what the workspace's own tables and figures say."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from holdfast import Workspace
from holdfast.tables import TABLES, VIEWS, arrow_type
from holdfast.tables.views import LAID_OUT_VIEWS


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_has_the_columns_and_types_it_declares(name: str, exported: Any) -> None:
    schema = exported.execute(f'from "{name}" limit 0').to_arrow_table().schema
    declared = [(column.name, arrow_type(column.kind)) for column in VIEWS[name].columns]
    assert list(zip(schema.names, schema.types, strict=True)) == declared


@pytest.mark.parametrize("name", LAID_OUT_VIEWS)
def test_what_is_declared_as_never_empty_is_not_and_keys_are_keys(name: str, exported: Any) -> None:
    view = LAID_OUT_VIEWS[name]
    needed = [f'"{column.name}" is null' for column in view.columns if column.required]
    (empty,) = exported.execute(f'select count(*) from "{name}" where {" or ".join(needed)}').fetchone()
    (rows,) = exported.execute(f'select count(*) from "{name}"').fetchone()
    (keys,) = exported.execute(
        f'select count(*) from (select distinct {", ".join(view.key)} from "{name}")'
    ).fetchone()
    assert empty == 0
    assert rows == keys > 0


@pytest.mark.parametrize("name", TABLES)
def test_a_table_of_the_business_is_the_workspaces_own(name: str, space: Workspace, exported: Any) -> None:
    told = space.records(name).to_pyarrow()
    asked = exported.execute(f'from "{name}"').to_arrow_table()
    assert _sorted(asked) == _sorted(told.select(asked.column_names))


def test_account_months_add_up_to_the_board(space: Workspace, exported: Any) -> None:
    months = exported.execute("""
        select month, sum(closing_mrr), sum(closing_customer), sum(churns), count(no_rate)
        from account_months where left_out is null group by month order by month
    """).fetchall()
    first, last = months[0][0], months[-1][0]
    mrr, customers = (
        [f.value for f in space.kpis([name], first=first, last=last)] for name in ("mrr", "customers")
    )
    assert [row[1] for row in months] == mrr
    assert [row[2] for row in months] == customers
    assert sum(row[3] for row in months) > 0


def test_repeat_sales_add_up_to_expansion_and_one_off_revenue(space: Workspace, exported: Any) -> None:
    first, last = exported.execute("select min(month), max(month) from account_months").fetchone()
    grown, bought = exported.execute(
        "select sum(expansion_mrr), sum(one_off_revenue) from repeat_sales where left_out is null"
    ).fetchone()
    expansion, one_off = (
        sum(figure.value or 0 for figure in space.kpis([name], first=first, last=last))
        for name in ("mrr_expansion", "one_off_revenue")
    )
    assert (grown, bought) == (expansion, one_off)
    counted = exported.execute("""
        select account_id, max(times) > 1 from (
            select account_id, count(*) as times from mrr_movements where movement = 'expansion' group by all
            union all
            select account_id, count(*) from invoice_lines join invoices using (source, invoice_id)
            where kind = 'one_off' and status <> 'void'
              and issued_at < (select max(month_end) from account_months)
            group by all
        ) group by all order by all
    """).fetchall()
    told = exported.execute("select account_id, bought_again from repeat_sales order by all").fetchall()
    assert counted == told
    assert grown > 0


def test_movements_add_up_to_what_mrr_moved_by(space: Workspace, exported: Any) -> None:
    moved = exported.execute("""
        select month, sum(amount) from mrr_movements where left_out is null group by month order by month
    """).fetchall()
    ends = exported.execute("""
        select month, sum(closing_mrr) - sum(opening_mrr)
        from account_months where left_out is null group by month order by month
    """).fetchall()
    assert moved == ends
    churned = exported.execute("""
        select sum(amount) from mrr_movements
        where left_out is null and movement = 'churn' and month = '2024-06'
    """).fetchone()
    (figure,) = space.kpis(["mrr_churn"], first="2024-06", last="2024-06")
    assert churned == (-figure.value,) if figure.value is not None else (None,)
    fx = exported.execute(
        "select count(*) from mrr_movements where movement = 'fx' and amount <> 0"
    ).fetchone()
    assert fx > (0,)


def test_an_account_of_another_source_has_a_name_of_its_own(exported: Any) -> None:
    ids = exported.execute("""
        select source, account_id from account_ids where source_id = 'a000001' order by source
    """).fetchall()
    assert ids == [("crm", "crm:a000001"), ("own", "a000001")]


def test_figures_of_a_closed_month_are_those_that_were_published(space: Workspace) -> None:
    rows = space.sql("select exact_value, value, in_force from figures where metric = 'mrr' and variant = ''")
    (figure,) = space.kpis(["mrr"], first="2024-05", last="2024-05")
    assert figure.status == "published"
    assert rows.to_pylist() == [{"exact_value": str(figure.value), "value": figure.value, "in_force": True}]


def test_a_view_shows_what_was_known_then(space: Workspace, before_the_close: datetime) -> None:
    asked = "select count(*) as accounts from accounts"
    (now,), (then,) = (space.sql(asked, known_at=known).to_pylist() for known in (None, before_the_close))
    assert now["accounts"] == then["accounts"] + 1
    assert space.sql("from figures", known_at=before_the_close).num_rows == 0


def test_timelines_as_known_then_are_laid_out_anew(space: Workspace, before_the_close: datetime) -> None:
    asked = "select month, sum(closing_mrr) as mrr from account_months group by month order by month"
    assert space.sql(asked, known_at=before_the_close) == space.sql(asked)
    long_ago = before_the_close - timedelta(days=30)
    assert space.sql(asked, known_at=long_ago).num_rows == 0


def test_the_catalogue_is_a_view(space: Workspace) -> None:
    rows = space.sql("select name, variant, unit from metrics where family = 'churn'").to_pylist()
    declared = [
        {"name": m.name, "variant": m.variant, "unit": m.unit} for m in space.metrics() if m.family == "churn"
    ]
    assert rows == declared


def test_money_stays_exact(space: Workspace) -> None:
    (row,) = space.sql("select sum(mrr) as mrr from priced_phases where state = 'paying'").to_pylist()
    assert isinstance(row["mrr"], Decimal)


def _sorted(table: pa.Table) -> list[tuple[str, ...]]:
    return sorted(tuple(map(str, row.values())) for row in table.to_pylist())
