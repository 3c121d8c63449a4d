"""`holdfast warnings`: which are open, one account's, those that fired, what followed them, the rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from holdfast.cli.asking import Rows
from holdfast.cli.guard import examples
from holdfast.cli.options import (
    Account,
    As,
    AsOf,
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

if TYPE_CHECKING:
    from holdfast.flow.judging.warning import Warned

app = typer.Typer(
    name="warnings",
    help="Early warnings: a payment failed, a card or term about to end, fewer seats, a severe ticket, a low "
    "answer, use falling, the most active person gone, quiet. Each fires once, says why and what next, and "
    "tells how often leaving followed.",
    epilog=examples(
        "holdfast warnings",
        'holdfast warnings --segment "mrr >= 500" --kind usage_fall --format csv',
        "holdfast warnings show ACC-1",
        "holdfast warnings history --as-of 2025-06-30",
        "holdfast warnings card",
        "holdfast settings warnings usage_percent=40,off=healthy_quiet",
    ),
    invoke_without_command=True,
    rich_markup_mode=None,
)


def kinds_of(incomplete: str) -> list[str]:
    """For shell completion: the kinds that begin so."""
    from holdfast.insights.warning.rules import KINDS

    return [kind for kind in KINDS if kind.startswith(incomplete)]


Kind = Annotated[
    list[str] | None,
    typer.Option(
        "--kind",
        help="Keep to a kind, such as usage_fall; again for more.",
        autocompletion=kinds_of,
        show_default=False,
    ),
]


@app.callback()
def warnings(
    context: typer.Context,
    segment: Within = None,
    kind: Kind = None,
    days: Horizon = 90,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    rows: Rows = 20,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """List the accounts with open warnings, the most MRR at stake first, each with why and what next."""
    if context.invoked_subcommand is not None:
        return
    from holdfast.report.warning import COLUMNS, now_as_rows, now_shown

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        found = space.warnings.now(
            as_of=instant(as_of, "--as-of", space.calendar),
            known_at=instant(known_at, "--known-at", space.calendar),
            segment=segment or (),
            kinds=kind or (),
            days=days,
        )
    if form is Format.TABLE:
        terminal.show(now_shown(found, terminal.look, rows))
    else:
        terminal.rows(now_as_rows(found), COLUMNS, form)


@app.command(epilog=examples("holdfast warnings show ACC-1", "holdfast warnings show ACC-1 --lang fa"))
def show(
    account: Account,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    rows: Rows = 20,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Show every warning of one account, open or over, with the records behind it."""
    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        found = space.warnings.history(
            account_id=account,
            as_of=instant(as_of, "--as-of", space.calendar),
            known_at=instant(known_at, "--known-at", space.calendar),
        )
    _show(terminal, found, form, rows, account)


@app.command(
    epilog=examples(
        "holdfast warnings history --kind failed_payment", "holdfast warnings history --format csv"
    )
)
def history(
    kind: Kind = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    rows: Rows = 20,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """List every warning that ever fired, the newest first, with when it began and ended."""
    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        found = space.warnings.history(
            kinds=kind or (),
            as_of=instant(as_of, "--as-of", space.calendar),
            known_at=instant(known_at, "--known-at", space.calendar),
        )
    _show(terminal, found, form, rows)


@app.command(epilog=examples("holdfast warnings card", "holdfast warnings card --days 30 --format json"))
def card(
    days: Horizon = 90,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Show how often leaving followed each kind, beside any day, and how many days it was ahead."""
    from holdfast.report.warning import CARD, cards_as_rows, cards_shown

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        at, found = space.warnings.cards(
            days=days,
            as_of=instant(as_of, "--as-of", space.calendar),
            known_at=instant(known_at, "--known-at", space.calendar),
        )
    if form is Format.TABLE:
        terminal.show(cards_shown(found, days, at, terminal.look))
    else:
        terminal.rows(cards_as_rows(found), CARD, form)


@app.command(epilog=examples("holdfast warnings rules", "holdfast settings warnings card_days=14"))
def rules(
    form: As = Format.TABLE, lang: Lang = None, workspace: InWorkspace = None, quiet: Quiet = False
) -> None:
    """Show the rules that warnings go by; `holdfast settings warnings` sets them."""
    from holdfast.report.warning import RULES, rules_as_rows, rules_shown

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        found = space.warnings.rules()
    if form is Format.TABLE:
        terminal.show(rules_shown(found, terminal.look))
    else:
        terminal.rows(rules_as_rows(found), RULES, form)


def _show(
    terminal: Terminal, found: Sequence[Warned], form: Format, rows: int, account: str | None = None
) -> None:
    from holdfast.report.warning import HISTORY, history_as_rows, history_shown

    if form is Format.TABLE:
        terminal.show(history_shown(found, terminal.look, rows, account))
    else:
        terminal.rows(history_as_rows(found), HISTORY, form)
