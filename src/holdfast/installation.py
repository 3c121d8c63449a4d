"""What the environment tells of this installation: the database of a team, and the disk of this host.

`NAME_FILE` names a file that holds the value of `NAME`. All other settings of a server stand in
`web.environment`; what a workspace counts by is kept in the workspace.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from holdfast.errors import NoWorkspace, UsageError

DATABASE = "HOLDFAST_DATABASE_URL"
LOCAL = "HOLDFAST_LOCAL"
WANTED = "postgresql://USER:PASSWORD@HOST:PORT/NAME"

CATALOG = "catalog.sqlite"
"""The catalog of a workspace that keeps it in its folder."""

SECRETS = "secrets.toml"
"""Keys for services, for their owner's eyes, beside what a workspace keeps."""

MARK = "catalog.postgresql"
"""Stands in the folder of a workspace whose catalog is in PostgreSQL, and says which one it is."""


@dataclass(frozen=True)
class Database:
    """A PostgreSQL database as libpq is told of it; shown without its password."""

    host: str
    port: int
    name: str
    user: str
    password: str = field(repr=False)
    more: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, url: str) -> Database:
        """From an address such as WANTED; raises ValueError, which never holds the address."""
        parts = urlsplit(url.strip())
        more = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
        host, name = unquote(parts.hostname or "") or more.pop("host", ""), unquote(parts.path[1:])
        if parts.scheme not in {"postgresql", "postgres"} or not host or not name:
            raise ValueError("not the address of a PostgreSQL database")
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(host, parts.port or 5432, name, user, password, more)

    @property
    def facts(self) -> dict[str, str]:
        """What libpq is told, by its own keywords, without the password."""
        told = {"host": self.host, "port": str(self.port), "dbname": self.name, "user": self.user}
        return {name: value for name, value in {**told, **self.more}.items() if value}


def database(environment: Mapping[str, str] | None = None) -> Database | None:
    """The database that HOLDFAST_DATABASE_URL names; None where it names none.

    Raises UsageError where it is no address of one; the address is not repeated, for it holds a password.
    """
    text = told(DATABASE, os.environ if environment is None else environment)
    if not text:
        return None
    try:
        return Database.read(text)
    except ValueError:
        raise UsageError(
            f"{DATABASE} is not the address of a PostgreSQL database.", hint=f"Wanted: {WANTED}."
        ) from None


def told(name: str, environment: Mapping[str, str]) -> str | None:
    """The value of a variable, or what the file holds that `NAME_FILE` names."""
    text, file = environment.get(name), environment.get(f"{name}_FILE")
    if text is not None or file is None:
        return text
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as problem:
        raise UsageError(f"{name}_FILE names {file}, which cannot be read.", hint=str(problem)) from None


def local(folder: Path) -> Path:
    """The folder on a disk of this host alone, for what waits to be loaded and what the engine spills."""
    return Path(os.environ.get(LOCAL) or folder).resolve()


def kept_in(folder: Path) -> Database | None:
    """The database where the catalog of a workspace is, or None where it is in the folder.

    Raises NoWorkspace where there is no workspace, or where its database is not told; UsageError where a
    database is told and the workspace keeps its catalog itself.
    """
    found = database()
    if (folder / MARK).is_file():
        if found is None:
            raise NoWorkspace(f"The catalog of {folder} is in PostgreSQL.", hint=f"Set {DATABASE}.")
        return found
    if not (folder / CATALOG).is_file():
        raise NoWorkspace(
            f"There is no workspace in {folder}.", hint=f"Make one with: holdfast init {folder}"
        )
    if found is not None:
        raise UsageError(
            f"{folder} keeps its catalog itself, and {DATABASE} names a database.",
            hint="Unset it, or move the workspace there: holdfast backup, then holdfast restore.",
        )
    return None
