"""The command that counts one figure two ways and prints the bridge by account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from holdfast.cli.guard import Command, examples
from holdfast.cli.options import (
    As,
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
    instant,
    language_of,
    names_of_metrics,
    opened,
    rules_of,
)
from holdfast.cli.questions import Name, Period
from holdfast.cli.terminal import Terminal

if TYPE_CHECKING:
    from holdfast.flow.answering.comparing import Other

With = Annotated[
    str | None,
    typer.Option("--with", help="Another variant.", autocompletion=names_of_metrics, show_default=False),
]
Against = Annotated[
    str | None, typer.Option("--against", help="Another period, such as 2025-03.", show_default=False)
]
Rows = Annotated[int, typer.Option("--rows", min=0, help="How many accounts to show; 0 shows all.")]


def compare(
    name: Name,
    period: Period,
    variant: With = None,
    rulebook: Rules = None,
    known_at: KnownAt = None,
    against: Against = None,
    grain: Grain = None,
    by: By = None,
    segment: Within = None,
    rows: Rows = 20,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Count one figure two ways, and list the accounts that lead from one to the other."""
    from holdfast.metrics import find
    from holdfast.report.bridged import COLUMNS, as_rows, bridged, bridged_each, each_as_rows

    terminal, own, kept = Terminal(quiet, language_of(lang)), grain_of(grain, period), tuple(segment or ())
    with opened(workspace) as space:
        other: Other = {
            "variant": variant,
            "rulebook": rules_of(rulebook, space),
            "known_at": instant(known_at, "--known-at", space.calendar),
            "against": against,
        }
        if by:
            found = space.compare_each(name, own, period, by=by, segment=kept, **other)
        else:
            found = [space.compare(name, own, period, segment=kept, **other)]
    title = find(name).title
    if form is not Format.TABLE:
        if by:
            terminal.rows(each_as_rows(found), ("segment", *COLUMNS), form)
        else:
            terminal.rows(as_rows(found[0]), COLUMNS, form)
    elif by and found:
        terminal.show(bridged_each(found, terminal.look, title=title))
    elif found:
        terminal.show(bridged(found[0], terminal.look, title=title, most=rows))


COMMANDS = (
    Command(
        "compare",
        compare,
        "Count one figure two ways and show the bridge between them by account. The other way is a "
        "variant, another rulebook, what was known earlier, or another period; the parts of the "
        "accounts add up to the difference exactly. With --by, for each value of a dimension.",
        examples(
            "holdfast compare customer_churn_rate --period 2025-04 --with customer_churn_rate.exposed",
            "holdfast compare mrr --period 2025-04 --rulebook strict.toml",
            "holdfast compare net_revenue_retention --period 2025-04 --known-at 2025-05-10",
            "holdfast compare mrr --period 2025-04 --against 2025-03 --by plan",
            "holdfast compare mrr --period 2025-04 --against 2025-03 --segment big_asia --format csv",
        ),
    ),
)
