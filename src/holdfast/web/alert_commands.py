"""Commands about alerts: what is watched for, what came of it, said at the shell."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from holdfast.cli.guard import examples
from holdfast.cli.options import As, Format, InWorkspace, Quiet
from holdfast.cli.terminal import Terminal
from holdfast.web.commands import ready_over

alerts_app = typer.Typer(
    name="alerts",
    help="Be told when a KPI passes a value, moves beyond chance, or a target stands so.",
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog=examples(
        "holdfast alerts set threshold customer_churn_rate --when over --bound 3% --to ana@example.com",
        "holdfast alerts set change net_revenue_retention --when lower --to ana@example.com",
        "holdfast alerts set target --when unlikely --to ana@example.com",
        "holdfast alerts list --format json",
        'holdfast alerts ack 4 --outcome "Two failed payments, both recovered."',
        "holdfast alerts stop 2",
    ),
)


@alerts_app.command("set")
def set_alert(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="threshold, change or target.")],
    about: Annotated[str, typer.Argument(metavar="KPI", help="Which; of targets an id, or all.")] = "",
    when: Annotated[
        str, typer.Option("--when", help="over, under; either, higher, lower; missed, unlikely, met.")
    ] = "",
    bound: Annotated[str, typer.Option("--bound", help="The value of a threshold: 3%, 50000.")] = "",
    to: Annotated[
        list[str] | None, typer.Option("--to", metavar="EMAIL", help="Whom; again for more.")
    ] = None,
    grain: Annotated[str, typer.Option("--grain", help="Of which periods.")] = "month",
    segment: Annotated[
        list[str] | None, typer.Option("--segment", help="Of whom; a segment or rule.")
    ] = None,
    quiet_hours: Annotated[
        int, typer.Option("--quiet-hours", min=0, help="How long nothing more is told of it.")
    ] = 24,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Tell members from now on when something holds."""
    ready_over(workspace)
    from holdfast.web.alerts.episodes import Wanted, do_set, unit_of
    from holdfast.web.answers import about as workspace_told
    from holdfast.web.workspaces.members import find_member

    unit = unit_of(about, workspace_told().currency)
    wanted = Wanted(kind, about, when, bound, unit, grain, segment or (), quiet_hours)
    alert = do_set(wanted, [find_member(each) for each in to or ()])
    Terminal(quiet).say(f"Alert {alert.pk} watches: {alert}.")


@alerts_app.command("list")
def list_alerts(
    everything: Annotated[bool, typer.Option("--all", help="Also those acknowledged and closed.")] = False,
    form: As = Format.TABLE,
    workspace: InWorkspace = None,
) -> None:
    """Show what is watched for, and each episode that waits for an outcome."""
    ready_over(workspace)
    from holdfast.report.listing import listing

    columns = ("alert", "watches", "episode", "says", "opened_at", "closed_at", "told_at", "outcome")
    rows, terminal = _rows(everything), Terminal()
    if form is not Format.TABLE:
        terminal.rows(rows, columns, form)
    elif rows:
        terminal.show(listing(rows, columns, terminal.look))
    else:
        terminal.say("Nothing is watched for. Set an alert: holdfast alerts set --help")


def _rows(everything: bool) -> list[dict[str, Any]]:
    """A row for each episode, and one for each alert that has none to show."""
    from holdfast.web.alerts.models import Alert
    from holdfast.web.alerts.telling import said

    rows: list[dict[str, Any]] = []
    for alert in Alert.objects.all() if everything else Alert.objects.filter(stopped_at=None):
        episodes = alert.episodes.all() if everything else alert.episodes.filter(acked_at=None)
        base = {"alert": alert.pk, "watches": str(alert)}
        told = [
            {
                **base,
                "episode": each.pk,
                "says": said(each, "en"),
                **{name: getattr(each, name) for name in ("opened_at", "closed_at", "told_at", "outcome")},
            }
            for each in episodes
        ]
        rows += told or [
            base | dict.fromkeys(("episode", "says", "opened_at", "closed_at", "told_at", "outcome"))
        ]
    return rows


@alerts_app.command("ack")
def acknowledge(
    episode: Annotated[int, typer.Argument(metavar="EPISODE", help="Its number, as `list` shows it.")],
    outcome: Annotated[str, typer.Option("--outcome", help="What was done or found.")],
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Say what came of an episode."""
    ready_over(workspace)
    from holdfast.web.alerts.episodes import do_acknowledge

    do_acknowledge(episode, outcome)
    Terminal(quiet).say(f"Episode {episode} is acknowledged.")


@alerts_app.command("stop")
def stop(
    alert: Annotated[int, typer.Argument(metavar="ALERT", help="Its number, as `list` shows it.")],
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Watch for something no more."""
    ready_over(workspace)
    from holdfast.web.alerts.episodes import do_stop

    do_stop(alert)
    Terminal(quiet).say(f"Alert {alert} watches no more.")
