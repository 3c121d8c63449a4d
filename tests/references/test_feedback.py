"""Scores of public data sets equal the results published, each under the definition that gives it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import holdfast
from holdfast.flow import Workspace

QUESTION = "On a scale of 0-10, how would you rate Sudzilla?"


@pytest.fixture
def space(tmp_path: Path) -> Workspace:
    return holdfast.create(tmp_path / "space")


def test_sudzilla_nps_of_everyone_who_answered(space: Workspace, data: Path, tmp_path: Path) -> None:
    """0-6 against 9-10 of all 39, with nobody named and so nobody taken twice."""
    folder = data / "nps_sudzilla"
    given = _rows(folder / "input_02.csv")
    lines = ["response_id,survey_id,kind,answered_at,score,scale_min,scale_max"]
    for place, row in enumerate(given):
        answered = f"{row['Timestamp'].replace(' ', 'T')}Z"
        lines.append(f"{place},sudzilla,nps,{answered},{row[QUESTION]},0,10")
    answers = tmp_path / "answers.csv"
    answers.write_text("\n".join(lines))
    space.import_files("survey_responses", [answers])
    (published,) = _rows(folder / "expected_output_01.csv")
    told = space.explain("nps[survey=sudzilla]", "year", "2019")
    points = told.rows["numerator"].to_pylist()
    assert len(points) == int(published["Total Respondents"]) == 39
    assert points.count(100) == int(published["Promoter"]) == 8
    assert points.count(-100) == int(published["Detractor"]) == 22
    assert told.figure.value is not None
    assert round(float(told.figure.value), 1) == float(published["NPS Score"]) == -35.9
    (seed,) = space.kpis(["nps.seed_1_10"], grain="year", first="2019", last="2019")
    assert (seed.value, seed.reason) == (None, "empty_denominator")


def test_ravenstack_satisfaction_of_tickets(space: Workspace, data: Path, examples: Path) -> None:
    """The two best of five points, and the mean beside, of the tickets that were given a score."""
    mapping = examples / "ravenstack" / "support_tickets.toml"
    file = data / "ravenstack" / "support_tickets.csv"
    for table in ("tickets", "survey_responses"):
        space.import_files(table, [file], mapping=mapping)
    names = ["csat", "csat.mean", "csat.seed_6_10"]
    found = [space.kpis(names, grain="year", first=year, last=year) for year in ("2023", "2024", "2025")]
    best, mean, seed = (
        [figure for year in found for figure in year if figure.name == name and figure.denominator]
        for name in names
    )
    assert {tuple(figure.of.items()) for figure in best} == {(("survey", "support"), ("scale", "1-5"))}
    answers = sum(int(figure.denominator or 0) for figure in best)
    assert answers == 1_175
    assert round(sum(int(figure.numerator or 0) for figure in best) / answers, 3) == 0.663
    assert round(sum(float(figure.numerator or 0) for figure in mean) / answers, 4) == 3.9813
    assert seed == []


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8-sig") as opened:
        return list(csv.DictReader(opened))
