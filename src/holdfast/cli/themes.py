"""`holdfast themes`: what several accounts spoke of lately, and what more of them do than before."""

from __future__ import annotations

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
    Within,
    instant,
    language_of,
    opened,
)
from holdfast.cli.terminal import Terminal

app = typer.Typer(
    name="themes",
    help="What accounts spoke of in the last 30 days: themes found in comments, notes and tickets, and "
    "topics of tickets; recurring from three accounts on, rising only beyond chance.",
    epilog=examples(
        "holdfast themes",
        'holdfast themes --segment "plan = business" --format json',
    ),
    invoke_without_command=True,
    rich_markup_mode=None,
)


@app.callback()
def themes(
    segment: Within = None,
    known_at: KnownAt = None,
    rows: Rows = 20,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """List themes, those of most accounts first."""
    from holdfast.report.themes import COLUMNS, themes_as_rows, themes_shown

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        known = instant(known_at, "--known-at", space.calendar)
        found = space.themes(segment=segment or (), known_at=known)
    if form is Format.TABLE:
        terminal.show(themes_shown(found, terminal.look, rows))
    else:
        terminal.rows(themes_as_rows(found), COLUMNS, form)
