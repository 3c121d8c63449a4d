"""`holdfast journeys`: how far new users of each persona come, stage by stage, and where they drop."""

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
    Within,
    instant,
    language_of,
    opened,
)
from holdfast.cli.terminal import Terminal

app = typer.Typer(
    name="journeys",
    help="How far new users of each persona come in a journey of stages: how many went on at each stage, "
    "how many dropped, after how long, and where a persona differs from the others beyond chance.",
    epilog=examples(
        'holdfast settings journey "signed up > project_made > 3 report_made > invited"',
        "holdfast journeys",
        "holdfast journeys --from 2025-01 --to 2025-03 --days 14",
        "holdfast journeys show analyst invited",
    ),
    invoke_without_command=True,
    rich_markup_mode=None,
)
Days = Annotated[int, typer.Option("--days", help="Within how many days of sign-up, 1 to 366.")]
First = Annotated[
    str | None,
    typer.Option("--from", help="The first month of sign-ups, such as 2025-01.", show_default=False),
]
Last = Annotated[
    str | None,
    typer.Option(
        "--to", help="The last month of sign-ups, included; the last whole one without.", show_default=False
    ),
]


@app.callback()
def journeys(
    context: typer.Context,
    days: Days = 30,
    first: First = None,
    last: Last = None,
    segment: Within = None,
    known_at: KnownAt = None,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Show each persona's stages: how many reached each, how many dropped there, and after how long."""
    if context.invoked_subcommand is not None:
        return
    from holdfast.report.journeys import COLUMNS, journeys_as_rows, journeys_shown

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        known = instant(known_at, "--known-at", space.calendar)
        found = space.journeys(days, first=first, last=last, segment=segment or (), known_at=known)
    if form is Format.TABLE:
        terminal.show(journeys_shown(found, terminal.look))
    else:
        terminal.rows(journeys_as_rows(found), COLUMNS, form)


@app.command(
    epilog=examples(
        "holdfast journeys show analyst invited",
        "holdfast journeys show analyst 2 --rows 0",
        "holdfast journeys show unknown 1 --format csv",
    )
)
def show(
    persona: Annotated[
        str, typer.Argument(metavar="PERSONA", help="A persona, or unknown for users without one.")
    ],
    stage: Annotated[str, typer.Argument(metavar="STAGE", help="The stage's number or its event.")],
    days: Days = 30,
    first: First = None,
    last: Last = None,
    segment: Within = None,
    known_at: KnownAt = None,
    rows: Rows = 20,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """List the users who reached a stage and those who dropped there, with the events behind."""
    from holdfast.report.journeys import WALKERS, walkers_as_rows, walkers_shown

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        known = instant(known_at, "--known-at", space.calendar)
        found = space.journeys(days, first=first, last=last, segment=segment or (), known_at=known)
    who, number = found.persona(persona), found.stage(stage)
    if form is Format.TABLE:
        terminal.show(walkers_shown(found, who, number, terminal.look, rows))
    else:
        terminal.rows(walkers_as_rows(found, who, number), WALKERS, form)
