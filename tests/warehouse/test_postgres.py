"""The store of a team: the same tables on a catalog in PostgreSQL, and what a server does besides."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import psycopg
import pytest

from holdfast.errors import Busy, Unreachable, UsageError
from holdfast.installation import Database
from holdfast.warehouse import Warehouse
from holdfast.warehouse.catalog import catalog_of, new_catalog
from holdfast.warehouse.connect import connect
from holdfast.warehouse.remembered import Entry
from holdfast.warehouse.sealed import seal
from holdfast.warehouse.sessions import AdvisoryLock, Session
from tests.postgres import Cluster, cluster
from tests.warehouse.batches import JANUARY, account, listed, put, stage
from tests.warehouse.test_erase import TRACES, counts, fill, places

PERSON = "user-zahra-7781"


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    with cluster() as started:
        yield started


@pytest.fixture
def database(server: Cluster, monkeypatch: pytest.MonkeyPatch) -> str:
    address = server.new_database()
    monkeypatch.setenv("HOLDFAST_DATABASE_URL", address)
    return address


@pytest.fixture
def shared(database: str, tmp_path: Path) -> Iterator[Warehouse]:
    with Warehouse.create(tmp_path / "shared", memory="500MB") as made:
        yield made


def traces_in(database: str, *traces: str) -> set[str]:
    """The traces that stand in any row of the catalog, in its statistics, or in a file of its tables."""
    with psycopg.connect(database) as con:
        con.execute("checkpoint")
        names = con.execute(
            "select format('%I.%I', schemaname, tablename), pg_relation_filepath("
            "format('%I.%I', schemaname, tablename)::regclass) from pg_tables where schemaname = 'catalog'"
        ).fetchall()
        text = "".join(str(con.execute(f"select * from {name}").fetchall()) for name, _ in names)
        text += str(con.execute("select * from pg_stats where schemaname = 'catalog'").fetchall())
        (place,) = con.execute("select current_setting('data_directory')").fetchone() or ("",)
        files = b"".join((Path(place) / file).read_bytes() for _, file in names)
    return {trace for trace in traces if trace in text or trace.encode() in files}


def test_an_erased_person_is_gone_from_files_and_from_the_database(shared: Warehouse, database: str) -> None:
    fill(shared)
    before = counts(shared)
    assert places(shared.folder, *TRACES)
    assert PERSON in traces_in(database, *TRACES)
    shared.erase("user", PERSON)
    assert places(shared.folder, *TRACES) == set()
    assert traces_in(database, *TRACES) == set()
    assert counts(shared) == before
    assert shared.check() == []


def test_a_catalog_goes_to_a_file_and_into_another_database_as_it_is(
    shared: Warehouse, server: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All versions, at every moment of knowledge, on either storage."""
    put(shared, "accounts", [account("A", country="IR"), account("B")])
    first = shared.known_at()
    put(shared, "accounts", [account("A", country="IN")])
    shared.catalog.copy(tmp_path / "copy")

    def told(warehouse: Warehouse) -> list[object]:
        then = warehouse.records("accounts", known_at=first).country.execute().tolist()
        return [listed(warehouse, "accounts", "account_id", "country"), then, warehouse.known_at()]

    moved = tmp_path / "moved"
    for address in (server.new_database(), ""):
        monkeypatch.setenv("HOLDFAST_DATABASE_URL", address)
        place = moved / (address[-6:] or "alone")
        place.mkdir(parents=True)
        (place / "data").symlink_to(shared.folder / "data")
        catalog = new_catalog(place)
        catalog.fill(tmp_path / "copy")
        with pytest.raises(UsageError, match="already holds a workspace"):
            catalog.vacant()
        catalog.close()
        with Warehouse.open(place) as other:
            assert told(other) == told(shared)
            put(other, "accounts", [account("C")])
            assert len(listed(other, "accounts", "account_id")) == 3


def test_a_second_writer_waits_and_readers_share(shared: Warehouse) -> None:
    with Warehouse.open(shared.folder) as other:
        with shared.write(), pytest.raises(Busy, match=r"more than 0\.05 seconds"), other.write(timeout=0.05):
            pass
        with other.write(timeout=0.05), shared.reading(), other.reading():
            pass
        with shared.reading(), pytest.raises(Busy):
            other.compact(timeout=0.05)


