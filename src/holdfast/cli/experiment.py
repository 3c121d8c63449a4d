"""`holdfast experiment`: what an effort could show, accounts held out of it, and whether it helped."""

from __future__ import annotations

from typing import Annotated

import typer

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
    name="experiment",
    help="Did it help? Hold accounts out of an effort at random, said before it begins, and compare who "
    "stayed; read it every day if you like, the reading stays valid.",
    epilog=examples(
        'holdfast experiment plan --segment "mrr >= 100" --days 60',
        'holdfast experiment start "A call in week two" --segment "mrr >= 100" --days 60 --by ana',
        "holdfast experiment",
        'holdfast experiment show "A call in week two"',
        'holdfast experiment arms "A call in week two"',
    ),
    invoke_without_command=True,
    rich_markup_mode=None,
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="Its name, or the beginning of its id.")]
Days = Annotated[int, typer.Option("--days", help="After how many days it is seen who stayed.")]
Share = Annotated[float, typer.Option("--share", help="The share of accounts held out as control.")]


@app.callback()
def experiment(
    context: typer.Context,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """List the experiments with their verdicts."""
    if context.invoked_subcommand is not None:
        return
    from holdfast.report.experiments import COLUMNS, readings_as_rows, readings_shown

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        found = [space.experiments.read(each.experiment_id) for each in space.experiments.all()]
    if form is Format.TABLE:
        terminal.show(readings_shown(found, terminal.look))
    else:
        terminal.rows(readings_as_rows(found), COLUMNS, form)


@app.command(epilog=examples('holdfast experiment plan --segment "mrr >= 100" --days 60 --share 0.3'))
def plan(
    segment: Within = None,
    days: Days = 60,
    share: Share = 0.5,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Say what an experiment could see, and when, before it begins."""
    from holdfast.report.experiments import PLAN, plan_as_row, plan_shown

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        found = space.experiments.plan(segment=segment or (), days=days, share=share)
    if form is Format.TABLE:
        terminal.show(plan_shown(found, terminal.look))
    else:
        terminal.rows([plan_as_row(found)], PLAN, form)


@app.command(
    epilog=examples('holdfast experiment start "A call in week two" --segment "mrr >= 100" --least 0.05')
)
def start(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What is tried.")],
    segment: Within = None,
    days: Days = 60,
    share: Share = 0.5,
    least: Annotated[
        float | None,
        typer.Option("--least", help="The least difference of shares worth having.", show_default=False),
    ] = None,
    salt: Annotated[
        str | None,
        typer.Option("--salt", help="What ids are hashed with; drawn without.", show_default=False),
    ] = None,
    by: Who = None,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Hold accounts out at random from now on; what is said here is not changed later."""
    from holdfast.report.experiments import plan_shown

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        made, planned = space.experiments.start(
            name, segment=segment or (), days=days, share=share, least=least, salt=salt, by=by
        )
    if not quiet:
        terminal.show(plan_shown(planned, terminal.look))
    terminal.say(f"holdfast experiment arms {made.experiment_id[:8]}")


@app.command(epilog=examples('holdfast experiment show "A call in week two"'))
def show(
    name: Name,
    known_at: KnownAt = None,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Show whether it helped, as far as can be told now."""
    from holdfast.report.experiments import COLUMNS, reading_shown, readings_as_rows

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        found = space.experiments.read(name, known_at=instant(known_at, "--known-at", space.calendar))
    if form is Format.TABLE:
        terminal.show(reading_shown(found, terminal.look))
    else:
        terminal.rows(readings_as_rows([found]), COLUMNS, form)


@app.command(epilog=examples('holdfast experiment arms "A call in week two" > arms.csv'))
def arms(name: Name, form: As = Format.CSV, workspace: InWorkspace = None, quiet: Quiet = False) -> None:
    """Write the accounts of each arm as CSV or JSON: whom to do it for, and whom not."""
    with opened(workspace) as space:
        found = space.experiments.arms(space.experiments.read(name).experiment.experiment_id)
    rows = [{"account_id": account, "arm": arm} for account, arm in sorted(found.items())]
    Terminal(quiet).rows(rows, ("account_id", "arm"), Format.CSV if form is Format.TABLE else form)
