"""`holdfast chart` on a workspace: each kind of chart, and what is refused."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

import holdfast
from holdfast.cli import app
from holdfast.flow import Question
from tests.demo import demo

__all__ = ["demo"]


def run(*arguments: object) -> str:
    ran = CliRunner().invoke(app, [str(each) for each in arguments])
    return f"{ran.exit_code} {ran.output}"


@pytest.mark.parametrize(
    "asked",
    [
        ("mrr", "--by", "plan", "--lang", "fa"),
        ("customer_churn_rate", "--to", "2024-08"),
        ("mrr_movements", "--lang", "hi"),
        ("survival",),
        ("cohort_retention.net_revenue",),
    ],
)
def test_a_chart_is_drawn(asked: tuple[str, ...], demo: Path, tmp_path: Path) -> None:
    file = tmp_path / "chart.svg"
    assert run("chart", *asked, "-w", demo, "-o", file).startswith("0 Wrote ")
    assert ET.fromstring(file.read_text()).tag.endswith("svg")  # noqa: S314


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("mrr", "-o", "chart.pdf"), "A chart is not drawn as chart.pdf."),
        (("mrr", "-o", "nowhere/chart.svg"), "There is no folder nowhere."),
        (("mr", "-o", "chart.svg"), "No metric is called 'mr'."),
        (("nps", "--from", "2030-01", "--to", "2030-02", "-o", "chart.svg"), "There is nothing to draw"),
    ],
)
def test_what_cannot_be_drawn_is_said(
    asked: tuple[str, ...], told: str, demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = CliRunner().invoke(app, ["chart", *asked, "-w", str(demo)])
    assert ran.exit_code != 0
    assert told in ran.output + (ran.stderr if ran.stderr_bytes else "") + str(ran.exception)
    assert list(tmp_path.iterdir()) == []


def test_the_steps_of_a_curve_are_those_of_its_spells(demo: Path) -> None:
    with holdfast.open(demo) as space:
        steps = space.curve(Question(("survival",), first="2024-08", last="2024-08"))
        figures = space.kpis(["survival"], first="2024-08", last="2024-08")
    at = {float(step.of["months"]): step.value for step in steps}
    assert list(at) == sorted(at)
    assert at[0.0] in {1.0, *at.values()}
    for told in figures:
        months = float(told.of["months"])
        if told.value is not None:
            assert told.value == [value for when, value in at.items() if when <= months][-1]