def test_a_host_that_is_gone_lets_its_lock_go(server: Cluster) -> None:
    """The kernel closes what a killed process had open, and the server frees what the session held."""
    told = Database.read(server.address())
    one, other = AdvisoryLock(Session(told), 9), AdvisoryLock(Session(told), 9)
    taken, over = threading.Event(), threading.Event()

    def hold() -> None:
        with one.hold(1):
            taken.set()
            over.wait(10)

    holding = threading.Thread(target=hold)
    holding.start()
    taken.wait(10)
    with pytest.raises(Busy), other.hold(0.05):
        pass
    with psycopg.connect(server.address(), autocommit=True) as con:
        con.execute(
            "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = 9"
        )
    with other.hold(5), pytest.raises(Unreachable, match="does not answer"):
        one.confirm()
    over.set()
    holding.join()
    one.session.close()
    other.session.close()


def lose_locks(database: str) -> None:
    """End the sessions that hold locks in a database, as a network that breaks does."""
    with psycopg.connect(database, autocommit=True) as con:
        con.execute(
            "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'"
            " and database = (select oid from pg_database where datname = current_database())"
        )


def test_a_write_that_lost_its_lock_is_not_stored(shared: Warehouse, database: str) -> None:
    stage(shared, "accounts", [account("A", created_at=JANUARY)])

    def write_and_lose() -> None:
        with shared.write() as writing:
            writing.append("accounts", "batch", source="own")
            lose_locks(database)

    with pytest.raises(Unreachable):
        write_and_lose()
    assert listed(shared, "accounts", "account_id") == []
    put(shared, "accounts", [account("A")])
    assert listed(shared, "accounts", "account_id") == [("A",)]


def test_a_server_that_restarts_is_asked_again(shared: Warehouse, server: Cluster) -> None:
    put(shared, "accounts", [account("A")])
    server.stop()
    with pytest.raises(Unreachable), shared.write():
        pass
    with pytest.raises(Unreachable), Warehouse.open(shared.folder):
        pass
    server.start()
    with Warehouse.open(shared.folder) as opened:
        put(opened, "accounts", [account("B")])
        assert sorted(listed(opened, "accounts", "account_id")) == [("A",), ("B",)]


def test_what_was_counted_is_remembered_for_every_host(shared: Warehouse) -> None:
    entries = [
        Entry("mrr", "2025-01", datetime(2025, 2, 1), b"150"),
        Entry("mrr", "2025-02", datetime(2025, 3, 1), b"\0"),
    ]
    shared.remembered.keep("one", entries[:1])
    with Warehouse.open(shared.folder) as other:
        other.remembered.keep("one", entries)
        assert shared.remembered.read("one") == {("mrr", each.part): each for each in entries}
        shared.remembered.keep("two", entries[1:])
        assert other.remembered.read("one") == {}
        assert not other.remembered.is_empty
        shared.remembered.forget()
        assert other.remembered.read("two") == {}
        assert other.remembered.is_empty


DOORS = (
    "delete from __ducklake_metadata_lake.catalog.ducklake_snapshot",
    "call postgres_execute('__ducklake_metadata_lake', 'create table holdfast.mine ()')",
    "from postgres_query('__ducklake_metadata_lake', 'delete from holdfast.workspace returning id')",
    "attach 'host=127.0.0.1 dbname=postgres' as other (type postgres)",
    "from postgres_scan('host=127.0.0.1 dbname=postgres', 'pg_catalog', 'pg_class')",
    "insert into lake.main.accounts (account_id) values ('x')",
)


def test_a_sealed_connection_changes_nothing_in_the_database(shared: Warehouse, database: str) -> None:
    """What the text of a question may hold is refused before; this is the wall behind it."""
    put(shared, "accounts", [account("A")])
    catalog = catalog_of(shared.folder)
    con = connect(shared.folder, catalog, read_only=True)
    seal(con, shared.folder)
    for door in DOORS:
        with pytest.raises(duckdb.Error):
            con.execute(door).fetchall()
    assert con.execute("select account_id from lake.main.accounts").fetchall() == [("A",)]
    con.close()
    catalog.close()
