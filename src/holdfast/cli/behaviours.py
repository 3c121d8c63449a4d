"""`holdfast behaviours`: what accounts do early that goes with staying, and one of it as the criterion."""

from __future__ import annotations

from typing import Annotated

import typer

from holdfast.cli.asking import Rows
from holdfast.cli.guard import examples
from holdfast.cli.journeys import First, Last
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
    name="behaviours",
    help="What new accounts do in their first days that goes with staying: sought in one half of them, "
    "judged in the other, among accounts of like plan, size and channel. Observed, not caused.",
    epilog=examples(
        "holdfast behaviours",
        'holdfast behaviours --days 14 --after 180 --segment "country = ID"',
        "holdfast behaviours show 1",
        "holdfast behaviours --adopt 1",
        "holdfast behaviours returns",
    ),
    invoke_without_command=True,
    rich_markup_mode=None,
)
Days = Annotated[int, typer.Option("--days", help="How many first days are looked at, 1 to 60.")]
After = Annotated[
    int, typer.Option("--after", help="How many days after sign-up it is seen who is a customer.")
]


@app.callback()
def behaviours(
    context: typer.Context,
    days: Days = 7,
    after: After = 90,
    segment: Within = None,
    known_at: KnownAt = None,
    adopt: Annotated[
        int | None,
        typer.Option("--adopt", help="Make the behaviour of this number the activation criterion."),
    ] = None,
    valid_from: Annotated[
        str | None,
        typer.Option(
            "--valid-from", help="From when on the criterion holds for who signs up: a day or an instant."
        ),
    ] = None,
    by: Annotated[str | None, typer.Option("--by", help="Who adopts it.", show_default=False)] = None,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """List early behaviours by the difference in who stayed, or adopt one as the activation criterion."""
    if context.invoked_subcommand is not None:
        return
    from holdfast.report.behaviours import COLUMNS, EVIDENCE, behaviours_as_rows, behaviours_shown

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        known = instant(known_at, "--known-at", space.calendar)
        found = space.behaviours(days, after, segment=segment or (), known_at=known)
        if adopt is not None:
            criterion = str(found.criterion(adopt))
            space.set(
                "activation", criterion, valid_from=instant(valid_from, "--valid-from", space.calendar), by=by
            )
            terminal.say(f"activation is now {criterion}.")
            return
    if form is Format.TABLE:
        terminal.show(behaviours_shown(found, terminal.look))
    else:
        terminal.rows(behaviours_as_rows(found), COLUMNS if found.findings else EVIDENCE, form)


@app.command(
    epilog=examples("holdfast behaviours show 1", "holdfast behaviours show 1 --days 14 --format csv")
)
def show(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="Its number in the list.")],
    days: Days = 7,
    after: After = 90,
    segment: Within = None,
    known_at: KnownAt = None,
    rows: Rows = 20,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Show one behaviour with the accounts behind it: in a table those it is judged by, else all."""
    from holdfast.report.behaviours import ACCOUNTS, accounts_as_rows, behaviour_shown

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        known = instant(known_at, "--known-at", space.calendar)
        found = space.behaviours(days, after, segment=segment or (), known_at=known)
    if form is Format.TABLE:
        terminal.show(behaviour_shown(found, number, terminal.look, rows))
    else:
        terminal.rows(accounts_as_rows(found, number), ACCOUNTS, form)


@app.command(
    epilog=examples(
        "holdfast behaviours returns",
        "holdfast behaviours returns --days 90 --from 2025-01 --to 2025-06",
        "holdfast behaviours returns --accounts --format csv",
    )
)
def returns(
    days: Annotated[
        int, typer.Option("--days", help="How many days after the time for activation, 1 to 366.")
    ] = 28,
    first: First = None,
    last: Last = None,
    segment: Within = None,
    known_at: KnownAt = None,
    accounts: Annotated[
        bool, typer.Option("--accounts", help="List the accounts that count, as rows.")
    ] = False,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Show how many accounts came back on 1, 2, 3, 4 days or more, activation criterion met or not."""
    from holdfast.report import returns as report

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        known = instant(known_at, "--known-at", space.calendar)
        found = space.returns(days, first=first, last=last, segment=segment or (), known_at=known)
    if accounts:
        rows_as = Format.CSV if form is Format.TABLE else form
        terminal.rows(report.accounts_as_rows(found), report.ACCOUNTS, rows_as)
    elif form is Format.TABLE:
        terminal.show(report.returns_shown(found, terminal.look))
    else:
        terminal.rows(report.returns_as_rows(found), report.COLUMNS, form)
