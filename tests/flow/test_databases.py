"""Databases that a business declares: what is new is read, ties and late rows too, and nothing twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.collect.sources.database import Asker, Batch, batches, database
from holdfast.errors import BadInput, Unreachable, UsageError
from holdfast.flow import Workspace
from holdfast.flow.arrivals import querying

SHOP = """
[[table]]
name = "accounts"
query = "select id, name, since, changed from customers"
cursor = "changed"
columns.account_id = "id"
columns.created_at = "since"

[[table]]
name = "plans"
query = "select plan as code, title from plans"
columns.plan = "code"
columns.name = "title"
"""
PLANS = '[[table]]\nname = "plans"'
START = datetime(2025, 6, 1, 12)
VARIABLE = "HOLDFAST_SOURCE_SHOP_URL"


class Shop:
    """A business's own database, in SQLite."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.run("create table customers (id text, name text, since text, changed text)")
        self.run("create table plans (plan text, title text)")

    def run(self, statement: str, *values: Any) -> None:
        with closing(sqlite3.connect(self.file)) as con, con:
            con.execute(statement, values)

    def customer(self, name: str, minutes: float = 0, **more: Any) -> None:
        changed = more.get("changed", str(START + timedelta(minutes=minutes)))
        self.run("delete from customers where id = ?", name)
        self.run(
            "insert into customers values (?, ?, ?, ?)",
            name,
            more.get("called", name.upper()),
            more.get("since", "2025-01-01 00:00:00"),
            changed,
        )


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    found = Shop(tmp_path / "shop.db")
    monkeypatch.setenv(VARIABLE, f"sqlite:///{found.file}")
    return found


@pytest.fixture
def told(space: Workspace, shop: Shop) -> Workspace:
    space.sources.declare_database("shop", SHOP)
    return space


def accounts(space: Workspace) -> dict[str, str]:
    rows = space.records("accounts")
    found = rows.filter(rows.source == "shop").select("account_id", "name").to_pyarrow().to_pylist()
    return {row["account_id"]: row["name"] for row in found}


def test_a_second_pull_reads_what_is_new_with_ties_and_late_rows(told: Workspace, shop: Shop) -> None:
    for name, minutes in (("a", 0), ("b", 60), ("c", 60)):
        shop.customer(name, minutes)
    first = told.sources.pull("shop")
    assert (first.rows["accounts"].new, first.rejected) == (3, 0)
    shop.customer("tie", 60)
    shop.customer("late", 55)
    shop.customer("too_late", 20)
    shop.customer("a", 90, called="Anew")
    second = told.sources.pull("shop").rows["accounts"]
    assert (second.new, second.changed, second.unchanged) == (2, 1, 2)
    assert accounts(told) == {"a": "Anew", "b": "B", "c": "C", "tie": "TIE", "late": "LATE"}
    third = told.sources.pull("shop").rows["accounts"]
    assert (third.rows, third.new, third.unchanged) == (1, 0, 1)
    assert "too_late" in accounts_after(told, whole=True)


def accounts_after(space: Workspace, *, whole: bool) -> dict[str, str]:
    space.sources.pull("shop", whole=whole)
    return accounts(space)


def test_reading_all_buries_what_is_gone(told: Workspace, shop: Shop) -> None:
    for name in "abc":
        shop.customer(name)
    shop.run("insert into plans values ('p1', 'Pro'), ('p2', 'Old')")
    told.sources.pull("shop")
    shop.run("delete from customers where id = 'b'")
    shop.run("delete from plans where plan = 'p2'")
    assert told.sources.pull("shop").rows["plans"].buried == 1
    assert set(accounts(told)) == {"a", "b", "c"}
    assert told.sources.pull("shop", whole=True).rows["accounts"].buried == 1
    assert set(accounts(told)) == {"a", "c"}


