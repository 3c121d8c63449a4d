"""What stands around every command: its errors in words, its exit code, its help."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import typer
from typer.core import TyperGroup

from holdfast.cli.helping import ASKED, asked_of, read_by
from holdfast.cli.terminal import prepare_streams
from holdfast.errors import HoldfastError

LOOK_AT_IT = 6
INTERRUPTED = 130
EXIT_CODES = {
    0: "done",
    1: "something a person can mend went wrong; the message says what",
    2: "a command, option, name or value that does not exist or does not fit",
    3: "a file, mapping or row that cannot be read as it says it should be",
    4: "no workspace there, or one this version cannot open",
    5: "another process is writing; the same call may succeed later",
    LOOK_AT_IT: "done, and something needs a look: rows were rejected, or the check found an error",
    7: "a service outside did not answer; the same call may succeed later",
    INTERRUPTED: "stopped by the keyboard",
}


@dataclass(frozen=True)
class Command:
    """One command as the application registers it."""

    name: str
    run: Callable[..., None]
    help: str
    epilog: str


def examples(*lines: str, head: str = "Examples") -> str:
    """The lines that stand below a command's options, kept as they are."""
    return "\b\n" + "\n".join([f"{head}:", *(f"  {line}" for line in lines)])


class GuardedGroup(TyperGroup):
    """The application's group: a mistake becomes a message and an exit code, never a trace.

    Help, its own and that of every command, is told in the reader's language.
    """

    def __init__(self, **made: Any) -> None:
        super().__init__(**made)
        read_by(self)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the options; in which language to help is known before they are."""
        ctx.meta[ASKED] = asked_of(args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; print what a `HoldfastError` says and leave with its exit code."""
        prepare_streams()
        try:
            return super().invoke(ctx)
        except HoldfastError as error:
            tell(error)
            raise typer.Exit(error.exit_code) from error
        except KeyboardInterrupt as stop:
            raise stopped() from stop
        except RuntimeError as stop:
            # So DuckDB tells of Ctrl-C in the middle of a query.
            if str(stop) != "Query interrupted":
                raise
            raise stopped() from stop
        except BrokenPipeError as closed:
            sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
            raise typer.Exit(0) from closed
        except OSError as problem:
            told = HoldfastError(f"{problem.strerror or problem}: {problem.filename or 'a file'}.")
            tell(told)
            raise typer.Exit(told.exit_code) from problem


def stopped() -> typer.Exit:
    """What ends a command that the keyboard stopped."""
    sys.stderr.write("\nStopped. What was not finished was not kept.\n")
    return typer.Exit(INTERRUPTED)


def tell(error: HoldfastError) -> None:
    """Write an error and its hint to standard error."""
    sys.stderr.write(f"Error: {error.message}\n")
    if error.hint:
        sys.stderr.write(f"{error.hint}\n")
    if not error.permanent:
        sys.stderr.write("Trying again later may help.\n")
