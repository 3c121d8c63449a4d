"""The command that holds an effort to keep customers against what it costs."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer

from holdfast.cli.guard import Command, examples
from holdfast.cli.options import As, Format, InWorkspace, Lang, Quiet, Within, language_of, opened
from holdfast.cli.terminal import Terminal
from holdfast.errors import UsageError

Once = Annotated[str, typer.Option("--once", help="What is paid once, before the first month.")]
Monthly = Annotated[str, typer.Option("--monthly", help="What is paid each month.")]
Saves = Annotated[
    str, typer.Option("--saves", help="The share of lost revenue that it is hoped to prevent, such as 15%.")
]
Adds = Annotated[
    str, typer.Option("--adds", help="The share that those who stay are hoped to pay more, such as 2%.")
]
Months = Annotated[int, typer.Option("--months", help="Over how many months it is weighed.")]
Margin = Annotated[
    str | None,
    typer.Option(
        "--margin",
        help="The gross margin, such as 80%; else the setting, else what the costs of goods sold say.",
        show_default=False,
    ),
]
ByMonth = Annotated[bool, typer.Option("--by-month", help="As JSON or CSV, a row for each month.")]


def weigh(
    saves: Saves = "0%",
    adds: Adds = "0%",
    once: Once = "0",
    monthly: Monthly = "0",
    months: Months = 12,
    margin: Margin = None,
    segment: Within = None,
    by_month: ByMonth = False,
    form: As = Format.TABLE,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Say what an effort brings in beyond its cost, when it pays for itself, and what that assumes."""
    from holdfast.insights.weighing import Effort
    from holdfast.report.weighing import COLUMNS, SAID, months_as_rows, weighed, weighed_as_row

    terminal = Terminal(quiet, language_of(lang))
    effort = Effort(
        once=_amount(once, "--once"),
        monthly=_amount(monthly, "--monthly"),
        saves=_share(saves, "--saves"),
        adds=_share(adds, "--adds"),
        months=months,
    )
    with opened(workspace) as space:
        known = None if margin is None else _share(margin, "--margin")
        found = space.weigh(effort, segment=segment or (), margin=known)
        currency = str(space.settings()["currency"])
    if form is Format.TABLE:
        terminal.show(weighed(found, currency, terminal.look))
    elif by_month:
        terminal.rows(months_as_rows(found), COLUMNS, form)
    else:
        terminal.rows([weighed_as_row(found, currency)], SAID, form)


def _share(text: str, option: str) -> Decimal:
    percent = text.strip().endswith("%")
    share = _number(text.strip().removesuffix("%"), option, "A share such as 15% or 0.15.")
    share = share / 100 if percent else share
    if not 0 <= share <= 1:
        hint = "Between 0% and 100%; 15 percent is written 15% or 0.15."
        raise UsageError(f"{option} cannot be {text!r}.", hint=hint)
    return share


def _amount(text: str, option: str) -> Decimal:
    return _number(text.replace(",", ""), option, "An amount in the workspace's currency, such as 20000.")


def _number(text: str, option: str, hint: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise UsageError(f"{option} cannot be {text!r}.", hint=hint) from None
    if not number.is_finite():
        raise UsageError(f"{option} cannot be {text!r}.", hint=hint)
    return number


COMMANDS = (
    Command(
        "weigh",
        weigh,
        "Weigh what keeping customers costs against what it brings: an effort with its cost and what is "
        "hoped of it, from your own revenue and losses. Says what stays beyond the cost, from which month "
        "it pays for itself, the least it must prevent, and everything that this assumes.",
        examples(
            "holdfast weigh --once 20000 --monthly 1500 --saves 15%",
            "holdfast weigh --once 60000 --saves 5% --adds 3% --months 24 --margin 80%",
            "holdfast weigh --monthly 4000 --saves 20% --segment \"plan = 'pro'\" --format json",
        ),
    ),
)
