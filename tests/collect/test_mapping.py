from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from holdfast.collect import Mapping
from holdfast.errors import BadInput
from tests.collect.conftest import Reader


@pytest.mark.parametrize(
    ("toml", "message", "hint"),
    [
        ("sorce = 'x'", "no 'sorce'", "'source'"),
        ("ends = 'inclusiv'", "ends cannot be 'inclusiv'", "'inclusive'"),
        ("zone = 'Europe/Berln'", "is not a time zone", "'Europe/Berlin'"),
        ("money = 'cents'", "money cannot be 'cents'", "major, minor"),
        ("decimal = ';'", "decimal cannot be ';'", "One of"),
        ("decimal = ','\nthousands = ','", "both ','", "decimal"),
        ("delimiter = ';;'", "delimiter must be one character", "';'"),
        ("table = 'account'", "No table is called 'account'", "'accounts'"),
        ("table = 'notes'\ncolumns.txt = 'x'", "columns of notes has no 'txt'", "'text'"),
        ("columns.a = 3", "columns.a must be a column's name", "constant = "),
        ("columns.a = { fromm = 'x' }", "columns.a has no 'fromm'", "'from'"),
        ("columns.a = { lower = true }", "must say one of from", "from = "),
        ("columns.a = { join = 'x' }", "columns.a.join must be several columns", "join = ["),
        ("columns.a = { from = 'x', part = 1 }", "does not say `by`", "by = "),
        ("columns.a = { when = { column = 'x' }, then = '1' }", "must say filled, is or is_not", "is = "),
        ("columns.a = { when = { column = 'x', is = '1' } }", "says when, but not then", "then = "),
        ("where = { colum = 'x' }", "where must name a column", "column = "),
        ("columns = 'x'", "columns must be a table", "[columns]"),
        ("source = ''", "source must be a text", "source = "),
        ("a = [", "is not TOML", "quotes"),
        ("[[table]]\nignore = ['x']", "must say its name", "name = "),
    ],
)
def test_a_mistake_is_named_with_what_would_be_right(toml: str, message: str, hint: str) -> None:
    with pytest.raises(BadInput) as refused:
        Mapping.from_toml(toml, "m.toml")
    assert message in refused.value.message
    assert "m.toml" in refused.value.message
    assert hint in str(refused.value.hint)


def test_a_mapping_survives_json() -> None:
    text = """
        source = "billing"
        zone = "Europe/Berlin"
        where = { column = "type", is_not = ["test"] }
        columns.status = { from = "is_trial", values = { True = "trialing" }, otherwise = "active" }
        constants.scale_max = 5
    """
    mapping = Mapping.from_toml(text, "m.toml")
    assert Mapping.from_json(mapping.to_json(), "m.toml") == mapping


def test_what_stands_above_the_tables_holds_for_each() -> None:
    text = """
        source = "desk"
        constants.channel = "mail"
        [[table]]
        name = "tickets"
        [[table]]
        name = "survey_invitations"
        zone = "Asia/Tehran"
        constants.survey_id = "s"
    """
    tickets, invitations = Mapping.all_from_toml(text)
    assert (tickets.source, invitations.source) == ("desk", "desk")
    assert set(tickets.columns) == {"channel"}
    assert set(invitations.columns) == {"channel", "survey_id"}
    assert (tickets.zone, invitations.zone) == (None, "Asia/Tehran")


ACCOUNTS = """id,first,last,mail,tier,trial,seats
1,Ann,Lee,ANN@X.ORG,Gold,True,3
2,Bo,,,,no,
"""
MADE = {
    'name = { join = ["first", "last"], with = " " }': ["Ann Lee", "Bo"],
    'name = { text = "{first} {last}!" }': ["Ann Lee!", None],
    'name = { first = ["last", "first"] }': ["Lee", "Bo"],
    'name = { constant = "x" }': ["x", "x"],
    "name = { row_number = true }": ["2", "3"],
    'name = { text = "r{row_number}" }': ["r2", "r3"],
    'name = { from = "mail", lower = true }': ["ann@x.org", None],
    'name = { from = "mail", by = "@", part = -1 }': ["X.ORG", None],
    'name = { from = "tier", values = { gold = "G" } }': ["G", None],
    'name = { from = "trial", values = { True = "t" }, otherwise = "f" }': ["t", "f"],
    'name = { when = { column = "trial", is = "true" }, then = "t", otherwise = { column = "first" } }': [
        "t",
        "Bo",
    ],
    'name = { when = { column = "tier", filled = true }, then = "y" }': ["y", None],
    'attributes = { json = ["tier", "seats"] }': [
        '{"tier":"Gold","seats":"3"}',
        '{"tier":null,"seats":null}',
    ],
    'attributes = { json = { t = "tier" } }': ['{"t":"Gold"}', '{"t":null}'],
    'employees = { from = "seats", multiply = 2 }': [6, None],
    'employees = { from = "seats", multiply = "seats" }': [9, None],
    'employees = { from = "seats", divide = 3 }': [1, None],
}


