"""Whatever would write, or read another file, is refused: by its text, and by the connection besides."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest

from holdfast import Workspace
from holdfast.errors import HoldfastError, UsageError
from holdfast.tables import VIEWS
from holdfast.warehouse import Warehouse
from holdfast.warehouse.catalog import catalog_of
from holdfast.warehouse.connect import connect
from holdfast.warehouse.sealed import seal
from holdfast.warehouse.vetting import views_in
from tests.cli.shell import ROOT, holdfast

STATEMENTS = (
    "insert into accounts values (1)",
    "insert into lake.main.accounts (account_id) values ('x')",
    "update lake.main.accounts set name = 'x'",
    "delete from lake.main.accounts",
    "merge into lake.main.accounts using users on false when matched then delete",
    "truncate lake.main.accounts",
    "create table lake.main.mine as select 1",
    "create temp table mine as select 1",
    "create view mine as select 1",
    "create macro mine() as 1",
    "create sequence mine",
    "create secret (type s3)",
    "drop table lake.main.accounts",
    "alter table lake.main.accounts add column mine int",
    "attach '{file}' as mine",
    "attach '{file}' as mine (type sqlite)",
    "detach lake",
    "use lake",
    "copy accounts to '{file}'",
    "copy (select 1) to '{data}/mine.parquet'",
    "copy accounts from '{secret}'",
    "export database '{file}'",
    "import database '{file}'",
    "install httpfs",
    "load httpfs",
    "force install httpfs",
    "set memory_limit = '1TB'",
    "set global enable_external_access = true",
    "reset lock_configuration",
    "pragma database_list",
    "pragma enable_profiling",
    "call ducklake_expire_snapshots('lake')",
    "call ducklake_set_option('lake', 'data_inlining_row_limit', '9')",
    "checkpoint",
    "vacuum",
    "begin transaction",
    "commit",
    "rollback",
    "prepare mine as select 1",
    "execute mine",
    "explain analyze select 1",
    "set variable mine = 1",
    "comment on table accounts is 'mine'",
    "analyze",
    "select 1; insert into accounts values (1)",
    "pivot accounts on country using count(*)",
    "",
    ";",
)
READS = (
    "from '{secret}'",
    "from '{data}/main/accounts/*.parquet'",
    "with x as (from '{secret}') from x",
    "select (select any_value(column0) from read_csv('{secret}'))",
    "select * from accounts where exists (from read_text('{secret}'))",
    "from read_csv('{secret}')",
    "from read_csv_auto('{secret}')",
    "from READ_TEXT('{secret}')",
    "from read_blob('{secret}')",
    "from read_json('{secret}')",
    "from read_parquet('{data}/main/accounts/*.parquet')",
    "from parquet_metadata('{data}/main/accounts/*.parquet')",
    "from sniff_csv('{secret}')",
    "from glob('{folder}/*')",
    "from sqlite_scan('{folder}/catalog.sqlite', 'ducklake_table')",
    "from sqlite_query('lake', 'select 1')",
    "from query('select 1')",
    "from query_table('accounts')",
    "from json_execute_serialized_sql('x')",
    "from ducklake_snapshots('lake')",
    "from duckdb_settings()",
    "from duckdb_secrets()",
    "from lake.main.accounts",
    "from main.accounts",
    "from memory.accounts",
    "from information_schema.tables",
    "from sqlite_master",
    "from erasures",
    "from rejects",
    "from accounts at (version => 1)",
    "show tables",
    "show all tables",
    'with "{secret}" as (select 1) from "{secret}"',
    "select * from accounts, lateral (from read_text('{secret}'))",
    "from accounts union all from read_text('{secret}')",
)


WELL_BEGUN_SECONDS = 8
"""More of the processors than a command takes before it asks DuckDB."""


@pytest.fixture(scope="module")
def places(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A file of the machine that nobody may read, and the workspace's own places."""
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.csv").write_text("column0\nsecret\n")
    return {
        "secret": str(outside / "secret.csv"),
        "file": str(outside / "mine.db"),
        "folder": str(folder),
        "data": str(folder / "data"),
    }


@pytest.fixture(scope="module")
def parser() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        yield con


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_statement_that_is_no_select_is_refused_in_words(
    statement: str, parser: duckdb.DuckDBPyConnection, places: dict[str, str]
) -> None:
    with pytest.raises(UsageError) as caught:
        views_in(parser, statement.format(**places), VIEWS)
    assert "read" in str(caught.value.hint) or "syntax error" in caught.value.message


@pytest.mark.parametrize("text", READS)
def test_a_select_reads_views_and_nothing_else(
    text: str, parser: duckdb.DuckDBPyConnection, places: dict[str, str]
) -> None:
    with pytest.raises(UsageError):
        views_in(parser, text.format(**places), VIEWS)


