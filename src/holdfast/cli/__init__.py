"""The shell: one turn of the river from a terminal.

Each command imports the rooms it calls when it is called, so that `--help` and completion
answer at once.
"""

from __future__ import annotations

from holdfast.cli.application import app

__all__ = ["app"]
