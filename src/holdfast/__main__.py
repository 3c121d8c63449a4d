"""`holdfast` and `python -m holdfast`: the library's commands, and those of the server."""

from __future__ import annotations

from holdfast.cli import app
from holdfast.web import commands

for command in commands.COMMANDS:
    app.command(command.name, help=command.help, epilog=command.epilog)(command.run)
app.add_typer(commands.keys_app)


def main() -> None:
    """Run the command that the shell names."""
    app(prog_name="holdfast")


if __name__ == "__main__":
    main()