@pytest.mark.parametrize(
    "text",
    [
        "from Accounts",
        'select "a".account_id from accounts as a join users using (account_id)',
        "with accounts as (from accounts) select count(*) from accounts",
        "with recursive n as (select 1 as i union all select i + 1 from n where i < 3) from n, accounts",
        "select * from accounts, unnest([1, 2]), range(3)",
        "describe accounts",
        "summarize accounts",
        "select attributes ->> '$.beta', (select max(plan) from plans) from accounts where false",
        "select row_number() over (order by name) from accounts qualify true order by 1 limit 1",
    ],
)
def test_a_select_may_be_whatever_duckdb_can(text: str, space: Workspace) -> None:
    space.sql(text)


def test_the_connection_itself_is_sealed(folder: Path, places: dict[str, str]) -> None:
    """What passes the text would still find files, extensions, settings and the lake closed."""
    doors = (
        "from read_csv('{secret}')",
        "from '{secret}'",
        "from glob('{folder}/../*')",
        "copy (select 1) to '{file}'",
        "attach '{file}.duckdb' as mine",
        "install httpfs",
        "load httpfs",
        "set memory_limit = '1TB'",
        "set enable_external_access = true",
        "set lock_configuration = false",
        "insert into lake.main.accounts (account_id) values ('x')",
        "create table lake.main.mine as select 1",
        "from places",
    )
    con = connect(folder, catalog_of(folder), read_only=True)
    seal(con, folder)
    for door in doors:
        with pytest.raises(duckdb.Error):
            con.execute(door.format(**places))
    con.close()


def test_asking_leaves_every_file_as_it_was(folder: Path, space: Workspace) -> None:
    before = _files(folder)
    space.sql("select count(*) from account_months")
    for text in ("insert into accounts values (1)", "from read_text('/etc/passwd')"):
        with pytest.raises(UsageError):
            space.sql(text)
    assert _files(folder) == before


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("select contry\nfrom accounts", 'Line 1, column 8: Referenced column "contry" not found', "country"),
        ("select name\nfrom acounts", "Line 2, column 6: There is no view called 'acounts'", "accounts?"),
        ("select 'é', nam from plans", 'Line 1, column 13: Referenced column "nam"', "name"),
        ("selec 1", 'Line 1, column 1: syntax error at or near "selec"', ""),
        ("select\n  sum(name) from plans", "Line 2, column 3: No function matches", ""),
        ("select 1 from\nread_csv('x')", "Line 2, column 1: read_csv() is not allowed", "SELECT"),
        ("select 'x'::int", "Line 1, column 11: Could not convert string 'x' to INT32", ""),
        ("select foo(1)", "Line 1, column 8: Scalar Function with name foo does not exist", ""),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str, message: str, hint: str, space: Workspace) -> None:
    with pytest.raises(UsageError) as caught:
        space.sql(text)
    assert caught.value.message.startswith(message)
    assert hint in (caught.value.hint or "")


def test_an_answer_that_takes_too_long_is_given_up(space: Workspace) -> None:
    with pytest.raises(HoldfastError, match=r"No answer within 0\.2 seconds"):
        space.sql("select sum(a.range * b.range) from range(10000000) a, range(10000000) b", seconds=0.2)
    with pytest.raises(HoldfastError, match=r"No answer within 0\.2 seconds"):
        space.sql("from range(100000000000)", seconds=0.2)


def test_memory_is_bounded(folder: Path, space: Workspace) -> None:
    with Warehouse.open(folder, read_only=True, memory="200MB") as store:
        seal(store.con, folder)
        with pytest.raises(duckdb.OutOfMemoryException):
            store.con.execute("select list(range) from range(100000000)").fetchall()


def test_the_keyboard_stops_it(folder: Path) -> None:
    numbers = "range(100000)"  # in small pieces: DuckDB looks up between two of them
    endless = f"select sum(a.range * b.range + c.range) from {numbers} a, {numbers} b, {numbers} c"
    with _hearing_the_keyboard():
        asked = subprocess.Popen(
            [sys.executable, "-m", "holdfast", "sql", endless, "-w", str(folder), "--seconds", "300"],
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
            stderr=subprocess.PIPE,
            text=True,
        )
    while _processor_seconds(asked.pid) < WELL_BEGUN_SECONDS:
        assert asked.poll() is None
        time.sleep(0.05)
    # Python loses a signal that comes while it lets an object go; a person presses again.
    for _ in range(20):
        asked.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            asked.wait(timeout=10)
            break
    _, told = asked.communicate(timeout=30)
    assert asked.returncode == 130
    assert "Traceback" not in told


def test_the_shell_refuses_with_an_exit_code(folder: Path) -> None:
    ran = holdfast("sql", "delete from accounts", "-w", folder)
    assert ran.returncode == 2
    assert ran.stderr.decode().startswith("Error: DELETE is not allowed here.\nAsk with one SELECT")


@contextlib.contextmanager
def _hearing_the_keyboard() -> Iterator[None]:
    """What a shell runs in the background is begun deaf to the keyboard, and so is all that it begins."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def _processor_seconds(pid: int) -> float:
    """What a process has taken of the processors so far, by fields 14 and 15 of proc(5)'s stat."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


def _files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and "spill" not in path.parts
    }
