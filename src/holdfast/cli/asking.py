"""Commands that ask: the board, one number explained, the catalogue."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from holdfast.cli.boards import answers, shown, targets_of
from holdfast.cli.guard import Command, examples
from holdfast.cli.options import (
    As,
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
    names_of_metrics,
    opened,
)
from holdfast.cli.questions import First, Given, Last, Name, Names, Period, RoleBoard, Typed
from holdfast.cli.terminal import Terminal

if TYPE_CHECKING:
    from holdfast.flow import Question, Workspace
    from holdfast.metrics import Figure

RENEWING = frozenset({"renewal_rate", "gross_renewal_rate", "net_renewal_rate"})
"""Metrics of which it is said why renewals were lost."""

Rows = Annotated[int, typer.Option("--rows", min=0, help="How many rows to show of each table; 0 shows all.")]


class Cohort(StrEnum):
    """What is followed of a cohort."""

    LOGO = "logo"
    GROSS = "gross"
    NET = "net"
    USAGE = "usage"
    USERS = "users"


def kpis(
    names: Names = None,
    grain: Grain = None,
    first: First = None,
    last: Last = None,
    by: By = None,
    segment: Within = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    given: Given = None,
    board: RoleBoard = None,
    rulebook: Rules = None,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Answer with figures, as a board, as one metric over time, as JSON or as CSV."""
    from holdfast.report.rows import COLUMNS
    from holdfast.report.targets import beside_targets

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        asked = Typed(names, grain, first, last, by, as_of, known_at, given, rulebook, segment, board)
        question = asked.question(space)
        if form is Format.TABLE:
            terminal.show(shown(space, question, terminal.look, heading=not quiet))
            return
        rows = beside_targets(answers(space, question), targets_of(space, question))
    terminal.rows(rows, (*COLUMNS, "target"), form)


def explain(
    name: Name,
    period: Period,
    grain: Grain = None,
    by: By = None,
    segment: Within = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    rulebook: Rules = None,
    rows: Rows = 20,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """List the rows behind one number, those left out with the rule, and the sum that is it."""
    from holdfast.report.explained import as_rows, explained
    from holdfast.report.low_renewal import why_lost
    from holdfast.report.phrases import formula_text
    from holdfast.report.shared_costs import costs_otherwise

    terminal = Terminal(quiet, language_of(lang))
    with opened(workspace) as space:
        asked = Typed([name], grain, period, period, by, as_of, known_at, None, rulebook, segment)
        seen, own = asked.seen(space), grain_of(grain, period)
        found = space.explain(name, own, period, by=by or (), segment=segment or (), **seen)
        (metric,) = (each for each in space.metrics() if each.full_name == found.figure.name)
        split = by or segment or form is not Format.TABLE
        shared = [] if split else space.shared_costs(name, own, period, **seen)
        lost = [] if by or metric.name not in RENEWING else _lost(space, asked.question(space))
        targets = targets_of(space, asked.question(space)) if lost else []
    if form is Format.TABLE:
        look = terminal.look
        formula = "" if quiet else formula_text(metric, look)
        terminal.show(explained(found, look, title=metric.title, formula=formula, most=rows))
        if shared:
            terminal.show(costs_otherwise(found.figure, shared, look))
        if lost:
            terminal.show(why_lost(found.figure, lost, targets, look))
    else:
        terminal.rows(as_rows(found), found.left_out.column_names, form)


def _lost(space: Workspace, question: Question) -> list[Figure]:
    """The contracts lost in the one period asked for, by why."""
    names = ("lost_renewals", "lost_renewals.mrr")
    return answers(space, replace(question, names=names, by=("lost_because",)))


def cohorts(
    kind: Annotated[Cohort, typer.Argument(help="What is left of a cohort.")] = Cohort.LOGO,
    grain: Grain = None,
    first: First = None,
    last: Last = None,
    by: By = None,
    segment: Within = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    rulebook: Rules = None,
    counts: Annotated[bool, typer.Option("--counts", help="Show 49 of 96 in place of 51%.")] = False,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Show of those who first paid in each period how much is left in each period after it."""
    from holdfast.metrics.cohorts import cohort
    from holdfast.report.cohorts import heatmap
    from holdfast.report.rows import COLUMNS, figures_as_rows

    terminal, metric = Terminal(quiet, language_of(lang)), cohort(kind)
    with opened(workspace) as space:
        asked = Typed([metric.full_name], grain, first, last, by, as_of, known_at, None, rulebook, segment)
        figures = answers(space, asked.question(space))
    if form is Format.TABLE:
        terminal.show(heatmap(figures, terminal.look, title=metric.title, counts=counts))
    else:
        terminal.rows(figures_as_rows(figures), COLUMNS, form)


def metrics(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME", help="A metric; all of them without.", autocompletion=names_of_metrics
        ),
    ] = None,
    form: As = Format.TABLE,
    lang: Lang = None,
) -> None:
    """Show the catalogue: what each metric means, its unit, its formula and where it comes from."""
    from holdfast.metrics import CATALOG, find
    from holdfast.report.catalogue import COLUMNS, catalogue, metric_page, metrics_as_rows

    terminal = Terminal(language=language_of(lang))
    found = [find(name)] if name else list(CATALOG.values())
    if form is not Format.TABLE:
        terminal.rows(metrics_as_rows(found), COLUMNS, form)
    elif name:
        others = [each for each in CATALOG.values() if each.name == found[0].name]
        terminal.show(metric_page(found[0], others, terminal.look))
    else:
        terminal.show(catalogue(found, terminal.look))


COMMANDS = (
    Command(
        "kpis",
        kpis,
        "Show the board of KPIs. Each figure with how it moved and whether to trust it; "
        "a few metrics over several periods are listed period by period.",
        examples(
            "holdfast kpis",
            "holdfast kpis mrr customer_churn_rate --from 2025-01 --to 2025-12",
            "holdfast kpis --board success",
            "holdfast kpis net_revenue_retention --grain trailing_12_months --to 2025-12 --by plan",
            "holdfast kpis customer_churn_rate --segment big_asia --segment \"plan = 'pro'\"",
            "holdfast kpis --from 2025-04 --to 2025-04 --known-at 2025-05-10 --format json",
            "holdfast kpis mrr.seed_customers_x_arpu --given customers=1000 --given arpu=750000",
        ),
    ),
    Command(
        "explain",
        explain,
        "Explain one number by its rows. First those that make it, then those left out "
        "with the rule that left them out, then the sum, which is the number.",
        examples(
            "holdfast explain customer_churn_rate --period 2025-04",
            "holdfast explain mrr --period 2025-Q2 --by country --rows 0",
            "holdfast explain mrr_churn --period 2025-04 --format csv",
        ),
    ),
    Command(
        "cohorts",
        cohorts,
        "Show cohorts as a heatmap. Of the accounts that first paid in each period, those still there "
        "(logo), their revenue (gross, net) or their use in each period after it.",
        examples(
            "holdfast cohorts",
            "holdfast cohorts net --from 2024-01 --to 2024-12",
            "holdfast cohorts usage --grain quarter --by plan --counts",
        ),
    ),
    Command(
        "metrics",
        metrics,
        "Show the catalogue of metrics. With a name: its formula, unit, variants and source.",
        examples(
            "holdfast metrics", "holdfast metrics customer_churn_rate", "holdfast metrics --format json"
        ),
    ),
)
