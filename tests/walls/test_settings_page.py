"""Every setting, rule, exit code and output column stands on its page, and no other does."""

from __future__ import annotations

import re

from holdfast.cli.guard import EXIT_CODES
from holdfast.flow.knowing.settings import SETTINGS, known_settings
from holdfast.report.rows import COLUMNS
from holdfast.rulebook import HELP, Rulebook
from tests.walls.source import ROOT


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text()


def rows(text: str, heading: str) -> list[list[str]]:
    """The cells of the first table below a heading."""
    below = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in below.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[1:]]


def ticked(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_setting_is_documented_with_its_default() -> None:
    told = {ticked(row[0])[0]: row[1] for row in rows(page("settings.md"), "Settings")}
    assert set(told) == set(SETTINGS)
    for name, setting in SETTINGS.items():
        without = f"`{setting.default}`" if setting.default not in (None, []) else "none"
        assert told[name] == without, name


def test_every_rule_is_documented_with_its_default() -> None:
    told = {ticked(row[0])[0]: ticked(row[1])[0] for row in rows(page("settings.md"), "Rules")}
    rules = Rulebook().as_mapping()
    assert told == {f"rules.{name}": str(value) for name, value in rules.items()}
    assert set(HELP) == set(rules)
    assert set(told) | set(SETTINGS) == set(known_settings({}))


def test_every_column_of_the_output_is_documented_in_its_order() -> None:
    told = rows(page("output.md"), "Figures: `holdfast kpis --format json|csv`")
    assert [name for row in told for name in ticked(row[0])] == [*COLUMNS, "target"]


def test_every_exit_code_is_documented() -> None:
    told = {int(row[0]): row[1].split(";")[0] for row in rows(page("output.md"), "Exit codes")}
    assert set(told) == set(EXIT_CODES)
    for code, meaning in EXIT_CODES.items():
        assert told[code] == meaning.split(";")[0]
