"""What a batch does to what is known."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from holdfast.errors import Busy, HoldfastError, NoWorkspace, UsageError
from holdfast.warehouse import Appended, Warehouse
from tests.warehouse.batches import JANUARY, account, event, listed, phase, put, stage


def test_what_is_appended_is_read_back_with_source_and_recorded_at(warehouse: Warehouse) -> None:
    assert warehouse.known_at() is None
    assert put(warehouse, "accounts", [account("A", country="IR")]) == Appended(1, 1, 0, 0, 0)
    assert listed(warehouse, "accounts", "account_id", "country", "source") == [("A", "IR", "own")]
    assert list(warehouse.records("accounts").columns)[-2:] == ["source", "recorded_at"]
    assert listed(warehouse, "accounts", "recorded_at") == [(warehouse.known_at(),)]


def test_the_same_batch_again_writes_nothing(warehouse: Warehouse) -> None:
    rows = [account(f"A{n}", country="IR") for n in range(20)]
    put(warehouse, "accounts", rows)
    before = warehouse.known_at()
    assert put(warehouse, "accounts", rows, complete=True) == Appended(20, 0, 0, 20, 0)
    assert warehouse.known_at() == before
    assert warehouse.history("accounts").count().execute() == 20


def test_a_changed_row_is_a_new_version(warehouse: Warehouse) -> None:
    put(warehouse, "accounts", [account("A", country="IR"), account("B")])
    before = warehouse.known_at()
    assert put(warehouse, "accounts", [account("A", country="IN")]) == Appended(1, 0, 1, 0, 0)
    assert listed(warehouse, "accounts", "account_id", "country") == [("A", "IN"), ("B", None)]
    earlier = listed(warehouse, "accounts", "account_id", "country", known_at=before)
    assert earlier == [("A", "IR"), ("B", None)]


def test_a_value_that_becomes_empty_is_a_change(warehouse: Warehouse) -> None:
    put(warehouse, "accounts", [account("A", country="IR")])
    assert put(warehouse, "accounts", [account("A")]).changed == 1
    assert listed(warehouse, "accounts", "country") == [(None,)]


def test_the_last_row_of_a_key_in_a_batch_counts(warehouse: Warehouse) -> None:
    rows = [account("A", country="IR"), account("B"), account("A", country="IN")]
    assert put(warehouse, "accounts", rows) == Appended(3, 2, 0, 0, 0, repeated=1)
    assert listed(warehouse, "accounts", "account_id", "country") == [("A", "IN"), ("B", None)]


def test_an_empty_part_of_a_key_is_one_key(warehouse: Warehouse) -> None:
    put(warehouse, "accounts", [account("A", country="IR")])
    later = account("A", country="IN", valid_from=datetime(2025, 3, 1))
    assert put(warehouse, "accounts", [later]).new == 1
    assert put(warehouse, "accounts", [account("A", country="ID")]).changed == 1
    assert listed(warehouse, "accounts", "country") == [("ID",), ("IN",)]


def test_a_complete_batch_buries_what_is_absent_and_a_return_is_a_new_version(warehouse: Warehouse) -> None:
    both = [account("A"), account("B")]
    put(warehouse, "accounts", both)
    put(warehouse, "accounts", both, source="crm")
    before = warehouse.known_at()
    assert put(warehouse, "accounts", [account("A")], complete=True) == Appended(1, 0, 0, 1, 1)
    assert listed(warehouse, "accounts", "account_id", "source") == [("A", "crm"), ("A", "own"), ("B", "crm")]
    assert len(listed(warehouse, "accounts", "account_id", known_at=before)) == 4
    assert put(warehouse, "accounts", [account("A")], complete=True).buried == 0
    assert put(warehouse, "accounts", both).changed == 1
    assert len(listed(warehouse, "accounts", "account_id")) == 4


def test_an_empty_complete_batch_buries_all_of_its_source(warehouse: Warehouse) -> None:
    put(warehouse, "events", [event("1", JANUARY), event("2", datetime(2025, 3, 1))])
    assert put(warehouse, "events", [], complete=True).buried == 2
    assert listed(warehouse, "events", "event_id") == []


def test_events_are_compared_within_their_day(warehouse: Warehouse) -> None:
    day = timedelta(days=1)
    put(warehouse, "events", [event(str(n), JANUARY + n * day) for n in range(90)])
    again = [event("7", JANUARY + 7 * day, name="closed"), event("8", JANUARY + 8 * day)]
    other_day = [event("9", JANUARY + 10 * day)]
    assert put(warehouse, "events", again + other_day) == Appended(3, 1, 1, 1, 0)
    assert len(listed(warehouse, "events", "event_id")) == 91


def test_the_clock_never_stands_still_nor_goes_back(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(warehouse, "accounts", [account("A")])
    first = warehouse.known_at()
    assert first is not None

    class Earlier(datetime):
        @classmethod
        def now(cls, _zone: object = None) -> datetime:  # type: ignore[override]
            return JANUARY

    monkeypatch.setattr("holdfast.warehouse.store.datetime", Earlier)
    put(warehouse, "accounts", [account("B")])
    assert warehouse.known_at() == first + timedelta(microseconds=1)


def test_a_failed_write_leaves_nothing(warehouse: Warehouse) -> None:
    def fail() -> None:
        with warehouse.write() as writing:
            put(warehouse, "accounts", [account("A")], writing=writing)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert warehouse.known_at() is None
    assert put(warehouse, "accounts", [account("A")]).new == 1


def test_within_a_write_its_own_rows_are_seen(warehouse: Warehouse) -> None:
    with warehouse.write() as writing:
        put(warehouse, "accounts", [account("A")], writing=writing)
        put(warehouse, "accounts", [account("A", country="IR"), account("B")], writing=writing, source="crm")
        assert len(listed(warehouse, "accounts", "account_id")) == 3
        assert warehouse.known_at() == writing.recorded_at


def test_an_expression_shows_what_was_known_when_it_was_made(warehouse: Warehouse) -> None:
    put(warehouse, "accounts", [account("A", country="IR")])
    then = warehouse.records("accounts")
    put(warehouse, "accounts", [account("A", country="IN")])
    assert then.country.execute().tolist() == ["IR"]


def test_a_batch_without_a_required_column_is_refused(warehouse: Warehouse) -> None:
    stage(warehouse, "accounts", [account("A")])
    warehouse.con.execute("alter table batch drop column created_at")
    with pytest.raises(UsageError, match="created_at"), warehouse.write() as writing:
        writing.append("accounts", "batch", source="own")


def test_what_cannot_be_opened_says_so(tmp_path: Path, warehouse: Warehouse) -> None:
    with pytest.raises(NoWorkspace, match="no workspace"):
        Warehouse.open(tmp_path / "elsewhere")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "catalog.sqlite").write_text("not a catalog")
    with pytest.raises(NoWorkspace, match="cannot be opened"):
        Warehouse.open(tmp_path / "broken")
    with pytest.raises(UsageError, match="already holds"):
        Warehouse.create(warehouse.folder)


def test_a_reader_cannot_write_and_a_second_writer_waits(warehouse: Warehouse) -> None:
    reader = Warehouse.open(warehouse.folder, read_only=True)
    with reader, pytest.raises(UsageError, match="reading only"), reader.write():
        pass
    second = Warehouse.open(warehouse.folder)
    with second, warehouse.write(), pytest.raises(Busy, match="Another process"), second.write(timeout=0.05):
        pass


def test_a_workspace_of_an_older_version_gains_tables_and_columns(warehouse: Warehouse) -> None:
    put(warehouse, "accounts", [account("A")])
    warehouse.con.execute("alter table lake.accounts drop column industry")
    warehouse.con.execute("drop table lake.plans")
    with Warehouse.open(warehouse.folder, read_only=True) as reader:
        assert listed(reader, "accounts", "account_id", "industry") == [("A", None)]
    with Warehouse.open(warehouse.folder) as newer:
        assert put(newer, "accounts", [account("A")]).unchanged == 1
        assert put(newer, "accounts", [account("A", industry="retail")]).changed == 1
        assert listed(newer, "accounts", "account_id", "industry") == [("A", "retail")]
        assert listed(newer, "plans", "plan") == []


def test_the_folder_can_be_moved(warehouse: Warehouse) -> None:
    put(warehouse, "accounts", [account("A")])
    warehouse.close()
    moved = warehouse.folder.rename(warehouse.folder.with_name("a moved 'folder'"))
    with Warehouse.open(moved) as there:
        assert listed(there, "accounts", "account_id") == [("A",)]
        assert put(there, "accounts", [account("B")]).new == 1
        assert listed(there, "accounts", "account_id") == [("A",), ("B",)]


def test_a_batch_larger_than_memory_is_stored(tmp_path: Path) -> None:
    with Warehouse.create(tmp_path / "w", memory="700MB", threads=2) as small:
        small.con.execute(
            "create temp table batch as select hex(hash(i)) || i as event_id, 'opened' as name,"
            " timestamp '2025-01-01' + to_seconds(i * 9) as occurred_at,"
            " repeat(hex(hash(i)), 12) as properties, i as row_number from range(2000000) t(i)"
        )
        with small.write() as writing:
            assert writing.append("events", "batch", source="own").new == 2000000
        spilled = small.con.execute("select count(*) from duckdb_temporary_files()").fetchall()
        assert spilled != [(0,)]
        assert small.records("events").count().execute() == 2000000
    assert not list((tmp_path / "w" / "spill").iterdir())


def test_too_little_memory_is_said_in_plain_words(tmp_path: Path) -> None:
    with Warehouse.create(tmp_path / "w", memory="60MB", threads=2) as small:
        small.con.execute(
            "create temp view batch as select i || repeat(hex(hash(i)), 12) as event_id, 'opened' as name,"
            " timestamp '2025-01-01' as occurred_at, i as row_number from range(1000000) t(i)"
        )
        with pytest.raises(HoldfastError, match="Memory does not suffice"), small.write() as writing:
            writing.append("events", "batch", source="own")
        assert small.known_at() is None


def test_a_batch_that_is_all_of_some_accounts_buries_only_theirs(warehouse: Warehouse) -> None:
    names = {"p1": "A", "p2": "A", "p3": "B"}
    put(warehouse, "subscription_phases", [phase(name, of, JANUARY, None) for name, of in names.items()])
    warehouse.con.execute("create temp table whole as select 'A' as account_id")
    stage(warehouse, "subscription_phases", [phase("p2", "A", JANUARY, None)])
    with warehouse.write() as writing:
        done = writing.append(
            "subscription_phases", "batch", source="own", complete=True, among=("account_id", "whole")
        )
    assert (done.unchanged, done.buried) == (1, 1)
    left = warehouse.records("subscription_phases").phase_id.execute()
    assert sorted(left) == ["p2", "p3"]


def test_the_first_row_of_a_key_stays_where_it_is_told_once(warehouse: Warehouse) -> None:
    put(warehouse, "accounts", [account("A", country="IR")])
    stage(warehouse, "accounts", [account("A", country="IN"), account("B", country="ID")])
    with warehouse.write() as writing:
        done = writing.append("accounts", "batch", source="own", once=True)
    assert (done.new, done.changed, done.unchanged) == (1, 0, 1)
    assert sorted(warehouse.records("accounts").country.execute()) == ["ID", "IR"]
