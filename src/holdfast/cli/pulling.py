"""The command that reads what a service has: pull."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from holdfast.cli.guard import LOOK_AT_IT, Command, examples
from holdfast.cli.options import InWorkspace, Quiet, opened
from holdfast.cli.progress import Progress
from holdfast.cli.terminal import Terminal

if TYPE_CHECKING:
    from holdfast.flow.arrivals.receiving import Taken
    from holdfast.warehouse import Appended


def sources(incomplete: str) -> list[str]:
    """For shell completion: the services that begin so."""
    from holdfast.flow.arrivals.pulling import pulled

    return [name for name in pulled() if name.startswith(incomplete)]


def pull(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="The service, such as stripe, or a declared database.",
            autocompletion=sources,
        ),
    ],
    whole: Annotated[
        bool, typer.Option("--whole", help="Read everything again, not only what is new.")
    ] = False,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Read what a service has and bring the records up to date."""
    terminal = Terminal(quiet)
    seen: Counter[str] = Counter()
    with opened(workspace) as space, Progress(terminal) as progress:

        def told(what: str, count: int) -> None:
            seen[what] += count
            progress(f"{source}: {what}", seen[what], None)

        taken = space.sources.pull(source, whole=whole, progress=told)
    _say(terminal, taken)
    if taken.rejected or any(not each.left_out for each in taken.unused):
        raise typer.Exit(LOOK_AT_IT)


def _say(terminal: Terminal, taken: Taken) -> None:
    known = f", {taken.repeated:,} known already" if taken.repeated else ""
    if taken.new or taken.repeated or not taken.rows:
        terminal.say(f"{taken.new:,} messages{known}")
    for table, done in taken.rows.items():
        terminal.say(f"{table}: {_changes(done) or 'nothing new'}")
    for (kind, problem), count in Counter(
        (each.object, each.problem) for each in taken.unused if each.left_out
    ).items():
        terminal.say(f"left out: {kind}, {problem} ({count:,})")
    if waiting := taken.rejected + sum(not each.left_out for each in taken.unused):
        terminal.say(f"{waiting:,} could not be used; `holdfast rejects` says why.")


def _changes(done: Appended) -> str:
    counts = {"new": done.new, "changed": done.changed, "gone": done.buried, "of erased people": done.erased}
    return ", ".join(f"{count:,} {word}" for word, count in counts.items() if count)


COMMANDS = (
    Command(
        "pull",
        pull,
        "Read what a service or a declared database has: all of it the first time, then only what is new. "
        "Stopped, it goes on where it was. A key is read from HOLDFAST_STRIPE_KEY, the file that "
        "HOLDFAST_STRIPE_KEY_FILE names, or secrets.toml in the workspace; so for the others.",
        examples("holdfast pull stripe", "holdfast pull stripe --whole -w acme", "holdfast pull shop"),
    ),
)
