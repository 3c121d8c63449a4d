"""Commands that keep what was shown: report, close, restate, snapshot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from holdfast.cli.guard import Command, examples
from holdfast.cli.options import (
    AsOf,
    By,
    Format,
    Grain,
    InWorkspace,
    KnownAt,
    Lang,
    Quiet,
    Rules,
    Within,
    grain_of,
    language_of,
    opened,
)
from holdfast.cli.questions import First, Last, Names, RoleBoard, Typed
from holdfast.cli.terminal import Terminal
from holdfast.cli.writing import DRAWN, TEXTS, AsForm, Form, Out, Shown, rows_of, write
from holdfast.errors import UsageError

if TYPE_CHECKING:
    from holdfast.flow.published.reporting import Report
    from holdfast.metrics.bridge import Bridge

Again = Annotated[
    str | None, typer.Option("--again", metavar="ID", help="Run a report again, to the last digit.")
]
Since = Annotated[
    str | None, typer.Option("--bridge", metavar="ID", help="Show, account by account, what moved since.")
]
Listed = Annotated[bool, typer.Option("--list", help="List the reports that were kept.")]
Title = Annotated[str, typer.Option("--title", help="A name for the report.")]
Who = Annotated[str | None, typer.Option("--who", help="Who makes it.", show_default=False)]
Period = Annotated[str, typer.Argument(metavar="PERIOD", help="The period, such as 2025-04 or 2025-Q2.")]
FEW = 10


def report(
    names: Names = None,
    grain: Grain = None,
    first: First = None,
    last: Last = None,
    by: By = None,
    segment: Within = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    board: RoleBoard = None,
    rulebook: Rules = None,
    title: Title = "",
    who: Who = None,
    again: Again = None,
    since: Since = None,
    listed: Listed = False,
    form: AsForm = Form.TABLE,
    out: Out = None,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Make a board and keep it, run one again, or show what moved since."""
    from holdfast.cli.boards import with_trend

    terminal = Terminal(quiet, language_of(lang))
    if sum(map(bool, (again, since, listed))) > 1:
        raise UsageError("Say one of --again, --bridge and --list.")
    with opened(workspace) as space:
        if listed:
            _list(space.reports.all(), terminal, rows_of(form))
        elif since:
            _bridges(*space.reports.bridge(since), terminal, rows_of(form))
        elif again:
            _show(Shown(space, *space.reports.again(again), terminal.language), terminal, form, out)
        else:
            asked = Typed(names, grain, first, last, by, as_of, known_at, None, rulebook, segment, board)
            question = asked.question(space)
            question = with_trend(space, question) if form in DRAWN else question
            made, figures = space.reports.make(question, title=title, by=who)
            _show(Shown(space, made, figures, terminal.language), terminal, form, out)
            _say_kept(made, terminal.say_beside if form in TEXTS and out is None else terminal.say)


def close(
    period: Period, grain: Grain = None, who: Who = None, workspace: InWorkspace = None, quiet: Quiet = False
) -> None:
    """Publish a period's figures; boards show them from then on."""
    terminal = Terminal(quiet)
    with opened(workspace) as space:
        made = space.reports.close(period, grain=grain_of(grain, period), by=who)
    terminal.say(f"{period} is closed: report {made.report_id}.")


def restate(
    period: Period,
    reason: Annotated[str, typer.Option("--reason", help="Why the figures are published again.")],
    grain: Grain = None,
    who: Who = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Publish a closed period again, as the records say it now."""
    terminal = Terminal(quiet)
    with opened(workspace) as space:
        made = space.reports.restate(period, reason=reason, grain=grain_of(grain, period), by=who)
    terminal.say(f"{period} is restated: report {made.report_id}.")


def snapshot(who: Who = None, workspace: InWorkspace = None, quiet: Quiet = False) -> None:
    """Close every month that is due; safe to call as often as you like."""
    terminal = Terminal(quiet)
    with opened(workspace) as space:
        made = space.reports.snapshot(by=who)
    terminal.say(f"Closed {', '.join(each.title for each in made)}." if made else "Nothing was due.")


def _say_kept(made: Report, say: Callable[[str], None]) -> None:
    say(f"Kept as {made.report_id}.")
    say(f"Run it again: holdfast report --again {made.report_id[:12]}")


def _show(shown: Shown, terminal: Terminal, form: Form, out: Path | None) -> None:
    from holdfast.cli.boards import board_of
    from holdfast.report.phrases import with_commas
    from holdfast.words import say

    if form is not Form.TABLE:
        write(shown, form, out, terminal)
        return
    if out is not None:
        raise UsageError("A table is written to the terminal.", hint="Say --format with --out.")
    made = shown.report
    look = terminal.look
    moment = f"{made.known_at:%Y-%m-%d %H:%M} UTC"
    title = f"{made.title or say('board.report', look.language)} {made.report_id[:12]}"
    said = with_commas((title, say("board.known_at", look.language, moment=moment)), look)
    terminal.show(board_of(shown.space, shown.figures, look, heading=said))


def _bridges(made: Report, bridges: Sequence[Bridge], terminal: Terminal, form: Format) -> None:
    from holdfast.report.bridged import COLUMNS, as_rows, bridged

    rows = [
        {"metric": bridge.after.name, "period": bridge.after.period_label, **row}
        for bridge in bridges
        for row in as_rows(bridge)
    ]
    if form is not Format.TABLE:
        terminal.rows(rows, ("metric", "period", *COLUMNS), form)
    else:
        for bridge in bridges:
            terminal.show(bridged(bridge, terminal.look, title=bridge.after.name, most=FEW))
            terminal.write("\n")
        terminal.say("" if bridges else f"Every figure of {made.report_id[:12]} is the same today.")


def _list(found: Sequence[Report], terminal: Terminal, form: Format) -> None:

    columns = ("report_id", "kind", "title", "made_at", "known_at", "rulebook", "by", "reason")
    rows = [{name: getattr(each, name) for name in columns} for each in found]
    rows = [{**row, "rulebook": each.rulebook.version} for row, each in zip(rows, found, strict=True)]
    if form is not Format.TABLE:
        terminal.rows(rows, columns, form)
    else:
        for each in found:
            made = f"{each.made_at:%Y-%m-%d %H:%M}"
            terminal.write(
                f"{each.report_id[:12]}  {made}  {each.kind:8}  {each.title} {each.reason or ''}\n"
            )
        terminal.say("" if found else "No report was kept yet. Make one: holdfast report")


COMMANDS = (
    Command(
        "report",
        report,
        "Show a board and keep it: figures, rules, what was known. Run it again later to the last "
        "digit, or see by account what moved since.",
        examples(
            "holdfast report --to 2025-04 --title April",
            "holdfast report --format xlsx --lang fa -o april.xlsx",
            "holdfast report --list",
            "holdfast report --again 5f0c2a91d3b4",
            "holdfast report --bridge 5f0c2a91d3b4",
        ),
    ),
    Command(
        "close",
        close,
        "Close a period: its figures are published, and shown from then on with what they would be today.",
        examples("holdfast close 2025-04 --who mina"),
    ),
    Command(
        "restate",
        restate,
        "Publish a closed period again, with the reason.",
        examples('holdfast restate 2025-04 --reason "An invoice of March came late."'),
    ),
    Command(
        "snapshot",
        snapshot,
        "Close every month that is due, for a daily job: catches up on missed runs, does nothing twice.",
        examples("holdfast snapshot --quiet"),
    ),
)
