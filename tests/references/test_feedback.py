"""Scores of public data sets equal the results published, each under the definition that gives it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import holdfast
from holdfast.flow import Workspace


@pytest.fixture
def space(tmp_path: Path) -> Workspace:
    return holdfast.create(tmp_path / "space")


def test_sudzilla_nps_of_everyone_who_answered(space: Workspace, data: Path, examples: Path) -> None:
    """0-6 against 9-10 of all 39, with nobody named and so nobody taken twice."""
    folder = data / "nps_sudzilla"
    mapping = examples / "sudzilla" / "survey_responses.toml"
    assert space.import_files("survey_responses", [folder / "input_02.csv"], mapping=mapping).new == 39
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


PUBLISHED = {
    (81, 263): (0.2553, 0.3662),
    (15, 148): (0.0624, 0.1605),
    (0, 20): (0.0, 0.1611),
    (1, 29): (0.0061, 0.1718),
    (19, 38): (0.3485, 0.6515),
}


def test_wilson_bounds_of_newcombe_1998_stand_beside_a_share(space: Workspace, tmp_path: Path) -> None:
    """A survey for each published share: so many satisfied of so many who answered."""
    lines = ["response_id,survey_id,kind,answered_at,score,scale_min,scale_max"]
    for hits, trials in PUBLISHED:
        lines += [
            f"{trials}-{place},{hits} of {trials},csat,2024-03-05T09:00:00Z,{5 if place < hits else 1},1,5"
            for place in range(trials)
        ]
    answers = tmp_path / "answers.csv"
    answers.write_text("\n".join(lines))
    space.import_files("survey_responses", [answers])
    found = space.kpis(["csat"], first="2024-03", last="2024-03")
    bounds = {figure.of["survey"]: (figure.low, figure.high) for figure in found}
    assert len(bounds) == len(PUBLISHED)
    for (hits, trials), wanted in PUBLISHED.items():
        assert bounds[f"{hits} of {trials}"] == pytest.approx(wanted, abs=0.00006)


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8-sig") as opened:
        return list(csv.DictReader(opened))
