"""The command that shows what customers answered, wave by wave."""

from __future__ import annotations

from holdfast.cli.guard import Command, examples
from holdfast.cli.options import As, AsOf, Format, InWorkspace, KnownAt, Lang, Quiet, language_of, opened
from holdfast.cli.questions import Names, Typed
from holdfast.cli.terminal import Terminal


def surveys(
    names: Names = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Show each question as a series of its waves, with answers, interval and change."""
    from holdfast.report.waves import COLUMNS, waves_as_rows, waves_listed

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        found = space.waves(names or (), **Typed(as_of=as_of, known_at=known_at).seen(space))
    if form is Format.TABLE:
        terminal.show(waves_listed(found, terminal.look))
    else:
        terminal.rows(waves_as_rows(found), COLUMNS, form)


COMMANDS: tuple[Command, ...] = (
    Command(
        "surveys",
        surveys,
        "Show what customers answered, wave by wave: each question as a series with its answers, how "
        "many were asked, the interval, and how it differs from the wave before.",
        examples(
            "holdfast surveys",
            "holdfast surveys nps csat.mean",
            "holdfast surveys nps --known-at 2025-05-10 --format csv",
        ),
    ),
)
