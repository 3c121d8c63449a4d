"""`holdfast worth`: what each paying customer is still worth, one with all it is made of, and the card."""

from __future__ import annotations

from typing import Annotated

import typer

from holdfast.cli.asking import Rows
from holdfast.cli.guard import examples
from holdfast.cli.options import (
    Account,
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
from holdfast.errors import UsageError

app = typer.Typer(
    name="worth",
    help="What each paying customer is still worth: the months to come, learned from how long others stayed, "
    "times MRR and gross margin, with intervals; held against what came since a year ago.",
    epilog=examples(
        "holdfast worth",
        'holdfast worth --segment "mrr >= 500" --months 24 --format csv',
        "holdfast worth show ACC-1",
        "holdfast worth card",
    ),
    invoke_without_command=True,
    rich_markup_mode=None,
)
Months = Annotated[
    int | None,
    typer.Option(
        "--months",
        min=1,
        help="How many months to come count at most; 60 without, or what the rule cap_months says.",
        show_default=False,
    ),
]
Discount = Annotated[float, typer.Option("--discount", help="What a year takes off, as a share such as 0.1.")]


@app.callback()
def worth(
    context: typer.Context,
    months: Months = None,
    discount: Discount = 0.0,
    segment: Within = None,
    known_at: KnownAt = None,
    rows: Rows = 20,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """List the paying customers, the greatest worth first, with what all are worth together."""
    if context.invoked_subcommand is not None:
        return
    from holdfast.report.worth import COLUMNS, worths_as_rows, worths_shown

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        known = instant(known_at, "--known-at", space.calendar)
        found = space.worth(months=months, discount=discount, segment=segment or (), known_at=known)
    if form is Format.TABLE:
        terminal.show(worths_shown(found, terminal.look, rows))
    else:
        terminal.rows(worths_as_rows(found), COLUMNS, form)


@app.command(epilog=examples("holdfast worth show ACC-1", "holdfast worth show ACC-1 --format json"))
def show(
    account: Account,
    months: Months = None,
    discount: Discount = 0.0,
    known_at: KnownAt = None,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Show one customer's worth with its time, MRR, what was learned and from how many."""
    from holdfast.report.worth import COLUMNS, refused_text, worth_of_account, worths_as_rows

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        known = instant(known_at, "--known-at", space.calendar)
        found = space.worth(months=months, discount=discount, known_at=known)
    mine = next((each for each in found.accounts if each.of.account_id == account), None)
    if form is not Format.TABLE:
        terminal.rows(worths_as_rows(found, account), COLUMNS, form)
    elif mine is not None:
        terminal.show(worth_of_account(found, mine, terminal.look))
    elif not found.is_shown:
        terminal.show(refused_text(found, terminal.look.language))
    else:
        raise UsageError(f"{account} pays nothing now, or too few customers like it have left.")


@app.command(epilog=examples("holdfast worth card", 'holdfast worth card --segment "country = DE"'))
def card(
    segment: Within = None,
    known_at: KnownAt = None,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Show what was expected a year ago of the customers of then, month by month, beside what came."""
    from holdfast.report.worth import CARD, card_as_rows, card_shown

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        known = instant(known_at, "--known-at", space.calendar)
        found = space.worth(segment=segment or (), known_at=known)
    if form is Format.TABLE:
        terminal.show(card_shown(found, terminal.look))
    else:
        terminal.rows(card_as_rows(found), CARD, form)
