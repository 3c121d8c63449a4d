"""The commands of what a business declares itself: `webhook` and `database`, with the same verbs."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from holdfast.cli.guard import LOOK_AT_IT, examples
from holdfast.cli.options import As, Format, InWorkspace, Quiet, opened
from holdfast.cli.terminal import Terminal
from holdfast.errors import UsageError

if TYPE_CHECKING:
    from holdfast.flow.arrivals.hooking import Tried
    from holdfast.flow.arrivals.receiving import Taken

COLUMNS = ("name", "kind", "by", "declared_at")
File = Annotated[Path, typer.Argument(metavar="FILE", help="The TOML file that says what it is.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The name it was declared by.")]
As_ = Annotated[
    str | None,
    typer.Option("--name", help="The name; else that of the file.", show_default=False),
]
Who = Annotated[str | None, typer.Option("--by", help="Who declares it.", show_default=False)]


def _group(kind: str, about: str, *lines: str) -> typer.Typer:
    """The group of commands of a kind: list, show, drop; `declare` and others are added to it."""
    app = typer.Typer(
        name=kind,
        help=about,
        epilog=examples(*lines),
        invoke_without_command=True,
        rich_markup_mode=None,
    )

    @app.callback()
    def listed(
        context: typer.Context, form: As = Format.TABLE, workspace: InWorkspace = None, quiet: Quiet = False
    ) -> None:
        """List what is declared."""
        if context.invoked_subcommand is not None:
            return
        from holdfast.report.listing import listing

        terminal = Terminal(quiet)
        with opened(workspace) as space:
            rows = [{name: getattr(each, name) for name in COLUMNS} for each in space.sources.all(kind)]
        if form is not Format.TABLE:
            terminal.rows(rows, COLUMNS, form)
        elif rows:
            terminal.show(listing(rows, COLUMNS, terminal.look))
        else:
            terminal.say(f"No {kind} is declared. Declare one: holdfast {kind} declare FILE.toml")

    @app.command("show", help="Write the declaration as it was given.")
    def show(name: Name, workspace: InWorkspace = None) -> None:
        with opened(workspace) as space:
            Terminal().write(space.sources.called(kind, name).declaration)

    @app.command("drop", help="Let it go from now on; its records stay.")
    def drop(name: Name, workspace: InWorkspace = None, quiet: Quiet = False) -> None:
        with opened(workspace) as space:
            space.sources.drop(kind, name)
        Terminal(quiet).say(f"{name} is gone. Its records stay.")

    return app


webhook_app = _group(
    "webhook",
    "Take in what any service posts: declare how it is signed and which rows it makes, try it on a sample.",
    "holdfast webhook try crm.toml sample.json",
    "holdfast webhook declare crm.toml",
    "holdfast webhook",
)
database_app = _group(
    "database",
    "Pull from a database of yours: declare a query for each table; `holdfast pull NAME` reads what is new.",
    "holdfast database declare shop.toml",
    "holdfast pull shop",
    "holdfast database show shop",
)


@webhook_app.command("declare", epilog=examples("holdfast webhook declare crm.toml", "holdfast rejects"))
def declare_webhook(
    file: File, name: As_ = None, by: Who = None, workspace: InWorkspace = None, quiet: Quiet = False
) -> None:
    """Keep what a webhook is. A mended one is applied to what came before as well."""
    terminal, told = Terminal(quiet), name or file.stem
    with opened(workspace) as space:
        taken = space.sources.declare_webhook(told, _text(file), by=by)
    terminal.say(f"{told} is declared; the service posts to /hooks/{told}.")
    _say_taken(terminal, taken)


@database_app.command("declare", epilog=examples("holdfast database declare shop.toml", "holdfast pull shop"))
def declare_database(
    file: File, name: As_ = None, by: Who = None, workspace: InWorkspace = None, quiet: Quiet = False
) -> None:
    """Keep which tables a database feeds. One that is asked otherwise than before is read again whole."""
    terminal, told = Terminal(quiet), name or file.stem
    with opened(workspace) as space:
        tables = space.sources.declare_database(told, _text(file), by=by)
    terminal.say(f"{told} is declared; it feeds {', '.join(tables)}. Read it: holdfast pull {told}")


@webhook_app.command(
    "try",
    epilog=examples(
        "holdfast webhook try crm.toml sample.json", "holdfast webhook try crm sample.json --format json"
    ),
)
def try_webhook(
    webhook: Annotated[str, typer.Argument(metavar="NAME", help="A declared webhook, or a TOML file.")],
    sample: Annotated[Path, typer.Argument(metavar="SAMPLE", help="The body of a delivery, as JSON.")],
    form: As = Format.TABLE,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Show the rows that a webhook would make of a sample, and what would not fit. Nothing is kept."""
    from holdfast.flow.arrivals.hooking import try_out

    terminal = Terminal(quiet)
    if webhook.endswith(".toml"):
        name, declaration = Path(webhook).stem, _text(Path(webhook))
    else:
        with opened(workspace) as space:
            name, declaration = webhook, space.sources.called("webhook", webhook).declaration
    tried = try_out(name, declaration, _text(sample).encode())
    if form is Format.TABLE:
        _show(terminal, tried)
    else:
        terminal.rows(_flat(tried), ("table", "row", "problem", "wanted"), form)
    if tried.unused:
        raise typer.Exit(LOOK_AT_IT)


def _show(terminal: Terminal, tried: Tried) -> None:
    from holdfast.report.listing import listing

    terminal.say(_so_many(len(tried.messages), "message"))
    terminal.show(listing(tried.messages, list(tried.messages[0]) if tried.messages else [], terminal.look))
    for table, rows in tried.rows.items():
        terminal.say(f"\n{table}: {_so_many(len(rows), 'row')}")
        filled = [name for name in (rows[0] if rows else {}) if any(row[name] is not None for row in rows)]
        if filled:
            terminal.show(listing(rows, filled, terminal.look))
    for each in tried.unused:
        terminal.say(f"\n{each.table}: {each.problem}. Wanted: {each.wanted}")


def _so_many(count: int, thing: str) -> str:
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def _flat(tried: Tried) -> list[dict[str, Any]]:
    made = [{"table": table, "row": row} for table, rows in tried.rows.items() for row in rows]
    return made + [
        {"table": each["table"], "problem": each["problem"], "wanted": each["wanted"]}
        for each in map(asdict, tried.unused)
    ]


def _say_taken(terminal: Terminal, taken: Taken) -> None:
    for table, done in taken.rows.items():
        if done.new or done.changed or done.buried:
            terminal.say(f"{table}: {done.new:,} new, {done.changed:,} changed, {done.buried:,} gone")
    if taken.unused:
        terminal.say(f"{len(taken.unused):,} could not be used; `holdfast rejects` says why.")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise UsageError(f"{file} cannot be read.", hint=str(problem)) from None
