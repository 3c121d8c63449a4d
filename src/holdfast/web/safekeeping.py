"""The server's own rows to a file of SQLite and back, whichever database keeps them."""

from __future__ import annotations

import shutil
import sqlite3
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, connections, transaction
from django.utils import timezone

from holdfast.collect.spool import name_of
from holdfast.errors import Busy
from holdfast.web.jobs.models import Progress
from holdfast.web.jobs.progress import others_behind
from holdfast.web.opening import bring_up_to_date

BESIDE = "beside"
"""What Django calls the file while rows go to it or come from it."""

LATELY = timedelta(days=1)
"""A host that was not seen for longer is gone; what its spool holds cannot be waited for."""

PATIENCE_SECONDS = 120.0
LOOK_SECONDS = 0.5


def write_rows(to: Path) -> None:
    """Write every row that the server keeps to a new file, but for sessions: who has one is let in by it."""
    if connection.vendor == "sqlite":
        kept = settings.DATABASES["default"]["NAME"]
        with closing(sqlite3.connect(kept)) as old, closing(sqlite3.connect(to)) as new:
            old.backup(new)
    else:
        _move("default", BESIDE, to)
    with closing(sqlite3.connect(to, isolation_level=None)) as new:
        new.execute(f"delete from {Session._meta.db_table}")
        new.execute("vacuum")


def take_rows(source: Path) -> None:
    """Take every row that the server is to keep from a file, which an older version may have written."""
    kept = settings.DATABASES["default"]["NAME"]
    if connection.vendor == "sqlite":
        connection.close()
        shutil.copyfile(source, kept)
        bring_up_to_date()
    else:
        _take_into_database(source)
    # The spools told of were those of before; each that is at work tells of itself within seconds.
    Progress.objects.all().delete()


def _take_into_database(source: Path) -> None:
    bring_up_to_date()
    own = Path(settings.WORKSPACE) / "web.restored.sqlite"
    shutil.copyfile(source, own)
    try:
        _move(BESIDE, "default", own)
    finally:
        own.unlink()


def wait_for_others() -> None:
    """Wait until what the spools of other hosts hold by now is loaded; raises Busy where one is not.

    A backup reaches the spool of the host it is taken on, and of the others only what is loaded.
    """
    moment, give_up = timezone.now(), time.monotonic() + PATIENCE_SECONDS
    while behind := others_behind(name_of(settings.SPOOL), moment, LATELY):
        if time.monotonic() > give_up:
            seen = max(each.seen_at for each in behind)
            raise Busy(
                f"{len(behind)} spools of other hosts are not loaded; the last was seen at {seen:%H:%M} UTC.",
                hint="Run a worker on each host; for one that is lost: holdfast backup --no-wait",
            )
        time.sleep(LOOK_SECONDS)


def _move(source: str, to: str, file: Path) -> None:
    """Put the rows of one database in place of those of the other, all as of one moment."""
    told = {"default": {}, BESIDE: {"ENGINE": "django.db.backends.sqlite3", "NAME": file}}
    connections.settings[BESIDE] = connections.configure_settings(told)[BESIDE]
    try:
        call_command("migrate", database=BESIDE, verbosity=0, interactive=False)
        models = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
        with transaction.atomic(using=source), transaction.atomic(using=to):
            if connections[source].vendor == "postgresql":
                connections[source].cursor().execute("set transaction isolation level repeatable read")
            for model in models:
                model._base_manager.using(to).all()._raw_delete(to)
            for model in models:
                for row in model._base_manager.using(source).iterator():
                    row.save_base(using=to, raw=True, force_insert=True)
            for statement in connections[to].ops.sequence_reset_sql(no_style(), models):
                connections[to].cursor().execute(statement)
    finally:
        connections[BESIDE].close()
        del connections[BESIDE]
        del connections.settings[BESIDE]
