"""`holdfast risk`: who is likely to leave and why, one account with its records, and the report card."""

from __future__ import annotations

import typer

from holdfast.cli.asking import Rows
from holdfast.cli.guard import examples
from holdfast.cli.options import (
    Account,
    As,
    Format,
    Horizon,
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
from holdfast.errors import UsageError, unknown

app = typer.Typer(
    name="risk",
    help="Who is likely to leave within 30, 60 or 90 days, and why: learned from your own past, asked again "
    "at past months, and shown only where it did better than simple baselines.",
    epilog=examples(
        "holdfast risk",
        'holdfast risk --days 30 --segment "mrr >= 500" --format csv',
        "holdfast risk show ACC-1",
        "holdfast risk card",
    ),
    invoke_without_command=True,
    rich_markup_mode=None,
)


@app.callback()
def risk(
    context: typer.Context,
    days: Horizon = 90,
    segment: Within = None,
    known_at: KnownAt = None,
    rows: Rows = 20,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """List who is likely to leave, the most MRR at stake first, each with its reasons."""
    if context.invoked_subcommand is not None:
        return
    from holdfast.report.risk import COLUMNS, risks_as_rows, risks_shown

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        known = instant(known_at, "--known-at", space.calendar)
        found = space.risks(days, segment=segment or (), known_at=known)
    if form is Format.TABLE:
        terminal.show(risks_shown(found, terminal.look, rows))
    else:
        terminal.rows(risks_as_rows(found), COLUMNS, form)


@app.command(epilog=examples("holdfast risk show ACC-1", "holdfast risk show ACC-1 --days 30"))
def show(
    account: Account,
    days: Horizon = 90,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Show one account's chance with every reason and the records behind it."""
    from holdfast.report.risk import risk_of_account, risks_shown

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        found = space.risks(days)
        if not found.is_shown:
            terminal.show(risks_shown(found, terminal.look, 0))
            return
        those = {each.account_id: each for each in found.accounts}
        if account not in those:
            raise (
                UsageError(f"{account} is no customer now.")
                if not those
                else unknown("customer", account, those)
            )
        _, grounds = space.health.explain(account)
    terminal.show(risk_of_account(found, those[account], grounds, terminal.look))


@app.command(epilog=examples("holdfast risk card", "holdfast risk card --days 30 --format json"))
def card(
    days: Horizon = 90,
    known_at: KnownAt = None,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Show how such chances did in past months beside the baselines, and that nothing later was read."""
    from holdfast.report.risk import CARD, card_as_rows, card_shown

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        found = space.risks(days, known_at=instant(known_at, "--known-at", space.calendar))
        leaking = space.leaks()
    if leaking:
        raise UsageError(
            f"What came later is read by: {', '.join(leaking)}.", hint="This is a fault of Holdfast."
        )
    if form is Format.TABLE:
        terminal.show(card_shown(found, terminal.look))
    else:
        terminal.rows(card_as_rows(found), CARD, form)
