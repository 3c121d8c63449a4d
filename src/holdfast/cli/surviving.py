"""The command that compares how long the accounts of each segment stay."""

from __future__ import annotations

from typing import Annotated

import typer

from holdfast.cli.guard import Command, examples
from holdfast.cli.options import (
    As,
    AsOf,
    By,
    Format,
    InWorkspace,
    KnownAt,
    Lang,
    Quiet,
    Rules,
    Within,
    language_of,
    opened,
)
from holdfast.cli.questions import Typed
from holdfast.cli.terminal import Terminal

Final = Annotated[
    bool, typer.Option("--final-churn", help="Let only a churn end it that the account never came back from.")
]


def survival(
    by: By = None,
    segment: Within = None,
    final_churn: Final = False,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    rulebook: Rules = None,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Compare how long the accounts of each segment stay, with the log-rank test."""
    from holdfast.report.staying import COLUMNS, staying_as_rows, staying_shown

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        seen = Typed(as_of=as_of, known_at=known_at, rulebook=rulebook).seen(space)
        found = space.staying(by=by or (), segment=segment or (), final_churn=final_churn, **seen)
    if form is Format.TABLE:
        terminal.show(staying_shown(found, terminal.look))
    else:
        terminal.rows(staying_as_rows(found), COLUMNS, form)


COMMANDS = (
    Command(
        "survival",
        survival,
        "Compare how long accounts stay. For each segment the share still there after a year, the time "
        "after which half have left, and whether the curves differ by more than chance (log-rank test).",
        examples(
            "holdfast survival --by plan",
            'holdfast survival --by country --segment "mrr >= 500"',
            "holdfast survival --by segment.big_asia --format json",
        ),
    ),
)
