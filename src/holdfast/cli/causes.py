"""`holdfast causes`: which revenue was lost and why, account by account, and where to improve first."""

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
    name="causes",
    help="Churned MRR by cause, adding up to it exactly: from reasons, payments, themes, tickets, answers, "
    "prices and use, with the share that nothing explains; and the customers of whom the same is seen now.",
    epilog=examples(
        "holdfast causes",
        "holdfast causes --grain quarter --period 2025-Q1",
        "holdfast causes show poor_adoption",
        'holdfast settings loss_causes "never got started = poor_adoption; too dear = price"',
    ),
    invoke_without_command=True,
    rich_markup_mode=None,
)
Grain = Annotated[str, typer.Option("--grain", help="month, quarter, year or trailing_12_months.")]
Period = Annotated[
    str | None, typer.Option("--period", help="Which period; the newest without.", show_default=False)
]


@app.callback()
def causes(
    context: typer.Context,
    grain: Grain = "trailing_12_months",
    period: Period = None,
    segment: Within = None,
    known_at: KnownAt = None,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """List the areas to improve: what was lost for each cause, and what is at stake."""
    if context.invoked_subcommand is not None:
        return
    from holdfast.report.causes import COLUMNS, causes_as_rows, causes_shown

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        known = instant(known_at, "--known-at", space.calendar)
        found = space.causes(grain=grain, period=period, segment=segment or (), known_at=known)
    if form is Format.TABLE:
        terminal.show(causes_shown(found, terminal.look))
    else:
        terminal.rows(causes_as_rows(found), COLUMNS, form)


@app.command(epilog=examples("holdfast causes show price", "holdfast causes show service --format csv"))
def show(
    cause: Annotated[str, typer.Argument(metavar="CAUSE", help="A cause of the list, such as price.")],
    grain: Grain = "trailing_12_months",
    period: Period = None,
    segment: Within = None,
    known_at: KnownAt = None,
    rows: Rows = 20,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Show the accounts of one cause, lost and at stake, each with the records that speak for it."""
    from holdfast.errors import unknown
    from holdfast.insights.causes.taxonomy import CAUSES
    from holdfast.report.causes import ACCOUNTS, losses_as_rows, losses_shown

    if cause not in CAUSES:
        raise unknown("cause", cause, CAUSES)
    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        known = instant(known_at, "--known-at", space.calendar)
        found = space.causes(grain=grain, period=period, segment=segment or (), known_at=known)
    if form is Format.TABLE:
        terminal.show(losses_shown(found, cause, terminal.look, rows))
    else:
        terminal.rows(losses_as_rows(found, cause), ACCOUNTS, form)
