"""`holdfast targets`: what metrics are to reach, proposed, set, revised, dropped, and how each stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from holdfast.cli.aims import (
    All,
    Because,
    Date,
    Id,
    NewDate,
    NewOwner,
    NewValue,
    Owner,
    Reason,
    Untested,
    Value,
    Way,
    Who,
    aim_of,
    command_for,
)
from holdfast.cli.guard import examples
from holdfast.cli.options import (
    As,
    Format,
    Grain,
    InWorkspace,
    KnownAt,
    Lang,
    Quiet,
    Within,
    instant,
    language_of,
    opened,
)
from holdfast.cli.questions import Name
from holdfast.cli.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from holdfast.flow import Workspace
    from holdfast.insights.targets import Target


app = typer.Typer(
    name="targets",
    help="Set targets for metrics and see whether they can still be reached: propose one from the past, "
    "set it with its owner, revise it with a reason; the list says how each stands and what is expected.",
    epilog=examples(
        "holdfast targets propose customer_churn_rate --by-date 2026-06",
        "holdfast targets set customer_churn_rate 2.5% --date 2026-06 --owner ana",
        "holdfast targets",
        "holdfast targets show 5f0c2a91",
        'holdfast targets revise 5f0c2a91 --value 2.8% --reason "Prices rise in April."',
    ),
    invoke_without_command=True,
    rich_markup_mode=None,
)


@app.callback()
def targets(
    context: typer.Context,
    every: All = False,
    known_at: KnownAt = None,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """List the targets and how each stands."""
    if context.invoked_subcommand is not None:
        return
    from holdfast.report.targets import COLUMNS, listed, standings_as_rows

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        moment = instant(known_at, "--known-at", space.calendar)
        found = space.targets.standings(known_at=moment, dropped=every)
        metrics = space.metrics()
    if form is Format.TABLE:
        terminal.show(listed(found, metrics, terminal.look))
    else:
        terminal.rows(standings_as_rows(found), COLUMNS, form)


@app.command(
    epilog=examples(
        "holdfast targets propose customer_churn_rate --by-date 2026-06",
        "holdfast targets propose mrr --by-date 2026-Q4 --grain quarter --format json",
    )
)
def propose(
    name: Name,
    date: Date,
    grain: Grain = None,
    segment: Within = None,
    direction: Way = None,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Propose a cautious and an ambitious value from past periods, with the reasoning."""
    from holdfast.report.proposals import COLUMNS, proposal_as_row, proposal_page, typed

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        aim = aim_of(name, date, grain, segment, direction)
        found = space.targets.propose(aim)
        title = _title(name, aim.segment, terminal.language)
    if form is Format.TABLE:
        command = command_for(aim, typed(found.cautious, found.unit))
        terminal.show(proposal_page(found, title, command, terminal.look))
    else:
        terminal.rows([proposal_as_row(name, aim.segment, found)], COLUMNS, form)


@app.command(
    "set",
    epilog=examples(
        "holdfast targets set customer_churn_rate 2.5% --date 2026-06 --owner ana",
        "holdfast targets set mrr 60000 --date 2026-Q4 --grain quarter --owner bo",
        "holdfast targets set time_on_platform 45 --date 2026-06 --owner ana --direction higher",
        'holdfast targets set customers 120 --date 2026-06 --owner ana --segment "country = DE"',
    ),
)
def set_one(
    name: Name,
    value: Value,
    date: Date,
    owner: Owner,
    grain: Grain = None,
    segment: Within = None,
    direction: Way = None,
    reason: Because = None,
    untested: Untested = False,
    who: Who = None,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Set a target with its owner, and say how it stands."""
    with opened(workspace) as space:
        aim = aim_of(name, date, grain, segment, direction)
        made = space.targets.set(aim, value, owner=owner, reason=reason, by=who or owner, untested=untested)
        _page(space, made, Terminal(quiet, language_of(lang)), form)


@app.command(
    epilog=examples("holdfast targets show 5f0c2a91", "holdfast targets show 5f0c2a91 --format json")
)
def show(
    target_id: Id,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Show one target whole: how it stands, the forecast with its past error, every edit with its reason."""
    with opened(workspace) as space:
        _page(space, space.targets.find(target_id), Terminal(quiet, language_of(lang)), form)


@app.command(
    epilog=examples("holdfast targets history 5f0c2a91", "holdfast targets history 5f0c2a91 --format json")
)
def history(
    target_id: Id, form: As = Format.CSV, workspace: InWorkspace = None, quiet: Quiet = False
) -> None:
    """Write every version of a target as CSV or JSON: what it said, since when, by whom, why."""
    from holdfast.report.targets import TOLD, versions_as_rows

    with opened(workspace) as space:
        versions = space.targets.versions(target_id)
    Terminal(quiet).rows(
        versions_as_rows(versions), (*TOLD, "state"), Format.CSV if form is Format.TABLE else form
    )


@app.command(
    epilog=examples(
        'holdfast targets revise 5f0c2a91 --value 2.8% --reason "Prices rise in April." --who ana',
        'holdfast targets revise 5f0c2a91 --date 2026-09 --owner bo --reason "Ana is away in summer."',
    )
)
def revise(
    target_id: Id,
    reason: Reason,
    value: NewValue = None,
    date: NewDate = None,
    owner: NewOwner = None,
    who: Who = None,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Change a target's value, date or owner, with the reason; what it was stays known."""
    with opened(workspace) as space:
        made = space.targets.revise(target_id, reason=reason, value=value, date=date, owner=owner, by=who)
        _page(space, made, Terminal(quiet, language_of(lang)), form)


@app.command(epilog=examples('holdfast targets drop 5f0c2a91 --reason "The product was sold."'))
def drop(
    target_id: Id, reason: Reason, who: Who = None, workspace: InWorkspace = None, quiet: Quiet = False
) -> None:
    """Pursue a target no longer, with the reason; its history stays."""
    with opened(workspace) as space:
        made = space.targets.drop(target_id, reason=reason, by=who)
    Terminal(quiet).say(f"{made.metric} has no target for {made.period_label} any more; its history is kept.")


def _title(name: str, segment: Sequence[str], language: str) -> str:
    from holdfast.metrics import find
    from holdfast.report.look import Look
    from holdfast.report.phrases import title_text

    metric = find(name)
    return ", ".join([title_text(metric.full_name, Look(language=language), metric.title), *segment])


def _page(space: Workspace, target: Target, terminal: Terminal, form: Format) -> None:
    from holdfast.report.targets import COLUMNS, standings_as_rows, target_page

    standing = space.targets.standing(target)
    if form is Format.TABLE:
        versions = space.targets.versions(target.target_id)
        terminal.show(target_page(standing, versions, space.metrics(), terminal.look))
    else:
        terminal.rows(standings_as_rows([standing]), COLUMNS, form)
