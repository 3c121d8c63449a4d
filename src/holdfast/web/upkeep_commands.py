"""Commands that keep a server in order: jobs, backup, restore. Each imports Django when it is called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from holdfast.cli.guard import Command, examples
from holdfast.cli.options import As, Format, InWorkspace, Quiet
from holdfast.cli.terminal import Terminal


def jobs(
    everything: Annotated[bool, typer.Option("--all", help="Also those that are done.")] = False,
    retry: Annotated[
        int | None, typer.Option("--retry", metavar="JOB", help="Do a job again that failed.")
    ] = None,
    form: As = Format.TABLE,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Show what is due, running or failed, each with its reason."""
    from holdfast.web.opening import ready

    ready(workspace or Path())
    from django.utils import timezone

    from holdfast.report.listing import listing
    from holdfast.web.jobs import claims

    terminal = Terminal(quiet)
    if retry is not None:
        claims.do_retry(retry, timezone.now())
        terminal.say(f"Job {retry} is due again.")
        return
    columns = ("id", "kind", "state", "due_at", "attempt", "held_by", "ended_at", "problem")
    found = claims.jobs(timezone.now(), everything=everything)
    rows = [{name: getattr(job, name) for name in columns} for job in found]
    if form is not Format.TABLE:
        terminal.rows(rows, columns, form)
    elif rows:
        terminal.show(listing(rows, columns, terminal.look))
    else:
        terminal.say("Nothing is due, running or failed.")


def backup(
    to: Annotated[Path, typer.Argument(metavar="TO", help="A new folder.")],
    secrets: Annotated[
        bool, typer.Option("--secrets", help="Also credentials: secrets.toml, what cookies are signed with.")
    ] = False,
    wait: Annotated[
        bool,
        typer.Option("--wait/--no-wait", help="Whether to wait until the spools of other hosts are loaded."),
    ] = True,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Copy the workspace to a new folder while it is at work."""
    from holdfast.flow.upkeep.backups import back_up
    from holdfast.web.opening import ready

    folder = ready(workspace or Path())
    from holdfast.web.safekeeping import wait_for_others, write_rows

    if wait:
        wait_for_others()
    done = back_up(folder, to, rows=write_rows, secrets=secrets)
    Terminal(quiet).say(
        f"{len(done.files):,} files, {done.bytes:,} bytes, as of {done.taken_at} are in {to.resolve()}"
    )


def restore(
    source: Annotated[Path, typer.Argument(metavar="FROM", help="The folder of a backup.")],
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Make the workspace of a backup anew, where there is none."""
    from holdfast.flow.upkeep.backups import restore as put_back
    from holdfast.web.opening import set_up

    folder = workspace or Path()
    folder.mkdir(parents=True, exist_ok=True)
    set_up(folder)
    from holdfast.web.safekeeping import take_rows

    done = put_back(source, folder, rows=take_rows)
    Terminal(quiet).say(f"{folder.resolve()} is as it was at {done.taken_at}; {len(done.files):,} files.")


COMMANDS = (
    Command(
        "jobs",
        jobs,
        "Show the work of the server: what is due, running or failed, each with its reason.",
        examples("holdfast jobs", "holdfast jobs --all --format json", "holdfast jobs --retry 12"),
    ),
    Command(
        "backup",
        backup,
        "Copy the workspace to a new folder while it is at work: records, what waits, keys and jobs.",
        examples("holdfast backup /backups/acme-2026-11-22 -w acme"),
    ),
    Command(
        "restore",
        restore,
        "Make the workspace of a backup anew, in an empty folder or in the database that is told.",
        examples("holdfast restore /backups/acme-2026-11-22 -w acme"),
    ),
)