def test_a_pull_that_was_stopped_goes_on(
    told: Workspace, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        shop.customer(f"k{number:02}", number // 2)
    monkeypatch.setattr(querying, "AT_ONCE", 1)
    kept = querying._Table._keep
    count = 0

    def breaks(self: Any, *arguments: Any) -> None:
        nonlocal count
        count += 1
        if count > 1:
            raise KeyboardInterrupt
        kept(self, *arguments)

    def few(asker: Asker, pulled: Any, place: Any, rows: int) -> Iterator[Any]:
        for batch in batches(asker, pulled, place, rows):
            for start in range(0, max(batch.rows.num_rows, 1), 5):
                part = batch.rows.slice(start, 5)
                value = part.column("changed")[-1].as_py() if part.num_rows else None
                yield Batch(part, {"value": value, "kind": "text"} if value else None)

    monkeypatch.setattr(querying, "batches", few)
    monkeypatch.setattr(querying._Table, "_keep", breaks)
    with pytest.raises(KeyboardInterrupt):
        told.sources.pull("shop")
    assert len(accounts(told)) == 5
    monkeypatch.setattr(querying._Table, "_keep", kept)
    told.sources.pull("shop")
    assert len(accounts(told)) == 12


def test_what_does_not_fit_waits_once_however_often_it_is_pulled(told: Workspace, shop: Shop) -> None:
    shop.customer("a")
    shop.customer("b", since="soon")
    assert told.sources.pull("shop").rejected == 1
    shop.customer("c")
    told.sources.pull("shop")
    told.sources.pull("shop", whole=True)
    (waiting,) = told.rejects().to_pylist()
    assert (waiting["value"], waiting["problem"]) == ("soon", "created_at is not a moment in time")


def test_rows_without_a_cursor_are_told_of(told: Workspace, shop: Shop) -> None:
    shop.customer("a")
    shop.customer("b", changed=None)
    assert [each.problem for each in told.sources.pull("shop").unused] == [
        "1 rows have no changed and are not read"
    ]


def test_a_table_without_news_is_known_to_be_whole_up_to_the_pull(told: Workspace, shop: Shop) -> None:
    before = datetime.now() - timedelta(days=1)
    told.sources.pull("shop")
    through = told.records("imports").through.max().to_pyarrow().as_py()
    assert through > before


def test_a_table_that_is_declared_otherwise_is_read_from_its_beginning(told: Workspace, shop: Shop) -> None:
    shop.customer("a")
    shop.customer("b", 600)
    told.sources.pull("shop")
    told.sources.declare_database("shop", SHOP.replace("id, name,", "id, id || '!' as name,"))
    told.sources.pull("shop")
    assert accounts(told) == {"a": "a!", "b": "b!"}


@pytest.mark.parametrize(
    ("was", "now", "said", "hint"),
    [
        ('cursor = "changed"', 'cusor = "changed"', "has no 'cusor'", "'cursor'"),
        ('name = "plans"', 'name = "plan"', "No table is called 'plan'", "'plans'"),
        (PLANS, PLANS + '\nquery = "x"\n' + PLANS, "pulls plans twice", "union all"),
        ('query = "select plan as code, title from plans"', "", "has no query", "select"),
        ('cursor = "changed"', 'overlap = "soon"', "overlap cannot be 'soon'", "10 minutes"),
        ("columns.plan", "columns.pla", "has no 'pla'", "'plan'"),
    ],
)
def test_declarations_that_cannot_be(was: str, now: str, said: str, hint: str) -> None:
    with pytest.raises(BadInput) as refused:
        database("shop", SHOP.replace(was, now))
    assert said in refused.value.message
    assert hint in str(refused.value.hint)


def test_mistakes_name_what_would_be_right(
    told: Workspace, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    told.sources.declare_database("shop", SHOP.replace('cursor = "changed"', 'cursor = "chnged"'))
    with pytest.raises((BadInput, UsageError), match="chnged"):
        told.sources.pull("shop")
    told.sources.declare_database("shop", SHOP.replace("from customers", "from custmers"))
    with pytest.raises(BadInput, match="no such table: custmers"):
        told.sources.pull("shop")
    monkeypatch.setenv(VARIABLE, "postgres://who:hush@127.0.0.1:1/x")
    with pytest.raises(Unreachable) as refused:
        told.sources.pull("shop")
    assert "hush" not in f"{refused.value} {refused.value.hint}"
    monkeypatch.setenv(VARIABLE, "mysqlx://who@nowhere/x")
    with pytest.raises(UsageError, match="No kind of database is called 'mysqlx'"):
        told.sources.pull("shop")
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(UsageError, match="no address for shop") as unaddressed:
        told.sources.pull("shop")
    assert VARIABLE in str(unaddressed.value.hint)
    with pytest.raises(UsageError, match="No source is called 'shp'"):
        told.sources.pull("shp")


def test_duckdb_files_are_read(space: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "lake.duckdb"
    with duckdb.connect(file) as con:
        con.execute("create table fx (id text, d date, b text, q text, r decimal(9, 4))")
        con.execute(
            "insert into fx select i, date '2025-06-01' + i::int, 'EUR', 'USD', 1.1 from range(5) t(i)"
        )
    monkeypatch.setenv("HOLDFAST_SOURCE_LAKE_URL", f"duckdb:///{file}")
    declaration = """
    [[table]]
    name = "fx_rates"
    query = "select id, d, b, q, r from fx"
    cursor = "d"
    columns = { rate_id = "id", day = "d", base = "b", quote = "q", rate = "r" }
    """
    space.sources.declare_database("lake", declaration)
    assert space.sources.pull("lake").rows["fx_rates"].new == 5
    assert space.sources.pull("lake").rows["fx_rates"].rows == 2


steps = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.integers(0, 9), st.booleans()), min_size=1, max_size=12
)


@settings(max_examples=12, deadline=None)
@given(steps=steps)
def test_pulled_in_any_steps_it_is_what_the_database_has(
    steps: list[tuple[str, int, bool]], spaces: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Each row is changed at a time not before the newest less the overlap; then no pull misses it."""
    space, shop = spaces(), Shop(tmp_path_factory.mktemp("shop") / "shop.db")
    newest = 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, f"sqlite:///{shop.file}")
        space.sources.declare_database("shop", SHOP)
        for name, late, pulls in steps:
            shop.customer(name, newest + 3 - late, called=f"{name}{newest}")
            newest = max(newest, newest + 3 - late)
            if pulls:
                space.sources.pull("shop")
        space.sources.pull("shop")
    with closing(sqlite3.connect(shop.file)) as con:
        truth = dict(con.execute("select id, name from customers").fetchall())
    assert accounts(space) == truth
