"""The commands of segments: list them, define one, look into one, let one go."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from holdfast.cli.guard import examples
from holdfast.cli.options import (
    As,
    Format,
    Grain,
    InWorkspace,
    KnownAt,
    Lang,
    Quiet,
    grain_of,
    instant,
    language_of,
    opened,
)
from holdfast.cli.questions import First, Last
from holdfast.cli.terminal import Terminal

if TYPE_CHECKING:
    from holdfast.flow import Workspace

app = typer.Typer(
    name="segments",
    help="Group accounts by rules with names: list the segments, define one, see who is in it and when.",
    epilog=examples(
        "holdfast segments",
        'holdfast segments define big_asia "mrr >= 500 and country in (ID, MY) and tenure >= 6 months"',
        "holdfast segments show big_asia --at 2025-04-30",
        "holdfast kpis --segment big_asia",
    ),
    invoke_without_command=True,
    rich_markup_mode=None,
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="The segment's name.")]
NameOrRule = Annotated[str, typer.Argument(metavar="NAME", help="The segment's name, or a rule.")]
Who = Annotated[str | None, typer.Option("--by", help="Who defines it.", show_default=False)]
COLUMNS = ("segment", "rule", "accounts", "by", "defined_at")
PERIODS = ("segment", "grain", "period", "opening", "entered", "left", "closing")


@app.callback()
def segments(
    context: typer.Context,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """List the segments with their rules and how many accounts are in each now."""
    if context.invoked_subcommand is not None:
        return
    from holdfast.report.segments import segments_listed

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        rows = [
            {
                "segment": each.name,
                "rule": str(each.rule),
                "accounts": space.segments.members(each.name).rows.num_rows,
                "by": each.by,
                "defined_at": each.defined_at,
            }
            for each in space.segments.all()
        ]
    if form is Format.TABLE:
        terminal.show(segments_listed(rows, terminal.look))
    else:
        terminal.rows(rows, COLUMNS, form)


@app.command(
    epilog=examples(
        'holdfast segments define big_asia "mrr >= 500 and country in (ID, MY) and tenure >= 6 months"',
        'holdfast segments define quiet "status = paying and last_seen < 14 days ago" --by mina',
        "holdfast segments define keen \"count('report made', 28 days) >= 3\"",
    )
)
def define(
    name: Name,
    rule: Annotated[str, typer.Argument(metavar="RULE", help="The rule; docs/segments.md has its words.")],
    by: Who = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Keep a rule under a name; the same name again is a new version, the old one stays known."""
    terminal = Terminal(quiet)
    with opened(workspace) as space:
        made = space.segments.define(name, rule, by=by)
        count = space.segments.members(made.name).rows.num_rows
    terminal.say(f"{made.name} is {made.rule}: {count:,} accounts now.")


@app.command(
    epilog=examples(
        "holdfast segments show big_asia",
        "holdfast segments show big_asia --at 2025-04-30 --format csv",
        "holdfast segments show big_asia --from 2025-01 --to 2025-12",
        'holdfast segments show "plan = pro and nps(180 days) <= 6"',
    )
)
def show(
    name: NameOrRule,
    at: Annotated[
        str | None,
        typer.Option("--at", help="When: the end of a day, or an instant.", show_default=False),
    ] = None,
    first: First = None,
    last: Last = None,
    grain: Grain = None,
    known_at: KnownAt = None,
    rows: Annotated[int, typer.Option("--rows", help="How many accounts to show; 0 shows all.")] = 20,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Show who is in a segment with the facts that its rule read; or, by period, who came and went."""
    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        known = instant(known_at, "--known-at", space.calendar)
        if first or last or grain:
            found = space.segments.turnover(
                name, grain=grain_of(grain, last or first), first=first, last=last, known_at=known
            )
            _periods(name, [_turned(name, each) for each in found], terminal, form)
        else:
            moment = instant(at, "--at", space.calendar)
            _members(space, name, moment, known, terminal, form, rows)


@app.command(epilog=examples("holdfast segments drop big_asia"))
def drop(name: Name, workspace: InWorkspace = None, quiet: Quiet = False) -> None:
    """Let a segment go; reports that were made with it can still be run again."""
    terminal = Terminal(quiet)
    with opened(workspace) as space:
        space.segments.drop(name)
    terminal.say(f"{name} is gone. What it was stays known.")


def _members(
    space: Workspace,
    name: str,
    at: datetime | None,
    known_at: datetime | None,
    terminal: Terminal,
    form: Format,
    most: int,
) -> None:
    from holdfast.report.segments import members_shown

    found = space.segments.members(name, at=at, known_at=known_at)
    if form is not Format.TABLE:
        terminal.rows(found.rows.to_pylist(), found.rows.column_names, form)
        return
    moment = f"{space.calendar.to_local(found.at):%Y-%m-%d %H:%M}"
    terminal.show(
        members_shown(
            found.rows,
            terminal.look,
            segment=found.segment,
            rule=str(found.rule),
            instant=moment,
            most=most,
        )
    )


def _periods(name: str, rows: list[dict[str, Any]], terminal: Terminal, form: Format) -> None:
    from holdfast.report.segments import turnover_shown

    if form is Format.TABLE:
        terminal.show(turnover_shown(rows, terminal.look, segment=name))
    else:
        terminal.rows(rows, PERIODS, form)


def _turned(name: str, each: Any) -> dict[str, Any]:
    told = {column: getattr(each, column) for column in PERIODS[3:]}
    return {"segment": name, "grain": each.period.grain, "period": each.period.label, **told}
