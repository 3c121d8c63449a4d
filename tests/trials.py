"""Writes docs/trials.md after the long trials ran whole: what was tried, when and with what result."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

HEAD = """# Trials

The long trials, run whole by `make trials`; `make test` runs the same ones small. Each row is one
trial with all its cases; what they measured stands in the last column. Seconds are of one process,
two running beside one another.

Last run {date} on commit {commit}, Python {python}.

| trial | result | cases | seconds | measured |
|---|---|---|---|---|
"""


@dataclass
class Trial:
    """What came of the cases of one trial."""

    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: float = 0
    measured: list[str] = field(default_factory=list)

    def row(self, name: str) -> str:
        """The trial as a line of the page."""
        result = ", ".join(f"{count} {outcome}" for outcome, count in sorted(self.outcomes.items()))
        if len(self.outcomes) == 1:
            (result,) = self.outcomes
        measured = "; ".join(self.measured)
        return f"| {name} | {result} | {self.outcomes.total()} | {self.seconds:.0f} | {measured} |"


class TrialsPage:
    """Collects the outcome of each trial and writes the page when the run is over."""

    def __init__(self, page: Path) -> None:
        self.page = page
        self.trials: defaultdict[str, Trial] = defaultdict(Trial)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        failed_before = report.when != "call" and report.outcome == "failed"
        if "trial" not in report.keywords or not (report.when == "call" or failed_before):
            return
        trial = self.trials[report.nodeid.removeprefix("tests/").split("[")[0]]
        trial.outcomes[report.outcome] += 1
        trial.seconds += report.duration
        trial.measured += [f"{name} {value}" for name, value in report.user_properties]

    def pytest_sessionfinish(self) -> None:
        if not self.trials:
            return
        commit = subprocess.run(
            ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False
        )
        head = HEAD.format(
            date=datetime.now(UTC).date(),
            commit=commit.stdout.strip() or "unknown",
            python=".".join(map(str, sys.version_info[:3])),
        )
        rows = [trial.row(name) for name, trial in sorted(self.trials.items())]
        self.page.write_text(head + "\n".join(rows) + "\n")
