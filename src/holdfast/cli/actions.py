"""`holdfast actions`: what is done about a cause of loss, by whom, and how its metric went since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from holdfast.cli.aims import Owner
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
    names_of_metrics,
    opened,
)
from holdfast.cli.terminal import Terminal

if TYPE_CHECKING:
    from holdfast.flow import Workspace
    from holdfast.insights.actions import Action

app = typer.Typer(
    name="actions",
    help="What is done about a cause of loss: with an owner, a day and the metric it is to move; how that "
    "metric went since is observed, not caused: `holdfast experiment` can tell whether the action did it.",
    epilog=examples(
        'holdfast actions add "A call in week two" --cause poor_adoption --kpi activation_rate '
        "--due 2026-06-30 --owner ana",
        "holdfast actions",
        "holdfast actions show 5f0c2a91",
        'holdfast actions done 5f0c2a91 --word "Every new account was called."',
    ),
    invoke_without_command=True,
    rich_markup_mode=None,
)
Id = Annotated[str, typer.Argument(metavar="ID", help="The action's id, or how it begins.")]
Title = Annotated[str, typer.Argument(metavar="TITLE", help="What is done.")]
Cause = Annotated[str, typer.Option("--cause", help="The cause it is for: one of `holdfast causes`.")]
Kpi = Annotated[
    str,
    typer.Option(
        "--kpi", help="The metric that it is to move, or a variant.", autocompletion=names_of_metrics
    ),
]
Due = Annotated[str, typer.Option("--due", help="The day by which it is to be done, such as 2026-06-30.")]
Begun = Annotated[
    str | None,
    typer.Option("--begun", help="The day it began; where the records end without.", show_default=False),
]
Grain = Annotated[str, typer.Option("--grain", help="The kind of period that is compared.")]
Word = Annotated[str, typer.Option("--word", help="How it was done, or why it is dropped.")]
All = Annotated[bool, typer.Option("--all", help="Also those that were dropped.")]


@app.callback()
def actions(
    context: typer.Context,
    every: All = False,
    known_at: KnownAt = None,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """List the actions with what came of each."""
    if context.invoked_subcommand is not None:
        return
    from holdfast.report.actions import COLUMNS, listed, results_as_rows

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        moment = instant(known_at, "--known-at", space.calendar)
        found = space.actions.results(known_at=moment, dropped=every)
        metrics = space.metrics()
    if form is Format.TABLE:
        terminal.show(listed(found, metrics, terminal.look))
    else:
        terminal.rows(results_as_rows(found), COLUMNS, form)


@app.command(
    epilog=examples(
        'holdfast actions add "Annual plans at renewal" --cause price --kpi mrr_churn --due 2026-06-30 '
        "--owner ana",
        'holdfast actions add "Onboarding by phone" --cause poor_adoption --kpi activation_rate '
        '--segment "plan = team" --begun 2026-03-01 --due 2026-06-30 --owner bo@example.com',
    )
)
def add(
    title: Title,
    cause: Cause,
    kpi: Kpi,
    due: Due,
    owner: Owner,
    begun: Begun = None,
    segment: Within = None,
    grain: Grain = "month",
    who: Who = None,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Add an action for a cause of loss: owner, due day, and the metric it is to move."""
    from holdfast.flow.aims.actions import Plan

    plan = Plan(title, cause, kpi, due, grain, tuple(segment or ()), begun)
    with opened(workspace) as space:
        _page(
            space,
            space.actions.add(plan, owner=owner, by=who or owner),
            Terminal(quiet, language_of(lang)),
            form,
        )


@app.command(
    epilog=examples("holdfast actions show 5f0c2a91", "holdfast actions show 5f0c2a91 --format json")
)
def show(
    action_id: Id,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Show one action whole: what it is for, how its metric went, what was said of it."""
    with opened(workspace) as space:
        _page(space, space.actions.find(action_id), Terminal(quiet, language_of(lang)), form)


@app.command(
    epilog=examples('holdfast actions done 5f0c2a91 --word "Every new account was called." --by ana')
)
def done(
    action_id: Id,
    word: Word,
    who: Who = None,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Say that an action is done, with a word on how."""
    with opened(workspace) as space:
        made = space.actions.done(action_id, word=word, by=who)
        _page(space, made, Terminal(quiet, language_of(lang)), form)


@app.command(epilog=examples('holdfast actions drop 5f0c2a91 --word "The plan was sold."'))
def drop(
    action_id: Id,
    word: Word,
    who: Who = None,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Pursue an action no longer, with a word on why; its history stays."""
    with opened(workspace) as space:
        made = space.actions.drop(action_id, word=word, by=who)
        _page(space, made, Terminal(quiet, language_of(lang)), form)


def _page(space: Workspace, action: Action, terminal: Terminal, form: Format) -> None:
    from holdfast.report.actions import COLUMNS, action_page, results_as_rows

    result = space.actions.result(action)
    if form is Format.TABLE:
        versions = space.actions.versions(action.action_id)
        terminal.show(action_page(result, versions, space.metrics(), terminal.look))
    else:
        terminal.rows(results_as_rows([result]), COLUMNS, form)
