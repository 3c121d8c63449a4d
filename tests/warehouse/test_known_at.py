"""As known at T: random histories against a dictionary that forgets nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.warehouse import Warehouse
from holdfast.warehouse.erase import erase
from holdfast.warehouse.refused import make_key
from tests.warehouse.batches import EXAMPLES, JANUARY, account, event, listed, put

VALUES = st.sampled_from([None, "IR", "IN"])
ACCOUNTS = st.lists(
    st.tuples(st.sampled_from("ABC"), st.sampled_from([None, datetime(2025, 3, 1)]), VALUES), max_size=5
)
EVENTS = st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from([0, 1, 40]), VALUES), max_size=5)
SOURCES = st.sampled_from(["own", "crm"])
ACCOUNT_STORIES = st.lists(st.tuples(ACCOUNTS, SOURCES, st.booleans()), min_size=1, max_size=5)
EVENT_STORIES = st.lists(st.tuples(EVENTS, SOURCES, st.booleans()), min_size=1, max_size=5)

Known = dict[tuple[Any, ...], Any]


class Model:
    """What is known after each batch, as dictionaries of (source, key) to value."""

    def __init__(self) -> None:
        self.moments: list[tuple[datetime | None, Known]] = [(None, {})]
        self.touched: list[tuple[datetime | None, set[tuple[Any, ...]]]] = []

    def tell(self, rows: list[tuple[Any, ...]], source: str, complete: bool) -> Known:
        known = dict(self.moments[-1][1])
        told = {(source, *row[:-1]): row[-1] for row in rows}
        if complete:
            known = {key: value for key, value in known.items() if key[0] != source or key in told}
        return known | told

    def keep(self, moment: datetime | None, known: Known) -> None:
        before = self.moments[-1][1]
        keys = {
            key
            for key in {*before, *known}
            if (key in before, before.get(key)) != (key in known, known.get(key))
        }
        self.touched.append((self.moments[-1][0], keys))
        self.moments.append((moment, known))


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


def emptied(folder: Path, name: str) -> Warehouse:
    """One workspace for all examples: making one costs more than emptying one table."""
    if not (folder / "catalog.sqlite").exists():
        Warehouse.create(folder).close()
    warehouse = Warehouse.open(folder, memory="500MB")
    warehouse.con.execute(f"delete from lake.{name}")
    warehouse.con.execute("delete from lake.appends")
    return warehouse


def agrees(warehouse: Warehouse, name: str, columns: tuple[str, ...], model: Model) -> None:
    for moment, known in model.moments:
        if moment is not None:
            got = listed(warehouse, name, *columns, known_at=moment)
            assert got == sorted(((*key, value) for key, value in known.items()), key=repr)
            just_before = listed(warehouse, name, *columns, known_at=moment - timedelta(microseconds=1))
            assert just_before != got
    for since, keys in model.touched:
        later = set().union(*(k for s, k in model.touched[model.touched.index((since, keys)) :]))
        rows = warehouse.touched(name, since).select(*columns[:-1])
        got_keys = {tuple(row.values()) for row in warehouse.ibis.to_pyarrow(rows).to_pylist()}
        assert got_keys == later


@settings(max_examples=EXAMPLES)
@given(ACCOUNT_STORIES)
def test_accounts_as_known_at_any_moment(folder: Path, story: list[Any]) -> None:
    model = Model()
    with emptied(folder, "accounts") as warehouse:
        for rows, source, complete in story:
            known = model.tell(rows, source, complete)
            batch = [account(i, valid_from=v, country=c) for i, v, c in rows]
            put(warehouse, "accounts", batch, source=source, complete=complete)
            if known != model.moments[-1][1]:
                model.keep(warehouse.known_at(), known)
        agrees(warehouse, "accounts", ("source", "account_id", "valid_from", "country"), model)


@settings(max_examples=EXAMPLES)
@given(EVENT_STORIES)
def test_events_as_known_at_any_moment(folder: Path, story: list[Any]) -> None:
    model = Model()
    with emptied(folder, "events") as warehouse:
        for rows, source, complete in story:
            days = [(i, (JANUARY + timedelta(days=d)).date(), v) for i, d, v in rows]
            known = model.tell(days, source, complete)
            batch = [event(i, JANUARY + timedelta(days=d), origin=v) for i, d, v in rows]
            put(warehouse, "events", batch, source=source, complete=complete)
            if known != model.moments[-1][1]:
                model.keep(warehouse.known_at(), known)
        agrees(warehouse, "events", ("source", "event_id", "stamped_on", "origin"), model)


def test_a_small_table_read_once_is_what_is_recorded(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def same(*ids: str) -> None:
        for at in (None, before):
            recorded = warehouse.records("accounts", at).to_pyarrow().to_pylist()
            assert warehouse.rows("accounts", at) == recorded
        assert [row["account_id"] for row in warehouse.rows("accounts")] == [*ids]

    def interrupted() -> None:
        with warehouse.write() as writing:
            put(warehouse, "accounts", [account("B")], writing=writing)
            same("A", "B")
            raise InterruptedError

    put(warehouse, "accounts", [account("A")])
    before, later = warehouse.known_at(), JANUARY + timedelta(days=9_000)
    same("A")
    assert warehouse.rows("accounts") is warehouse.rows("accounts")
    monkeypatch.setattr(warehouse, "_next_moment", lambda: later)  # A clock that stands still.
    with pytest.raises(InterruptedError):
        interrupted()
    put(warehouse, "accounts", [account("C")])
    same("A", "C")
    with Warehouse.open(warehouse.folder) as another:
        put(another, "accounts", [account("D")])
    same("A", "C", "D")
    with Warehouse.open(warehouse.folder) as another, another.write():
        erase(another.con, make_key(another.folder), later, "account", "D", None)
    assert "D" not in [row["account_id"] for row in warehouse.rows("accounts")]
