"""`holdfast` and `python -m holdfast`: the library's commands, and those of the server."""

from __future__ import annotations

import gc

from holdfast.cli import app
from holdfast.cli.demonstrating import ENDINGS
from holdfast.web import commands, upkeep_commands
from holdfast.web.alert_commands import alerts_app
from holdfast.web.member_commands import members_app

for command in (*commands.COMMANDS, *upkeep_commands.COMMANDS):
    app.command(command.name, help=command.help, epilog=command.epilog)(command.run)
app.add_typer(commands.keys_app)
app.add_typer(members_app)
app.add_typer(alerts_app)
ENDINGS.append(commands.serve_demo)

EXPRESSIONS = 100_000, 20, 100
"""A board is some hundred thousand small objects that all live until it is shown. By Python's own
thresholds the collector walks them again and again, a sixth of a board's time, and frees nothing."""


def main() -> None:
    """Run the command that the shell names."""
    gc.set_threshold(*EXPRESSIONS)
    app(prog_name="holdfast")


if __name__ == "__main__":
    main()
