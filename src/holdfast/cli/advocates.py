"""`holdfast advocates`: power users, and who of them would recommend, each with why."""

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
    name="advocates",
    help="Whom to ask for a word, a reference or a test: users who are there often, use the core and much of "
    "the product, and would recommend it, each with why.",
    epilog=examples(
        "holdfast advocates",
        'holdfast advocates --segment "mrr >= 500" --format csv > ask.csv',
    ),
    invoke_without_command=True,
    rich_markup_mode=None,
)


@app.callback()
def advocates(
    segment: Within = None,
    known_at: KnownAt = None,
    rows: Rows = 20,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """List power users, advocates first."""
    from holdfast.report.advocates import COLUMNS, advocates_as_rows, advocates_shown

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        known = instant(known_at, "--known-at", space.calendar)
        found = space.advocates(segment=segment or (), known_at=known)
    if form is Format.TABLE:
        terminal.show(advocates_shown(found, terminal.look, rows))
    else:
        terminal.rows(advocates_as_rows(found), COLUMNS, form)
