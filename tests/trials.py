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
trial with all its cases, as it was run last; what they measured stands in the last column. Seconds are
of one process, two running beside one another.

| trial | result | cases | seconds | last run | measured |
|---|---|---|---|---|---|
"""


@dataclass
class Trial:
    """What came of the cases of one trial."""

    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: float = 0
    measured: list[str] = field(default_factory=list)

    def row(self, name: str, run: str) -> str:
        """The trial as a line of the page, where it was run last."""
        result = ", ".join(f"{count} {outcome}" for outcome, count in sorted(self.outcomes.items()))
        if len(self.outcomes) == 1:
            (result,) = self.outcomes
        measured = "; ".join(self.measured)
        return f"| {name} | {result} | {self.outcomes.total()} | {self.seconds:.0f} | {run} | {measured} |"


class TrialsPage:
    """Collects the outcome of each trial and writes the page when the run is over.

    Rows of trials that were not run this time stay as they are, while their tests are there.
    """

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
        version = ".".join(map(str, sys.version_info[:3]))
        run = f"{datetime.now(UTC).date()}, {commit.stdout.strip() or 'unknown'}, Python {version}"
        rows = self._kept() | {name: trial.row(name, run) for name, trial in self.trials.items()}
        self.page.write_text(HEAD + "\n".join(rows[name] for name in sorted(rows)) + "\n")

    def _kept(self) -> dict[str, str]:
        """The rows that the page has of trials that are there still."""
        lines = self.page.read_text().splitlines() if self.page.exists() else []
        rows = {line.split(" | ")[0].removeprefix("| "): line for line in lines if "::" in line}
        return {name: line for name, line in rows.items() if self._is_there(name)}

    def _is_there(self, name: str) -> bool:
        file, _, test = name.partition("::")
        path = Path(__file__).parent / file
        return path.exists() and f"def {test}(" in path.read_text()
