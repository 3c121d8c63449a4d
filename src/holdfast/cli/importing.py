"""Commands that bring records in: import, template, rejects."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from holdfast.cli.guard import LOOK_AT_IT, Command, examples
from holdfast.cli.options import As, Format, InWorkspace, Quiet, instant, names_of_tables, opened
from holdfast.cli.progress import Progress
from holdfast.cli.terminal import Terminal
from holdfast.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

    from holdfast.flow import ImportReport, Workspace
    from holdfast.periods import Calendar

PLANNED = ("subscription_phases",)
"""Tables whose rows may speak of what is only planned."""

HAPPENED = ("events", "payments", "tickets", "ticket_replies", "touchpoints", "survey_responses")
"""Tables whose rows tell of what has happened, and of nothing later."""

TableName = Annotated[
    str | None,
    typer.Argument(
        metavar="TABLE",
        help="The table that the files hold.",
        autocompletion=names_of_tables,
        show_default=False,
    ),
]
Files = Annotated[
    list[Path] | None,
    typer.Argument(metavar="FILE", help="CSV, TSV, JSON lines, Parquet or XLSX.", show_default=False),
]
Folder = Annotated[
    Path | None,
    typer.Option(
        "--folder", help="Import every file of a folder that is named after a table.", show_default=False
    ),
]
MappingFile = Annotated[
    Path | None,
    typer.Option(
        "--mapping",
        "-m",
        help="A TOML file that says what is what; without one, that which is named like the file.",
        show_default=False,
    ),
]
Complete = Annotated[
    bool, typer.Option("--complete", help="The files hold all there is: a row that is gone has been deleted.")
]
Through = Annotated[
    str | None,
    typer.Option(
        "--through", help="The records are whole up to then: a day or an instant.", show_default=False
    ),
]


def import_(
    table: TableName = None,
    files: Files = None,
    folder: Folder = None,
    mapping: MappingFile = None,
    complete: Complete = False,
    through: Through = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Bring files in; nothing of a file is kept until all of it is."""
    terminal = Terminal(quiet)
    if folder is None and not (table and files):
        example = "holdfast import accounts accounts.csv"
        raise UsageError("Name a table and its files, or a folder.", hint=f"For example: {example}")
    if folder is not None and table:
        raise UsageError("A folder's files name their tables themselves.", hint=f"Leave {table} away.")
    with opened(workspace) as space, Progress(terminal) as progress:
        whole_until = instant(through, "--through", space.calendar)
        if table and files:
            reports = [
                space.import_files(
                    table, files, mapping=mapping, complete=complete, through=whole_until, progress=progress
                )
            ]
        else:
            reports = space.import_folder(
                folder or Path(), mapping=mapping, complete=complete, through=whole_until, progress=progress
            )
        calendar = space.calendar
    report_imports(terminal, reports, guessed_by=calendar if through is None else None)
    _leave(reports)


def _leave(reports: Sequence[ImportReport]) -> None:
    """Leave with the code that asks for a look where rows were not taken."""
    if any(report.rejected for report in reports):
        raise typer.Exit(LOOK_AT_IT)


def report_imports(
    terminal: Terminal, reports: Sequence[ImportReport], *, guessed_by: Calendar | None = None
) -> None:
    """Say what each import changed, and what to do about rows that were not taken.

    Where nobody said up to when the records are whole, `guessed_by` is the workspace's calendar.
    """
    for report in reports:
        terminal.say(f"{report.table}: {_told(report)}")
    if guessed_by and (reached := _reached(reports, PLANNED)):
        terminal.say(_guessed(reached, _reached(reports, HAPPENED), guessed_by))
    if rejected := sum(report.rejected for report in reports):
        count = "1 row was" if rejected == 1 else f"{rejected:,} rows were"
        terminal.say(
            f"{count} not taken. See them with `holdfast rejects`, write them out with\n"
            "`holdfast rejects --format csv > rejects.csv`, mend them, and take them with\n"
            "`holdfast rejects --replay rejects.csv`."
        )


def _reached(reports: Sequence[ImportReport], tables: Collection[str]) -> datetime | None:
    """The last instant that the files of some tables speak of."""
    return max((each.through for each in reports if each.table in tables and each.through), default=None)


def _guessed(reached: datetime, happened: datetime | None, calendar: Calendar) -> str:
    """How far figures of subscriptions were taken to reach, and how to say otherwise."""
    taken = f"Figures of subscriptions reach to {reached:%Y-%m-%d %H:%M} UTC, the last that the files\n"
    if happened is None or happened + timedelta(days=1) > reached:
        return f"{taken}speak of; say --through DAY where your records are whole up to another day."
    stated = f"--through {calendar.local_day(happened)}"
    return (
        f"{taken}speak of, though nothing has happened in them after {happened:%Y-%m-%d %H:%M}. Where later\n"
        f"ends are only planned, import once more with {stated}: nothing else changes."
    )


