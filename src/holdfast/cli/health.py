"""`holdfast health`: scores, one account with its records, what moved it, weights, overrides, history."""

from __future__ import annotations

from typing import Annotated

import typer

from holdfast.cli.asking import Rows
from holdfast.cli.guard import examples
from holdfast.cli.options import (
    Account,
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
from holdfast.errors import UsageError

app = typer.Typer(
    name="health",
    help="How well each account does: a score of 0 to 100 from its use, outcomes, answers, tickets and "
    "contract, with the records behind it, what moved it, and weights of your own.",
    epilog=examples(
        "holdfast health",
        "holdfast health show ACC-1",
        "holdfast health show ACC-1 --since 2025-10-01",
        'holdfast health weights big usage=40 outcome=40 commercial=20 --for "mrr >= 500"',
        'holdfast health override ACC-1 90 --until 2026-03-31 --reason "The sponsor signed for a year."',
        "holdfast health keep",
    ),
    invoke_without_command=True,
    rich_markup_mode=None,
)
At = Annotated[
    str | None,
    typer.Option("--at", help="As of the end of this day; the data's end without.", show_default=False),
]
Since = Annotated[
    str | None,
    typer.Option("--since", help="What moved it since the end of this day.", show_default=False),
]
Because = Annotated[str, typer.Option("--reason", help="Why.")]


@app.callback()
def health(
    context: typer.Context,
    at: At = None,
    segment: Within = None,
    known_at: KnownAt = None,
    rows: Rows = 20,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """List the health of every account, the least healthy first."""
    if context.invoked_subcommand is not None:
        return
    from holdfast.report.health import COLUMNS, healths_as_rows, healths_shown

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        found = space.health.scores(
            at=instant(at, "--at", space.calendar),
            segment=segment or (),
            known_at=instant(known_at, "--known-at", space.calendar),
        )
    if form is Format.TABLE:
        terminal.show(healths_shown(found, terminal.look, rows))
    else:
        terminal.rows(healths_as_rows(found), COLUMNS, form)


@app.command(
    epilog=examples(
        "holdfast health show ACC-1 --at 2025-06-30", "holdfast health show ACC-1 --since 2025-06-30"
    )
)
def show(
    account: Account,
    at: At = None,
    since: Since = None,
    known_at: KnownAt = None,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Show one account's score with its records, or with --since the records that moved it."""
    from holdfast.report import health as report

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        moment = instant(at, "--at", space.calendar)
        known = instant(known_at, "--known-at", space.calendar)
        begin = instant(since, "--since", space.calendar)
        if begin is not None:
            moved = space.health.moved(account, begin, moment, known_at=known)
        else:
            found, grounds = space.health.explain(account, at=moment, known_at=known)
    if begin is not None:
        if form is Format.TABLE:
            terminal.show(report.moved_shown(moved, terminal.look))
        else:
            terminal.rows(report.moved_as_rows(moved), report.MOVED, form)
    elif form is Format.TABLE:
        terminal.show(report.health_shown(found, grounds, terminal.look))
    else:
        terminal.rows(report.parts_as_rows(found), report.PARTS, form)


@app.command(
    epilog=examples(
        "holdfast health weights",
        "holdfast health weights default usage=50 outcome=20 support=15 commercial=15",
        'holdfast health weights big usage=40 outcome=40 commercial=20 --for "mrr >= 500" --place 1',
    )
)
def weights(
    name: Annotated[str | None, typer.Argument(metavar="PROFILE", help="The profile; all without.")] = None,
    given: Annotated[
        list[str] | None,
        typer.Argument(metavar="COMPONENT=WEIGHT", help="Its weights; those not named are 0."),
    ] = None,
    rule: Annotated[
        str | None, typer.Option("--for", help="Whom it is for: a segment or a rule.", show_default=False)
    ] = None,
    place: Annotated[
        int | None,
        typer.Option("--place", help="Its place: the first that fits is taken.", show_default=False),
    ] = None,
    by: Who = None,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """List the profiles of weights, or set one; the same name again begins a new series."""
    from holdfast.report.health import PROFILES, profiles_as_rows, profiles_shown

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        if name is not None:
            pairs = dict(_pair(each) for each in given or ())
            space.health.set_weights(name, pairs, rule=rule, place=place, by=by)
        found = space.health.profiles()
    if form is Format.TABLE:
        terminal.show(profiles_shown(found, terminal.look))
    else:
        terminal.rows(profiles_as_rows(found), PROFILES, form)


@app.command(
    epilog=examples('holdfast health override ACC-1 90 --until 2026-03-31 --reason "The sponsor signed."')
)
def override(
    account: Account,
    score: Annotated[str, typer.Argument(metavar="SCORE", help="The score from 0 to 100.")],
    reason: Because,
    until: Annotated[str, typer.Option("--until", help="The last day on which it counts.")],
    by: Who = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Set an account's score by hand until a day, with the reason; the counted one stays visible."""
    with opened(workspace) as space:
        end = instant(until, "--until", space.calendar)
        if end is None:
            raise UsageError("An override needs its last day.", hint="--until 2026-03-31")
        made = space.health.override(account, score, reason=reason, until=end, by=by)
    Terminal(quiet).say(f"{account} counts as {made.score} until {until}: {made.reason}")


@app.command(epilog=examples('holdfast health lift ACC-1 --reason "The sponsor left after all."'))
def lift(
    account: Account, reason: Because, by: Who = None, workspace: InWorkspace = None, quiet: Quiet = False
) -> None:
    """End an override, with the reason; that there was one stays known."""
    with opened(workspace) as space:
        space.health.lift(account, reason=reason, by=by)
    Terminal(quiet).say(f"{account} counts as it is counted again.")


@app.command(epilog=examples("holdfast health keep"))
def keep(workspace: InWorkspace = None, quiet: Quiet = False) -> None:
    """Keep the scores of every week that is over; safe to call often, and missed weeks catch up."""
    with opened(workspace) as space:
        kept = space.health.keep()
    Terminal(quiet).say(f"Kept the scores of {len(kept)} weeks.")


@app.command(epilog=examples("holdfast health history ACC-1"))
def history(
    account: Account,
    known_at: KnownAt = None,
    form: As = Format.CSV,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Write the scores of an account that were kept, week by week, as CSV or JSON."""
    with opened(workspace) as space:
        rows = space.health.history(account, known_at=instant(known_at, "--known-at", space.calendar))
    columns = ("account_id", "day", "score", "band", "coverage", "profile", "version", "parts", "recorded_at")
    Terminal(quiet).rows(rows, columns, Format.CSV if form is Format.TABLE else form)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError(
            f"A weight cannot be {text!r}.", hint="A component and its weight, such as usage=40."
        )
    return name, value
