"""`holdfast themes`: what several accounts spoke of lately, and what more of them do than before."""

from __future__ import annotations

from typing import Annotated

import typer

from holdfast.cli.asking import Rows
from holdfast.cli.guard import examples
from holdfast.cli.options import (
    As,
    Format,
    InWorkspace,
    KnownAt,
    Lang,
    Quiet,
    Who,
    Within,
    instant,
    language_of,
    opened,
)
from holdfast.cli.terminal import Terminal

app = typer.Typer(
    name="themes",
    help="What accounts spoke of in the last 30 days: themes found in comments, notes and tickets, and "
    "topics of tickets; recurring from three accounts on, rising only beyond chance. Its commands propose "
    "themes for what has none, and name, merge and correct them.",
    epilog=examples(
        "holdfast themes",
        "holdfast themes propose",
        'holdfast themes --segment "plan = business" --format json',
    ),
    invoke_without_command=True,
    rich_markup_mode=None,
)

Theme = Annotated[str, typer.Argument(metavar="THEME", help="The theme's name.")]
Record = Annotated[
    str, typer.Argument(metavar="RECORD", help="A comment, note or ticket, such as tickets/T-1.")
]
Coder = Annotated[str, typer.Option("--by", help="Who says so; how well coders agree is counted.")]


@app.callback()
def themes(
    context: typer.Context,
    segment: Within = None,
    known_at: KnownAt = None,
    rows: Rows = 20,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """List themes, those of most accounts first."""
    if context.invoked_subcommand is not None:
        return
    from holdfast.report.themes import COLUMNS, themes_as_rows, themes_shown

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        known = instant(known_at, "--known-at", space.calendar)
        found = space.themes(segment=segment or (), known_at=known)
    if form is Format.TABLE:
        terminal.show(themes_shown(found, terminal.look, rows))
    else:
        terminal.rows(themes_as_rows(found), COLUMNS, form)


@app.command(epilog=examples("holdfast themes propose", "holdfast themes propose --format json"))
def propose(
    known_at: KnownAt = None,
    rows: Rows = 20,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Group comments, notes and tickets without a theme by their words: like a named theme, or each other."""
    from holdfast.report.theming import COLUMNS, proposals_as_rows, proposals_shown

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        found = space.coding.propose(known_at=instant(known_at, "--known-at", space.calendar))
    if form is Format.TABLE:
        terminal.show(proposals_shown(found, terminal.look, rows))
    else:
        terminal.rows(proposals_as_rows(found), COLUMNS, form)


@app.command(
    epilog=examples(
        'holdfast themes name "login fails" --of 5f2c1a90 --by mina',
        'holdfast themes name "login fails" --of "password reset" --by mina',
    )
)
def name(
    theme: Theme,
    of: Annotated[
        str, typer.Option("--of", help="A proposal, or words: all messages without a theme that have them.")
    ],
    by: Coder,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Put the messages of a proposal, or those with some words, into a theme; a new one or one there is."""
    terminal = Terminal(quiet)
    with opened(workspace) as space:
        done = space.coding.name(theme, of, by=by)
    terminal.say(f"{done.theme}: {len(done.records):,} messages put in.")


@app.command(epilog=examples('holdfast themes tag tickets/T-1 "login fails" --by mina'))
def tag(record: Record, theme: Theme, by: Coder, workspace: InWorkspace = None, quiet: Quiet = False) -> None:
    """Put one record into a theme; it may be in several."""
    terminal = Terminal(quiet)
    with opened(workspace) as space:
        done = space.coding.tag(record, theme, by=by)
    terminal.say(f"{record} is about {done.theme}.")


@app.command(epilog=examples('holdfast themes untag tickets/T-1 "login fails" --by mina'))
def untag(
    record: Record, theme: Theme, by: Who = None, workspace: InWorkspace = None, quiet: Quiet = False
) -> None:
    """Take a record out of a theme, whoever put it there; it is not proposed for it again."""
    terminal = Terminal(quiet)
    with opened(workspace) as space:
        called = space.coding.untag(record, theme, by=by)
    terminal.say(f"{record} is not about {called}.")


@app.command(epilog=examples('holdfast themes rename "login fails" "sign-in"'))
def rename(
    theme: Theme,
    to: Annotated[str, typer.Argument(metavar="NAME", help="What it is called from now on.")],
    by: Who = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Call a theme something else, also in what is imported later; what was known before stays."""
    terminal = Terminal(quiet)
    with opened(workspace) as space:
        called = space.coding.rename(theme, to, by=by)
    terminal.say(f"{theme} is called {called} now.")


@app.command(epilog=examples('holdfast themes merge "cannot sign in" "login fails"'))
def merge(
    theme: Theme,
    into: Annotated[str, typer.Argument(metavar="INTO", help="The theme that it becomes part of.")],
    by: Who = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Let a theme be part of another, also in what is imported later; what was known before stays."""
    terminal = Terminal(quiet)
    with opened(workspace) as space:
        called = space.coding.merge(theme, into, by=by)
    terminal.say(f"{theme} is part of {called} now.")
