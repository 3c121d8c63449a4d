"""Runs `holdfast` as a process of its own, the way a person's shell does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def holdfast(
    *arguments: object, cwd: Path | None = None, env: dict[str, str] | None = None, given: str | None = None
) -> subprocess.CompletedProcess[bytes]:
    """The process with what it wrote; its terminal is a pipe of 100 columns unless `env` says more."""
    inherited = {name: value for name, value in os.environ.items() if name != "HOLDFAST_WORKSPACE"}
    return subprocess.run(
        [sys.executable, "-m", "holdfast", *map(str, arguments)],
        cwd=cwd,
        env={**inherited, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "100", **(env or {})},
        input=given.encode() if given is not None else None,
        capture_output=True,
        check=False,
        timeout=300,
    )
