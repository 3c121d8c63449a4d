"""The command that asks in SQL, lists the views that it may ask, and writes them for other tools."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from holdfast.cli.guard import Command, examples
from holdfast.cli.options import As, Format, InWorkspace, KnownAt, Lang, Quiet, instant, language_of, opened
from holdfast.cli.terminal import Terminal
from holdfast.errors import UsageError

if TYPE_CHECKING:
    from holdfast.warehouse import Answer

Select = Annotated[
    str | None,
    typer.Argument(
        metavar="SELECT",
        help="One SELECT over the views; - reads it from standard input.",
        show_default=False,
    ),
]
Columns = Annotated[
    str | None,
    typer.Option("--columns", help="List a view's columns with their meaning.", show_default=False),
]
Export = Annotated[
    Path | None,
    typer.Option(
        "--export", help="Write all views to a new DuckDB file for other tools.", show_default=False
    ),
]
Rows = Annotated[int, typer.Option("--rows", help="How many rows a table shows; 0 shows all.")]
Seconds = Annotated[float, typer.Option("--seconds", help="How long the answer may take.", min=0.001)]


def sql(
    select: Select = None,
    columns: Columns = None,
    export: Export = None,
    known_at: KnownAt = None,
    rows: Rows = 50,
    seconds: Seconds = 60,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Answer one SELECT; without one, list the views."""
    terminal = Terminal(quiet, language_of(lang))
    if sum(given is not None for given in (select, columns, export)) > 1:
        raise UsageError("Say one of a SELECT, --columns and --export.")
    if select is None and export is None:
        _list(columns, terminal, form)
        return
    from holdfast.flow.sql.asked_in_sql import asked_in_sql

    with opened(workspace) as space:
        known = instant(known_at, "--known-at", space.calendar)
        if export is not None:
            written = space.export(export, known_at=known)
            terminal.say(f"{export}: {len(written)} views, {sum(written.values()):,} rows.")
            return
        space.catch_up()
        text = sys.stdin.read() if select == "-" else str(select)
        with asked_in_sql(space.folder, text, known_at=known, seconds=seconds) as answer:
            _show(answer, rows, terminal, form)


def _show(answer: Answer, most: int, terminal: Terminal, form: Format) -> None:
    from holdfast.report.answer import answer as shown
    from holdfast.report.answer import plain
    from holdfast.report.rows import as_csv

    columns = answer.schema.names
    if form is Format.CSV:
        terminal.write(as_csv([], columns))
        for batch in answer.batches:
            terminal.write(as_csv(plain(batch.to_pylist()), columns, head=False))
    elif form is Format.JSON:
        terminal.rows(plain(answer.table().to_pylist()), columns, form)
    else:
        kept: list[dict[str, Any]] = []
        more = 0
        for batch in answer.batches:
            room = batch.num_rows if most == 0 else max(most - len(kept), 0)
            kept += batch.slice(0, room).to_pylist()
            more += max(batch.num_rows - room, 0)
        terminal.show(shown(plain(kept), columns, terminal.look, more=more))


def _list(name: str | None, terminal: Terminal, form: Format) -> None:
    """The views with their meaning, or the columns of one."""
    from holdfast.errors import unknown
    from holdfast.report.listing import listing
    from holdfast.tables import VIEWS

    if name is None:
        rows = [{"view": view.name, "meaning": view.meaning} for view in VIEWS.values()]
    elif name in VIEWS:
        rows = [
            {"column": c.name, "kind": str(c.kind), "unit": c.unit, "meaning": c.meaning}
            for c in VIEWS[name].columns
        ]
    else:
        raise unknown("view", name, VIEWS)
    names = list(rows[0])
    if form is Format.TABLE:
        terminal.show(listing(rows, names[:-1], terminal.look, told=names[-1:]))
    else:
        terminal.rows(rows, names, form)


COMMANDS = (
    Command(
        "sql",
        sql,
        "Ask in SQL: one SELECT over views of stable names and columns, for reading alone. "
        "Without a SELECT it lists the views; docs/views.md tells their columns.",
        examples(
            "holdfast sql",
            "holdfast sql --columns account_months",
            'holdfast sql "select month, sum(amount) from mrr_movements group by month order by month"',
            'holdfast sql "from accounts_seen" --known-at 2025-04-30 --format csv',
            "holdfast sql --export acme.duckdb",
        ),
    ),
)
