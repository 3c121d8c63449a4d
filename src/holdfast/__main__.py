"""`holdfast` and `python -m holdfast`: the library's commands."""

from __future__ import annotations

from holdfast.cli import app


def main() -> None:
    """Run the command that the shell names."""
    app(prog_name="holdfast")


if __name__ == "__main__":
    main()