def _told(report: ImportReport) -> str:
    counts = {
        "new": report.new,
        "changed": report.changed,
        "as before": report.unchanged,
        "given twice": report.repeated,
        "of erased people": report.erased,
        "left out by the mapping": report.left_out,
        "not taken": report.rejected,
        "gone since": report.buried,
    }
    if report.rows and report.unchanged + report.repeated == report.rows and not report.buried:
        return f"{_rows(report.rows)}, all as before; nothing changed"
    said = [f"{count:,} {word}" for word, count in counts.items() if count]
    return _rows(report.rows) + (f": {', '.join(said)}" if said else "")


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def template(
    table: Annotated[
        str | None,
        typer.Argument(metavar="TABLE", help="A table; their list without.", autocompletion=names_of_tables),
    ] = None,
) -> None:
    """Write an empty CSV whose header is explained."""
    from holdfast.tables import TABLES
    from holdfast.tables import template as written

    terminal = Terminal()
    if table:
        terminal.write(written(table))
        return
    for name, each in TABLES.items():
        terminal.write(f"{name:22} {each.meaning}\n")


def rejects(
    everything: Annotated[bool, typer.Option("--all", help="Also those replayed or dropped since.")] = False,
    replay: Annotated[
        Path | None,
        typer.Option("--replay", help="Take the rows of a file of rejects, mended.", show_default=False),
    ] = None,
    mapping: MappingFile = None,
    drop: Annotated[
        Path | None,
        typer.Option("--drop", help="Let the rows of a file of rejects wait no longer.", show_default=False),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Read what clients posted and could not be used once more.")
    ] = False,
    form: As = Format.TABLE,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Show the rows that were not taken: where, what was wrong, what would be right."""
    terminal = Terminal(quiet)
    if mapping and not replay:
        raise UsageError(
            "--mapping goes with --replay.", hint="holdfast rejects --replay FILE --mapping FILE"
        )
    with opened(workspace) as space:
        if replay:
            reports = space.replay(replay, mapping=mapping)
            report_imports(terminal, reports)
            _leave(reports)
            return
        if again or drop:
            terminal.say(_read_again(space) if again else _dropped(space, drop or Path()))
            return
        found = space.rejects(open_only=not everything)
        if form is Format.CSV and not everything:
            terminal.write(_to_mend(space))
            return
    _show(found, terminal, form)


def _read_again(space: Workspace) -> str:
    taken = space.take_again()
    return f"{_rows(taken.messages)} read again, {taken.rejected:,} still waiting."


def _dropped(space: Workspace, file: Path) -> str:
    return f"{_rows(space.drop_rejects(file))} no longer waiting."


def _show(found: pa.Table, terminal: Terminal, form: Format) -> None:
    from holdfast.report.listing import listing

    rows = found.to_pylist()
    if form is not Format.TABLE:
        terminal.rows(rows, found.column_names, form)
    elif not rows:
        terminal.say("No rows wait: everything imported was taken.")
    else:
        where = ("file", "row_number", "column", "value", "table")
        terminal.show(listing(rows, where, terminal.look, told=("problem", "wanted")))


def _to_mend(space: Workspace) -> str:
    """The rows that wait as a CSV with their own headers, which `--replay` takes."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "rejects.csv"
        space.write_rejects(file)
        return file.read_text(encoding="utf-8")


COMMANDS = (
    Command(
        "import",
        import_,
        "Bring records in from files. The same file twice changes nothing; a changed row is a new "
        "version; nothing of an import is kept until all of it is.",
        examples(
            "holdfast import accounts accounts.csv",
            "holdfast import subscription_phases export.csv --mapping billing.toml",
            "holdfast import --folder exports --complete",
            "holdfast import events 2025-04.parquet --through 2025-04-30",
        ),
    ),
    Command(
        "template",
        template,
        "Write an empty CSV, each column explained. Without a name: the list of tables.",
        examples("holdfast template", "holdfast template accounts > accounts.csv"),
    ),
    Command(
        "rejects",
        rejects,
        "Show the rows that were not taken. Write them out as CSV, mend them, and take them with --replay; "
        "or mend the mapping, and name it besides.",
        examples(
            "holdfast rejects",
            "holdfast rejects --format csv > rejects.csv",
            "holdfast rejects --replay rejects.csv",
            "holdfast rejects --replay rejects.csv --mapping billing.toml",
            "holdfast rejects --drop rejects.csv",
            "holdfast rejects --again",
        ),
    ),
)