@pytest.mark.parametrize("recipe", MADE)
def test_recipes(read: Reader, recipe: str) -> None:
    mapping = f"""
        ignore = ["*"]
        constants.created_at = "2024-01-01"
        [columns]
        account_id = "id"
        {recipe}
    """
    assert read("accounts.csv", ACCOUNTS, mapping).column(recipe.partition(" ")[0]) == MADE[recipe]


def test_a_day_from_its_parts(read: Reader) -> None:
    text = "account_id,y,m,d\n1,2024,2,29\n2,2023,2,29\n"
    result = read("accounts.csv", text, 'columns.created_at = { date = ["y", "m", "d"] }')
    assert result.column("created_at") == [datetime(2024, 2, 29)]
    assert [row["value"] for row in result.bad] == ["2023-02-29"]


def test_a_moment_after_another(read: Reader) -> None:
    text = (
        "note_id,account_id,opened,minutes,kind,text\n1,a,2024-01-01 10:00,90,crm,x\n2,a,2024-01-01,,crm,x\n"
    )
    result = read("notes.csv", text, 'columns.at = { after = "opened", minutes = "minutes" }')
    assert result.column("at") == [datetime(2024, 1, 1, 11, 30)]
    assert [row["problem"] for row in result.bad] == ["at is empty, but required"]


HEADER = "invoice_id,account_id,issued_at,currency,status,sum,seats\n"


@pytest.mark.parametrize(
    ("recipe", "expected"),
    [
        ("divide = 12", "8.333333333"),
        ("divide = 'seats'", "33.333333333"),
        ("multiply = 0.01", "1"),
        ("multiply = 'seats'", "300"),
    ],
)
def test_arithmetic_is_exact(read: Reader, recipe: str, expected: str) -> None:
    mapping = f"ignore = ['seats']\ncolumns.total = {{ from = 'sum', {recipe} }}"
    result = read("invoices.csv", HEADER + "1,a,2024-01-01,EUR,paid,100,3\n", mapping)
    assert result.column("total") == [Decimal(expected)]


def test_division_by_nothing_is_a_reject(read: Reader) -> None:
    mapping = "columns.total = { from = 'sum', divide = 'seats' }"
    result = read(
        "invoices.csv", HEADER + "1,a,2024-01-01,EUR,paid,100,0\n2,a,2024-01-01,EUR,paid,x,1\n", mapping
    )
    assert [row["value"] for row in result.bad] == ["100", "x"]


def test_rounding_cures_too_many_decimals(read: Reader) -> None:
    mapping = "ignore = ['seats']\ncolumns.total = { from = 'sum', round = 2 }"
    result = read("invoices.csv", HEADER + "1,a,2024-01-01,EUR,paid,33.333333333333336,3\n", mapping)
    assert result.column("total") == [Decimal("33.33")]


def test_where_leaves_rows_out_and_counts_them(read: Reader) -> None:
    text = "note_id,account_id,at,kind,text\n1,a,2024-01-01,crm,x\n2,a,soon,test,x\n"
    result = read("notes.csv", text, "where = { column = 'kind', is_not = 'TEST' }")
    assert (result.staged.rows, result.staged.left_out, result.staged.rejected) == (2, 1, 0)


def test_a_lookup_in_another_file(read: Reader, tmp_path: Path) -> None:
    (tmp_path / "subs.csv").write_text("sub,org\ns1,a1\ns2,a2\n")
    mapping = """
        columns.account_id = { lookup = { file = "subs.csv", key = "sub_id", equals = "sub", take = "org" } }
    """
    text = (
        "note_id,sub_id,at,kind,text\n1,s2,2024-01-01,crm,x\n2,s3,2024-01-01,crm,x\n3,s1,2024-01-01,crm,x\n"
    )
    result = read("notes.csv", text, mapping)
    assert result.column("account_id") == ["a2", "a1"]
    assert result.column("row_number") == [2, 4]
    assert [row["row_number"] for row in result.bad] == [3]


def test_a_column_with_its_own_zone_and_format(read: Reader) -> None:
    text = "note_id,account_id,when,kind,text\n1,a,01/02/2024 00:30,crm,x\n"
    mapping = 'columns.at = { from = "when", dates = "%d/%m/%Y %H:%M", zone = "Asia/Tehran" }'
    assert read("notes.csv", text, mapping).column("at") == [datetime(2024, 1, 31, 21)]
