"""Making Django ready over one workspace, in this process."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import django
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from holdfast.errors import UsageError
from holdfast.installation import LOCAL, kept_in, local
from holdfast.web.environment import secrets_told, settings_of
from holdfast.web.logs import hide

SECRET = "web.secret"  # noqa: S105 - the name of a file
SETTINGS = "holdfast.web.settings"
SCHEMA = "web"
MIGRATING = 0x486F6C64, 3
"""The number of the lock under which one process of a team brings the database up to date."""


def ready(folder: Path, *, migrate: bool = True) -> Path:
    """Set Django up over the workspace in `folder`, whose tables are brought up to date; gives the folder.

    One process serves one workspace. Raises NoWorkspace where there is none, and
    UsageError where the settings of the installation cannot be.
    """
    kept_in(folder.resolve())
    set_up(folder)
    if migrate:
        bring_up_to_date()
    return folder.resolve()


def set_up(folder: Path) -> None:
    """Set Django up over a folder, where there may be a workspace later; its database is not looked at."""
    folder = folder.resolve()
    os.environ["HOLDFAST_WORKSPACE"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    settings_of()
    hide(secrets_told(folder))
    _make_local(folder)
    _make_secret(folder)
    if not apps.ready:
        django.setup()


def bring_up_to_date() -> None:
    """Run the migrations that are not run yet, after a copy of the database where there is one."""
    with _alone():
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if not plan:
            return
        if executor.loader.applied_migrations:
            copy = _copy_schema if connection.vendor == "postgresql" else _copy_file
            copy(plan[0][0].name)
        call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def _alone() -> Iterator[None]:
    """Several hosts of a team may start at once: one at a time looks, and finds it done after the first."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s, %s)", MIGRATING)
        try:
            cursor.execute(f"create schema if not exists {SCHEMA}")
            yield
        finally:
            cursor.execute("select pg_advisory_unlock(%s, %s)", MIGRATING)


def _copy_file(name: str) -> None:
    database = Path(connection.settings_dict["NAME"])
    to = database.with_name(f"{database.name}.before-{name}")
    with closing(sqlite3.connect(database)) as old, closing(sqlite3.connect(to)) as new:
        old.backup(new)


def _copy_schema(name: str) -> None:
    """The rows of every table, in a schema beside; the copy before it goes."""
    with transaction.atomic(), connection.cursor() as cursor:
        older = "select nspname from pg_namespace where starts_with(nspname, %s)"
        cursor.execute(older, [f"{SCHEMA}_before_"])
        for (older,) in cursor.fetchall():
            cursor.execute(f'drop schema "{older}" cascade')
        cursor.execute(f'create schema "{SCHEMA}_before_{name}"')
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'create table "{SCHEMA}_before_{name}"."{table}" as table {SCHEMA}."{table}"')


def _make_local(folder: Path) -> None:
    """Have the folder on this host's disk; raises UsageError where it cannot be made."""
    place = local(folder)
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise UsageError(f"{LOCAL} names {place}, which cannot be made.", hint=str(problem)) from None


def _make_secret(folder: Path) -> None:
    """Keep a secret key in the workspace, for its owner's eyes, where none is told."""
    file = folder / SECRET
    if file.exists():
        return
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as opened:
        opened.write(secrets.token_urlsafe(48))
