"""The declarations hold together, name what the definitions name, and the page is current."""

import csv
import re
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from holdfast.errors import UsageError
from holdfast.tables import (
    OWNED,
    SYSTEM_COLUMNS,
    TABLES,
    Column,
    Kind,
    Table,
    arrow_schema,
    arrow_type,
    sql_type,
    table,
    tables_page,
    template,
    views_page,
)
from holdfast.tables.__main__ import main

ALL = {**TABLES, **OWNED}
every_table = pytest.mark.parametrize("declared", ALL.values(), ids=ALL.keys())


def test_tables_come_in_the_order_of_the_definitions() -> None:
    order = (
        "accounts, users, subscription_phases, invoices, invoice_lines, payments, payment_methods, events, "
        "tickets, ticket_replies, survey_invitations, survey_responses, feedback_tags, contracts, trials, "
        "costs, touchpoints, notes, refunds, plans, milestones, assignments, fx_rates"
    )
    assert ", ".join(TABLES) == order


def test_names_are_kept_once() -> None:
    assert not set(TABLES) & set(OWNED)
    assert all(name == declared.name for name, declared in ALL.items())
    assert all(declared.owned for declared in OWNED.values())
    assert not any(declared.owned for declared in TABLES.values())


@every_table
def test_columns_are_named_once_and_not_like_system_columns(declared: Table) -> None:
    names = declared.column_names
    assert len(set(names)) == len(names)
    assert not set(names) & {column.name for column in SYSTEM_COLUMNS}
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)


@every_table
def test_the_key_begins_with_the_first_column(declared: Table) -> None:
    assert declared.key[0] == declared.columns[0].name
    assert declared.columns[0].required
    assert set(declared.key) <= set(declared.column_names)


def test_three_tables_have_a_longer_key() -> None:
    longer = {name: declared.key for name, declared in TABLES.items() if len(declared.key) > 1}
    assert longer == {
        "accounts": ("account_id", "valid_from"),
        "users": ("user_id", "valid_from"),
        "events": ("event_id", "stamped_on"),
    }


@every_table
def test_every_meaning_is_one_sentence_on_one_line(declared: Table) -> None:
    for meaning in (declared.meaning, *(column.meaning for column in declared.columns)):
        assert meaning.endswith(".")
        assert "\n" not in meaning
        assert "|" not in meaning
        assert len(meaning) <= 130


@every_table
def test_references_defaults_and_choices_exist(declared: Table) -> None:
    for column in declared.columns:
        if column.references:
            assert column.references in ALL
            assert column.kind is Kind.TEXT
        if column.default_from:
            assert declared.column(column.default_from).kind is Kind.INSTANT
        if column.choices and column.default:
            assert column.default in column.choices
        assert len(set(column.choices)) == len(column.choices)


@every_table
def test_money_says_its_currency(declared: Table) -> None:
    for column in declared.columns:
        if column.kind is not Kind.MONEY:
            continue
        named = re.findall(r"`(\w+)`", column.unit)
        if named:
            assert declared.column(named[0]).kind is Kind.CURRENCY
        else:
            assert column.unit == "currency of the invoice"


def test_the_ends_of_spans_are_marked() -> None:
    ends = {(t.name, c.name) for t in TABLES.values() for c in t.columns if c.is_end}
    assert ends == {
        ("subscription_phases", "end_at"),
        ("invoice_lines", "service_end"),
        ("contracts", "term_end"),
        ("trials", "ends_at"),
        ("trials", "ended_at"),
        ("costs", "period_end"),
    }


@every_table
def test_a_table_can_be_made_in_duckdb_and_arrow(declared: Table) -> None:
    columns = ", ".join(f'"{column.name}" {sql_type(column.kind)}' for column in declared.columns)
    with duckdb.connect() as con:
        con.execute(f'create table "{declared.name}" ({columns})')
        stored = con.execute(f'from "{declared.name}"').to_arrow_table().schema
    assert [field.type for field in stored] == [arrow_type(column.kind) for column in declared.columns]
    assert arrow_schema(declared).names == list(declared.column_names)


def test_required_columns_are_not_nullable_in_arrow() -> None:
    schema = arrow_schema(TABLES["plans"])
    assert not schema.field("plan").nullable
    assert schema.field("name").nullable
    assert schema.field("list_amount").type == pa.decimal128(38, 9)


def test_a_table_is_found_by_name() -> None:
    assert table("accounts") is TABLES["accounts"]
    assert table("rejects") is OWNED["rejects"]


def test_an_unknown_table_gets_the_nearest_name() -> None:
    with pytest.raises(UsageError, match="acounts") as caught:
        table("acounts")
    assert caught.value.hint == "Did you mean 'accounts'?"


def test_an_unknown_column_gets_the_nearest_name() -> None:
    with pytest.raises(UsageError, match="column of accounts") as caught:
        TABLES["accounts"].column("contry")
    assert caught.value.hint == "Did you mean 'country'?"


@every_table
def test_a_template_is_an_explained_header(declared: Table) -> None:
    lines = template(declared.name).splitlines()
    comments = [line for line in lines if line.startswith("#")]
    (header,) = csv.reader(line for line in lines if not line.startswith("#"))
    assert header == list(declared.column_names)
    for column, comment in zip(declared.columns, comments[2:], strict=True):
        assert comment.startswith(f"# {column.name}")
        assert column.meaning in comment


def test_a_template_of_a_table_says_what_may_be_given() -> None:
    lines = template("subscription_phases").splitlines()
    assert "# interval* (text): The unit of the billing interval. One of: day, week, month, year." in lines
    assert any(line.startswith("# quantity (number)") and line.endswith("Default: 1.") for line in lines)


def test_a_template_of_no_table_is_refused() -> None:
    with pytest.raises(UsageError):
        template("invoice")


def test_the_pages_are_current(tmp_path: Path) -> None:
    main([str(tmp_path)])
    docs = Path(__file__).parents[2] / "docs"
    for name, text in (("tables.md", tables_page()), ("views.md", views_page())):
        assert (tmp_path / name).read_text(encoding="utf-8") == text
        assert (docs / name).read_text(encoding="utf-8") == text, "Run: python -m holdfast.tables"


def test_the_default_key_is_the_first_column() -> None:
    made = Table("things", "Things.", (Column("thing_id", Kind.TEXT, "The thing's id.", required=True),))
    assert made.key == ("thing_id",)
