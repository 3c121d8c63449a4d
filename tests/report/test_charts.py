"""Charts say what figures say: their encodings, their marks for doubt, both directions, five languages."""

from __future__ import annotations

import shutil
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from holdfast.errors import HoldfastError
from holdfast.metrics.figure import Figure
from holdfast.report.charts import (
    MOVEMENTS,
    Frame,
    TargetLine,
    framed,
    heatmap,
    movements,
    survival,
    time_series,
    told_apart,
)
from holdfast.report.charts.captions import caption, marks_of
from holdfast.report.charts.drawing import png_of, svg_of
from holdfast.report.charts.labels import apart
from holdfast.report.charts.survival import MOST_STEPS
from holdfast.report.charts.theme import DARK, config
from holdfast.words import LANGUAGES
from holdfast.words.order import ordered
from tests.report.made_up import figure

SVG = "{http://www.w3.org/2000/svg}"


def churn() -> list[Figure]:
    """Six months, the third undefined, the last provisional."""
    made = [
        figure("customer_churn_rate", month, Decimal(month) / 100, "share", n=90, low=0.001, high=0.1)
        for month in range(1, 7)
    ]
    made[2] = replace(made[2], value=None, low=None, high=None, reason="empty_denominator")
    made[5] = replace(made[5], status="provisional")
    return made


def split() -> list[Figure]:
    return [
        figure("mrr", month, Decimal(amount * month), "USD", n=n, segment={"plan": plan})
        for plan, amount, n in (("pro", 900, 30), ("team", 901, 50), ("free_tier", 5, 3))
        for month in (1, 2, 3)
    ]


def moved() -> list[Figure]:
    return [
        figure(metric, month, Decimal(100 * (place + 1)), "USD", n=3)
        for place, metric in enumerate(MOVEMENTS)
        for month in (1, 2)
    ]


def curve() -> list[Figure]:
    steps = ((0.0, 1.0), (1.5, 0.8), (4.0, 0.6))
    return [
        figure("survival", 6, alive, "share", n=9, of={"months": at}, low=alive - 0.1, high=alive)
        for at, alive in steps
    ]


def test_of_a_curve_of_many_steps_those_are_drawn_that_can_be_told_apart() -> None:
    steps = [
        replace(curve()[0], of={"months": number}, value=1 - number / 60_000) for number in range(30_000)
    ]
    drawn = told_apart(steps)
    assert len(drawn) <= MOST_STEPS + 1
    assert drawn[-1] == steps[-1]
    times = [float(each.of["months"]) for each in drawn]
    assert max(later - sooner for sooner, later in pairwise(times)) < 2 * 30_000 / MOST_STEPS
    assert all(each in steps[:200] for each in drawn[:1])
    assert told_apart(curve()) == curve()


def cohorts() -> list[Figure]:
    return [
        figure(
            "cohort_retention",
            month,
            Decimal(49) / 96 if month + age <= 3 else None,
            "share",
            of={"age": age},
            n=96,
            numerator=49,
            denominator=96,
            reason=None if month + age <= 3 else "pending",
        )
        for month in (1, 2, 3)
        for age in (0, 1, 2)
    ]


def every(frame: Frame) -> Iterator[Any]:
    yield time_series(churn(), frame, TargetLine(0.02, "target 2%"))
    yield time_series(split(), frame)
    yield movements(moved(), frame)
    yield survival(curve(), frame)
    yield heatmap(cohorts(), frame)


def layers(spec: dict[str, Any], mark: str) -> list[dict[str, Any]]:
    def kind(layer: dict[str, Any]) -> str:
        return layer["mark"] if isinstance(layer["mark"], str) else layer["mark"]["type"]

    return [layer for layer in spec["layer"] if kind(layer) == mark]


