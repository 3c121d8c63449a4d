"""The page of the long trials keeps what was not run this time."""

from __future__ import annotations

from pathlib import Path

from tests.trials import Trial, TrialsPage

HERE = "test_trials_page.py::test_rows_of_trials_that_were_not_run_stay_while_their_tests_are_there"
OTHER = "insights/test_uplift.py::test_without_an_effect_daily_looks_seldom_find_one"
GONE = "insights/test_uplift.py::test_that_was_removed"


def test_rows_of_trials_that_were_not_run_stay_while_their_tests_are_there(tmp_path: Path) -> None:
    page = TrialsPage(tmp_path / "trials.md")
    for names in ([OTHER, GONE], [HERE]):
        page.trials.clear()
        for name in names:
            page.trials[name] = Trial()
            page.trials[name].outcomes["passed"] += 1
        page.pytest_sessionfinish()
    rows = [line.split(" | ") for line in page.page.read_text().splitlines() if "::" in line]
    assert [row[0].removeprefix("| ") for row in rows] == [OTHER, HERE]
    assert {row[1] for row in rows} == {"passed"}
