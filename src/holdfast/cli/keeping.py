"""Commands that keep a workspace in order: check, settings, refresh, compact, disclose, erase."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from holdfast.cli.guard import LOOK_AT_IT, Command, examples
from holdfast.cli.options import As, Format, InWorkspace, Quiet, instant, opened
from holdfast.cli.terminal import Terminal
from holdfast.errors import unknown


class Person(StrEnum):
    """Who can be disclosed or erased."""

    USER = "user"
    ACCOUNT = "account"


def check(form: As = Format.TABLE, workspace: InWorkspace = None, quiet: Quiet = False) -> None:
    """Look for faults in the records and in what is derived from them."""
    from dataclasses import asdict

    terminal = Terminal(quiet)
    with opened(workspace) as space:
        findings = space.check()
    rows = [asdict(finding) for finding in findings]
    if form is not Format.TABLE:
        terminal.rows(rows, ["code", "severity", "table", "count", "message", "what_to_do", "examples"], form)
    else:
        for finding in findings:
            count = f" ({finding.count:,})" if finding.count else ""
            terminal.write(f"{finding.severity}: {finding.table}: {finding.message}{count}\n")
            terminal.write("".join(f"    {example}\n" for example in finding.examples))
            terminal.write(f"  {finding.what_to_do}\n")
        terminal.say("" if findings else "Nothing wrong was found.")
    if any(finding.severity == "error" for finding in findings):
        raise typer.Exit(LOOK_AT_IT)


def settings(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="A setting; all without.")] = None,
    value: Annotated[str | None, typer.Argument(metavar="VALUE", help="Its new value.")] = None,
    valid_from: Annotated[
        str | None, typer.Option("--valid-from", help="From when on it holds: a day or an instant.")
    ] = None,
    form: As = Format.TABLE,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Show the settings, or set one; the old value stays known."""
    from holdfast.report.rows import as_field

    terminal = Terminal(quiet)
    with opened(workspace) as space:
        if name and value is not None:
            space.set(name, value, valid_from=instant(valid_from, "--valid-from", space.calendar))
            terminal.say(f"{name} is now {value}.")
            return
        found = space.settings()
    if name and name not in found:
        raise unknown("setting", name, found)
    shown = {name: found[name]} if name else found
    rows = [{"name": each, "value": value} for each, value in shown.items()]
    if form is not Format.TABLE:
        terminal.rows(rows, ["name", "value"], form)
    else:
        width = max(map(len, shown))
        terminal.write("".join(f"{each:{width}}  {as_field(value)}\n" for each, value in shown.items()))


def refresh(
    whole: Annotated[bool, typer.Option("--whole", help="Make them anew from all records.")] = False,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Bring kept timelines up to date with the records; asking for figures does so by itself."""
    terminal = Terminal(quiet)
    with opened(workspace) as space:
        space.refresh(whole=whole)
    terminal.say("Timelines are made anew." if whole else "Timelines are up to date.")


def compact(workspace: InWorkspace = None, quiet: Quiet = False) -> None:
    """Merge small files; no figure changes."""
    terminal = Terminal(quiet)
    with opened(workspace) as space:
        space.compact()
    terminal.say("Compacted: the same records in fewer files.")


def disclose(
    kind: Annotated[Person, typer.Argument(help="Whose data it is.")],
    identity: Annotated[str, typer.Argument(metavar="ID", help="The id that your records use.")],
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Write all that is kept of one user or account as JSON: every version of every row, with its table."""
    terminal = Terminal(quiet)
    with opened(workspace) as space:
        rows = space.disclose(str(kind), identity)
    terminal.rows(rows, [], Format.JSON)


def erase(
    kind: Annotated[Person, typer.Argument(help="Who is erased.")],
    identity: Annotated[str, typer.Argument(metavar="ID", help="The id that your records use.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Blank a person's or an account's data in every version; counts and money stay."""
    terminal = Terminal(quiet)
    with opened(workspace) as space:
        question = f"Blank every version of {kind} {identity} in {space.folder}? This cannot be undone."
        if not yes and not typer.confirm(question, err=True):
            raise typer.Exit(1)
        space.erase(str(kind), identity)
    terminal.say(f"{kind.capitalize()} {identity} is erased. Counts, money and published figures stand.")


COMMANDS = (
    Command(
        "check",
        check,
        "Look for faults, and say what to do about each.",
        examples("holdfast check", "holdfast check --format json"),
    ),
    Command(
        "settings",
        settings,
        "Show what the workspace counts by, or change it.",
        examples(
            "holdfast settings",
            "holdfast settings currency",
            "holdfast settings core_events report_created,report_shared",
            'holdfast settings activation "3 report_created and 1 invited within 7 days"',
            "holdfast settings zone Europe/Berlin --valid-from 2025-01-01",
        ),
    ),
    Command(
        "refresh",
        refresh,
        "Bring what is kept of the records up to date, or make it anew.",
        examples("holdfast refresh", "holdfast refresh --whole -w acme"),
    ),
    Command(
        "compact",
        compact,
        "Merge the workspace's small files into fewer.",
        examples("holdfast compact -w acme"),
    ),
    Command(
        "disclose",
        disclose,
        "Write all that is kept of one user or account, to hand to them.",
        examples("holdfast disclose user U-1042 > u-1042.json", "holdfast disclose account A-77 -w acme"),
    ),
    Command(
        "erase",
        erase,
        "Erase one user or account. Blanks what is personal in every version of every record; counts and "
        "money stay.",
        examples("holdfast erase user U-1042", "holdfast erase account A-77 --yes"),
    ),
)
