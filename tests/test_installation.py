"""What the environment tells: the address of a database, read as libpq reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.errors import NoWorkspace, UsageError
from holdfast.installation import CATALOG, MARK, Database, database, kept_in, local

SECRET = "p@ss/w:rd"


@pytest.mark.parametrize(
    ("url", "facts"),
    [
        (
            "postgresql://me:p%40ss%2Fw%3Ard@db.example:6543/acme?sslmode=require",
            {"host": "db.example", "port": "6543", "dbname": "acme", "user": "me", "sslmode": "require"},
        ),
        (
            "postgres:///acme?host=/run/postgresql",
            {"host": "/run/postgresql", "port": "5432", "dbname": "acme"},
        ),
        ("postgresql://[::1]/a%20b\n", {"host": "::1", "port": "5432", "dbname": "a b"}),
    ],
)
def test_an_address_is_read_as_libpq_reads_it(url: str, facts: dict[str, str]) -> None:
    found = Database.read(url)
    assert found.facts == facts
    assert found.password == (SECRET if "me:" in url else "")
    psycopg = pytest.importorskip("psycopg")
    theirs = {"port": "5432", **psycopg.conninfo.conninfo_to_dict(url.strip())}
    assert {name: value for name, value in theirs.items() if name != "password"} == facts


@pytest.mark.parametrize(
    "url",
    ["mysql://u:SECRET1@h/n", "postgresql://u:SECRET1@h", "u:SECRET1@h/n", "postgresql://u:SECRET1@h:port/n"],
)
def test_what_is_no_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(UsageError, match="HOLDFAST_DATABASE_URL is not the address") as told:
        database({"HOLDFAST_DATABASE_URL": url})
    assert "SECRET1" not in f"{told.value} {told.value.hint}"


def test_an_address_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://u:x@h/n\n")
    found = database({"HOLDFAST_DATABASE_URL_FILE": str(tmp_path / "url")})
    assert found is not None
    assert (found.name, found.password) == ("n", "x")
    assert database({}) is None


def test_where_the_catalog_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoWorkspace, match="There is no workspace"):
        kept_in(tmp_path)
    (tmp_path / CATALOG).touch()
    assert kept_in(tmp_path) is None
    monkeypatch.setenv("HOLDFAST_DATABASE_URL", "postgresql://u:x@h/n")
    with pytest.raises(UsageError, match="keeps its catalog itself"):
        kept_in(tmp_path)
    (tmp_path / CATALOG).rename(tmp_path / MARK)
    found = kept_in(tmp_path)
    assert found is not None
    assert found.host == "h"
    monkeypatch.delenv("HOLDFAST_DATABASE_URL")
    with pytest.raises(NoWorkspace, match="in PostgreSQL"):
        kept_in(tmp_path)


def test_a_disk_of_this_host_is_the_workspace_unless_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert local(tmp_path) == tmp_path.resolve()
    monkeypatch.setenv("HOLDFAST_LOCAL", str(tmp_path / "here"))
    assert local(tmp_path) == (tmp_path / "here").resolve()
