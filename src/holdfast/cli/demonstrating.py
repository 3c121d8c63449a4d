"""Commands to begin with: a workspace, a simulated company, the demo."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from holdfast.cli.asking import explain
from holdfast.cli.boards import shown
from holdfast.cli.guard import Command, examples
from holdfast.cli.importing import report_imports
from holdfast.cli.options import Lang, Quiet, language_of, opened
from holdfast.cli.progress import Progress
from holdfast.cli.terminal import Terminal
from holdfast.errors import UsageError

DEMO_MARK = ".made-by-demo"

ENDINGS: list[Callable[[Path, Terminal], None]] = []
"""What a demo ends by, given its workspace: the program with a server adds that it is served."""


class WeekStart(StrEnum):
    """On which day a week begins."""

    MONDAY = "monday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


Accounts = Annotated[int, typer.Option(min=1, help="How many accounts the company has.")]
Months = Annotated[int, typer.Option(min=1, help="How many months of its life.")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same company.")]


def init(
    folder: Annotated[Path, typer.Argument(help="Where to keep it; made if it is not there.")] = Path(),
    zone: Annotated[str, typer.Option(help="The IANA time zone of your days.")] = "UTC",
    currency: Annotated[str, typer.Option(help="The currency that totals are in.")] = "USD",
    week_start: Annotated[WeekStart, typer.Option(help="On which day a week begins.")] = WeekStart.MONDAY,
    fiscal_start: Annotated[int, typer.Option(min=1, max=12, help="The month your year begins with.")] = 1,
    quiet: Quiet = False,
) -> None:
    """Make a workspace. One folder holds all of one business."""
    from holdfast import flow

    terminal = Terminal(quiet)
    with flow.create(
        folder, zone=zone, currency=currency, week_start=week_start.value, fiscal_start=fiscal_start
    ):
        pass
    terminal.say(f"{folder} is ready: {currency}, {zone}.")
    terminal.say(f"Next: holdfast import --folder EXPORTS --workspace {folder}")


def simulate(
    folder: Annotated[Path, typer.Argument(help="Where to write the company's exports.")],
    accounts: Accounts = 1_000,
    months: Months = 24,
    seed: Seed = 1,
    faults: Annotated[bool, typer.Option("--faults", help="Plant known faults in the exports.")] = False,
    quiet: Quiet = False,
) -> None:
    """Write the exports of a simulated company, and the truth about it beside them."""
    from holdfast import company

    terminal = Terminal(quiet)
    made = company.simulate(accounts, months, seed, faults=faults)
    for path in company.write_exports(made, folder):
        terminal.say(str(path))


def demo(
    folder: Annotated[Path, typer.Argument(help="The workspace to make.")] = Path("demo-workspace"),
    accounts: Accounts = 1_000,
    months: Months = 24,
    seed: Seed = 1,
    fresh: Annotated[bool, typer.Option("--fresh", help="Replace a demo that is there already.")] = False,
    lang: Lang = None,
    quiet: Quiet = False,
) -> None:
    """Simulate a company, import its exports, show its board and explain one number."""
    from holdfast import company, flow
    from holdfast.flow import Question

    terminal = Terminal(quiet, language_of(lang))
    exports = folder.with_name(f"{folder.name}-exports")
    _clear(folder, exports, fresh=fresh)
    terminal.say(
        f"1. A company with {accounts:,} accounts and {months} months writes its exports to {exports}"
    )
    made = company.simulate(accounts, months, seed)
    company.write_exports(made, exports)
    terminal.say(f"2. A workspace in {folder} takes them in")
    zone, currency = made.sizing.zone, made.currency
    with flow.create(folder, zone=zone, currency=currency) as space, Progress(terminal) as progress:
        reports = space.import_folder(exports, through=made.end, progress=progress)
    report_imports(terminal, reports)
    terminal.say("3. Its board\n")
    with opened(folder) as space:
        for name, value in company.DECLARED.items():
            space.set(name, value)
        period = space.calendar.previous(space.calendar.containing("month", made.end)).label
        terminal.show(shown(space, Question(last=period), terminal.look))
    terminal.say("\n4. One number of it, explained\n")
    explain("customer_churn_rate", period, rows=8, lang=lang, workspace=folder)
    terminal.say(_next(folder, period))
    for ending in ENDINGS:
        ending(folder, terminal)


def _clear(folder: Path, exports: Path, *, fresh: bool) -> None:
    """Make room for a demo; nothing is removed but what an earlier demo of that name made."""
    mark = exports / DEMO_MARK
    there = [path for path in (folder, exports) if path.exists() and any(path.iterdir())]
    if there and not fresh:
        raise UsageError(
            f"{there[0]} is there already.", hint="Name another folder, or say --fresh to replace it."
        )
    if there and not mark.is_file():
        raise UsageError(f"{there[0]} was not made by a demo.", hint="Name another folder.")
    for path in there:
        shutil.rmtree(path)
    exports.mkdir(parents=True, exist_ok=True)
    mark.touch()


def _next(folder: Path, period: str) -> str:
    lines = [
        "",
        "Try next:",
        f"  holdfast kpis -w {folder} mrr net_revenue_retention --by plan",
        f"  holdfast cohorts -w {folder} --counts",
        f"  holdfast compare mrr -w {folder} --period {period} --against {int(period[:4]) - 1}{period[4:]}",
        f"  holdfast kpis customer_churn_rate mrr -w {folder} --from {period[:4]} --to {period[:4]}",
        f"  holdfast explain mrr_expansion -w {folder} --period {period}",
        f"  holdfast check -w {folder}",
        "  holdfast metrics",
    ]
    return "\n".join(lines)


COMMANDS = (
    Command(
        "demo",
        demo,
        "See it work on a simulated company. Writes the company's exports, imports them, shows the "
        "board, explains one number of it, and says what to try next. In a terminal it ends by serving "
        "the pages until Ctrl-C, on port 8000, the next free one or HOLDFAST_PORT; SERVE=0 leaves that out.",
        examples("holdfast demo", "holdfast demo try --accounts 200 --months 12", "holdfast demo --fresh"),
    ),
    Command(
        "init",
        init,
        "Make a workspace. One folder holds all of one business.",
        examples("holdfast init acme --currency EUR --zone Europe/Berlin"),
    ),
    Command(
        "simulate",
        simulate,
        "Write a simulated company's exports. The truth about it stands beside them.",
        examples("holdfast simulate exports --accounts 10000 --months 24 --seed 7"),
    ),
)
