"""Making Django ready over one workspace, in this process."""

from __future__ import annotations

import os
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

import django
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from holdfast.errors import NoWorkspace
from holdfast.web.environment import settings_of

SECRET = "web.secret"  # noqa: S105 - the name of a file
SETTINGS = "holdfast.web.settings"
CATALOG = "catalog.sqlite"
"""The warehouse's own file; a process that answers requests never loads the engine to look for it."""


def ready(folder: Path, *, migrate: bool = True) -> Path:
    """Set Django up over the workspace in `folder`, whose tables are brought up to date; gives the folder.

    One process serves one workspace. Raises NoWorkspace where there is none.
    """
    folder = folder.resolve()
    if not (folder / CATALOG).is_file():
        raise NoWorkspace(
            f"There is no workspace in {folder}.", hint=f"Make one with: holdfast init {folder}"
        )
    os.environ["HOLDFAST_WORKSPACE"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    settings_of()
    _make_secret(folder)
    if not apps.ready:
        django.setup()
    if migrate:
        bring_up_to_date()
    return folder


def bring_up_to_date() -> None:
    """Run the migrations that are not run yet, after a copy of the database where there is one."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        return
    if executor.loader.applied_migrations:
        _copy(Path(connection.settings_dict["NAME"]), plan[0][0].name)
    call_command("migrate", verbosity=0, interactive=False)


def _copy(database: Path, name: str) -> None:
    to = database.with_name(f"{database.name}.before-{name}")
    with closing(sqlite3.connect(database)) as old, closing(sqlite3.connect(to)) as new:
        old.backup(new)


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
