"""The application: its commands in the order in which a person needs them."""

from __future__ import annotations

from typing import Annotated

import typer

import holdfast
from holdfast.cli import (
    actions,
    advocates,
    asking,
    behaviours,
    causes,
    charting,
    choosing,
    comparing,
    declaring,
    demonstrating,
    experiment,
    health,
    importing,
    journeys,
    keeping,
    pulling,
    querying,
    reporting,
    risk,
    segmenting,
    surveys,
    surviving,
    targets,
    themes,
    warning,
    weighing,
    worth,
)
from holdfast.cli.guard import GuardedGroup, examples

app = typer.Typer(
    name="holdfast",
    cls=GuardedGroup,
    help="Keep your customers: every retention KPI from your own records, each number explained.",
    epilog=examples(
        "holdfast demo                          a simulated company, from its exports to its board",
        "holdfast init acme --currency EUR      a workspace for your own",
        "holdfast import --folder exports -w acme",
        "holdfast kpis -w acme",
        head="Start here",
    ),
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for room in (
    demonstrating,
    importing,
    pulling,
    asking,
    surveys,
    surviving,
    comparing,
    reporting,
    choosing,
    weighing,
    charting,
    querying,
    keeping,
):
    for command in room.COMMANDS:
        app.command(command.name, help=command.help, epilog=command.epilog)(command.run)
    if room is pulling:
        app.add_typer(declaring.webhook_app)
        app.add_typer(declaring.database_app)
    if room is reporting:
        app.add_typer(segmenting.app)
        app.add_typer(targets.app)
        app.add_typer(health.app)
        app.add_typer(risk.app)
        app.add_typer(worth.app)
        app.add_typer(behaviours.app)
        app.add_typer(journeys.app)
        app.add_typer(causes.app)
        app.add_typer(actions.app)
        app.add_typer(warning.app)
        app.add_typer(experiment.app)
        app.add_typer(advocates.app)
        app.add_typer(themes.app)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"holdfast {holdfast.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Say the version and stop.", is_eager=True, callback=_version)
    ] = False,
) -> None: ...
