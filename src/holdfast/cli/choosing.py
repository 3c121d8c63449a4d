"""The command that proposes KPIs for a goal."""

from __future__ import annotations

from typing import Annotated

import typer

from holdfast.cli.guard import Command, examples
from holdfast.cli.options import As, Format, InWorkspace, Lang, Quiet, language_of, opened
from holdfast.cli.terminal import Terminal

Goal = Annotated[
    str | None,
    typer.Option(
        "--goal",
        help="A goal by its name, or in your own words; without one, the goals are listed.",
        show_default=False,
    ),
]
Days = Annotated[
    int, typer.Option("--days", help="How many days later it is seen whether an account stayed.")
]


def choose(
    goal: Goal = None,
    days: Days = 90,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Propose at most seven KPIs for a goal, each with its reason and its measured link to staying."""
    from holdfast.report.choosing import COLUMNS, choice_as_rows, chosen, goals_listed

    terminal = Terminal(quiet, language_of(lang))
    if goal is None:
        terminal.show(goals_listed(terminal.look))
        return
    with opened(workspace) as space:
        found = space.choose(goal, days=days)
    if form is Format.TABLE:
        terminal.show(chosen(found, terminal.look))
    else:
        terminal.rows(choice_as_rows(found), COLUMNS, form)


COMMANDS = (
    Command(
        "choose",
        choose,
        "Choose KPIs for a goal: at most seven, each with why, whether your records can tell it, and how "
        "accounts with a good value of it stayed compared with the others.",
        examples(
            "holdfast choose",
            'holdfast choose --goal "fewer customers leave in their first 90 days"',
            "holdfast choose --goal onboarding --days 60 --format json",
        ),
    ),
)