def rows(spec: dict[str, Any], layer: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (layer.get("data") or spec["data"])["values"]
    return found


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314


def texts(svg: str) -> list[str]:
    return ["".join(each.itertext()) for each in parsed(svg).iter(f"{SVG}text")]


def test_a_line_has_a_gap_where_it_is_undefined_and_is_dashed_where_it_may_change() -> None:
    spec = framed(time_series(churn(), Frame("Churn")), Frame("Churn"))
    solid, dashed = layers(spec, "line")
    steps = [[row["value"] for row in rows(spec, line)] for line in (solid, dashed)]
    assert steps == [[0.01, 0.02, 0.04, 0.05], [0.05, 0.06]]
    assert dashed["mark"]["strokeDash"] == [4, 4]
    (gap,) = [layer for layer in layers(spec, "text") if layer["mark"].get("text") == "–"]
    assert rows(spec, gap)[0]["said"] == "March 2025 · nothing to divide by"


def test_the_interval_is_a_band_and_the_value_stands_at_the_end() -> None:
    spec = framed(time_series(churn(), Frame("Churn")), Frame("Churn"))
    (band,) = layers(spec, "area")
    assert (band["encoding"]["y"]["field"], band["encoding"]["y2"]["field"]) == ("low", "high")
    assert {row["low"] for row in rows(spec, band)} == {0.001, None}
    (end,) = [layer for layer in layers(spec, "text") if "text" in layer["encoding"]]
    assert [row["end"] for row in rows(spec, end)] == ["6.0% *"]
    assert band["encoding"]["y"]["axis"]["format"] == "%"


def test_a_target_is_a_dashed_line_with_its_value() -> None:
    spec = framed(time_series(churn(), Frame("Churn"), TargetLine(0.02, "target 2%")), Frame("Churn"))
    (rule,) = layers(spec, "rule")
    assert rows(spec, rule) == [{"value": 0.02, "said": "target 2%"}]
    assert rule["mark"]["strokeDash"]


def test_what_is_said_of_a_target_keeps_its_number_whole_where_reading_goes_to_the_left() -> None:
    frame = Frame("ریزش", language="fa")
    spec = framed(time_series(churn(), frame, TargetLine(0.02, "هدف ۲٪")), frame)
    (rule,) = layers(spec, "rule")
    (row,) = rows(spec, rule)
    assert row["said"] == frame.spoken("هدف ۲٪") != "هدف ۲٪"


def test_lines_are_named_at_their_ends_and_names_do_not_touch() -> None:
    spec = framed(time_series(split(), Frame("MRR")), Frame("MRR"))
    assert not layers(spec, "area")
    (end,) = [layer for layer in layers(spec, "text") if "text" in layer["encoding"]]
    said = {row["end"]: row["at"] for row in rows(spec, end)}
    assert set(said) == {"plan team  USD 2,703.00", "plan pro  USD 2,700.00", "plan free_tier  USD 15.00"}
    assert said["plan team  USD 2,703.00"] - said["plan pro  USD 2,700.00"] > 100
    assert apart([5, 1, 1.5], 1) == [5, 1, 2]


def test_losses_go_down_and_bars_start_at_zero() -> None:
    spec = framed(movements(moved(), Frame("MRR")), Frame("MRR"))
    (bars,) = layers(spec, "bar")
    amounts = {row["name"]: row["amount"] for row in rows(spec, bars)}
    assert {name for name, amount in amounts.items() if amount < 0} == {"Contraction MRR", "Churned MRR"}
    assert bars["encoding"]["y"]["scale"]["zero"] is True
    (net,) = layers(spec, "point")
    assert {row["name"] for row in rows(spec, net)} == {"Net new MRR"}


def test_a_curve_falls_in_steps_from_whole_to_none() -> None:
    spec = framed(survival(curve(), Frame("Survival")), Frame("Survival"))
    (line,) = layers(spec, "line")
    assert line["mark"]["interpolate"] == "step-after"
    assert line["encoding"]["y"]["scale"]["domain"] == [0, 1]
    assert [row["value"] for row in rows(spec, line)] == [1.0, 0.8, 0.6]


def test_a_mirrored_curve_falls_where_the_plain_one_does() -> None:
    mirrored = Frame("Survival", language="fa")
    spec = framed(survival(curve(), mirrored), mirrored)
    for mark in ("line", "area"):
        (drawn,) = layers(spec, mark)
        # Lines are drawn from the left, where a mirrored curve ends.
        assert drawn["mark"]["interpolate"] == "step-before"
        assert drawn["encoding"]["x"]["scale"]["reverse"] is True


def test_a_cell_says_how_many_of_how_many_and_a_young_one_that_it_is_not_over() -> None:
    spec = framed(heatmap(cohorts(), Frame("Cohorts")), Frame("Cohorts"))
    (words,) = layers(spec, "text")
    cells = {(row["cohort"], row["age"]): row for row in rows(spec, words)}
    assert cells["Jan 2025", "1"]["text"] == "51%"
    assert cells["Jan 2025", "1"]["said"] == "January 2025 · +1 · 51.0% · 49 of 96"
    assert (cells["Mar 2025", "1"]["text"], cells["Mar 2025", "1"]["value"]) == ("·", None)
    assert cells["Mar 2025", "1"]["said"] == "March 2025 · +1 · still open"


@pytest.mark.parametrize("language", ["fa", "ar"])
def test_from_right_to_left_steps_and_names_are_mirrored(language: str) -> None:
    frame = Frame("نگه‌داشت", ("درصد",), language)
    spec = framed(time_series(churn(), frame), frame)
    (band,) = layers(spec, "area")
    domain = band["encoding"]["x"]["scale"]["domain"]
    first = rows(spec, band)[0]["period"]
    assert domain[-1] == first
    assert band["encoding"]["y"]["axis"]["orient"] == "right"
    assert spec["config"]["title"]["anchor"] == "end"
    moves = framed(survival(curve(), frame), frame)
    assert layers(moves, "line")[0]["encoding"]["x"]["scale"]["reverse"] is True
    cells = framed(heatmap(cohorts(), frame), frame)
    assert layers(cells, "text")[0]["encoding"]["y"]["axis"]["orient"] == "right"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_is_drawn_in_every_language(language: str) -> None:
    frame = Frame("Title & more", ("caption",), language)
    for chart in every(frame):
        svg = svg_of(framed(chart, frame), language)
        root = parsed(svg)
        assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == language
        title = root.find(f"{SVG}title")
        assert title is not None
        assert "Title & more" in str(title.text)
        assert texts(svg)


def test_persian_digits_stand_on_the_axis() -> None:
    frame = Frame("x", (), "fa")
    said = " ".join(texts(svg_of(framed(time_series(churn(), frame), frame), "fa")))
    assert ordered("۲٪", "fa") in said
    assert not set("0123456789") & set(said)


def test_two_never_share_an_axis_and_the_grid_is_horizontal_alone() -> None:
    frame = Frame("x")
    for chart in every(frame):
        spec = framed(chart, frame)
        assert "resolve" not in spec
        grids = {
            channel
            for layer in spec["layer"]
            for channel in ("x", "y")
            if ((layer["encoding"].get(channel) or {}).get("axis") or {}).get("grid")
        }
        assert grids <= {"y"}


def test_a_caption_says_unit_periods_and_as_of_and_what_marks_mean() -> None:
    said = caption(churn(), "en", as_of=datetime(2025, 7, 1), marks=marks_of(churn(), "en", band=True))
    assert said == (
        "percent, January 2025 to June 2025 · as of 1 July 2025",
        "band: 95 % interval · dashed: provisional · –: undefined",
    )


def test_dark_has_the_same_form_in_other_colours() -> None:
    light, dark = config("en"), config("en", DARK)
    assert light.keys() == dark.keys()
    assert light["background"] != dark["background"]


@pytest.mark.parametrize("language", ["en", "fa", "hi"])
def test_a_png_is_drawn_where_librsvg_is(language: str) -> None:
    if shutil.which("rsvg-convert") is None:
        pytest.skip("rsvg-convert is not installed: apt install librsvg2-bin")
    frame = Frame("x", (), language)
    png = png_of(svg_of(framed(time_series(churn(), frame), frame), language), language)
    assert png.startswith(b"\x89PNG")


def test_without_librsvg_latin_letters_are_drawn_and_others_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    frame = Frame("x")
    svg = svg_of(framed(time_series(churn(), frame), frame), "en")
    assert png_of(svg, "en").startswith(b"\x89PNG")
    for language in ("hi", "ar", "fa"):
        with pytest.raises(HoldfastError, match="rsvg-convert") as caught:
            png_of(svg, language)
        assert caught.value.hint == "apt install librsvg2-bin, or write an SVG."
