"""Writes docs/trials.md after the long trials ran whole: what was tried, when and with what result."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

HEAD = """# Trials

The long trials, run whole by `make trials`; `make test` runs the same ones small. Each row is one
trial; what it measured stands in the last column.

Last run {date} on commit {commit}, Python {python}.

| trial | result | seconds | measured |
|---|---|---|---|
"""


class TrialsPage:
    """Collects the outcome of each trial and writes the page when the run is over."""

    def __init__(self, page: Path) -> None:
        self.page = page
        self.rows: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" or "trial" not in report.keywords:
            return
        measured = "; ".join(f"{name} {value}" for name, value in report.user_properties)
        name = report.nodeid.removeprefix("tests/")
        self.rows.append(f"| {name} | {report.outcome} | {report.duration:.0f} | {measured} |")

    def pytest_sessionfinish(self) -> None:
        if not self.rows:
            return
        commit = subprocess.run(
            ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False
        )
        head = HEAD.format(
            date=datetime.now(UTC).date(),
            commit=commit.stdout.strip() or "unknown",
            python=".".join(map(str, sys.version_info[:3])),
        )
        self.page.write_text(head + "\n".join(sorted(self.rows)) + "\n")
