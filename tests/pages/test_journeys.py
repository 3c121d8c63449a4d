"""Journeys on a page: what the library says, each stage a bar, and the same rows to take away."""

from __future__ import annotations

import re

from holdfast import flow
from holdfast.report.journeys import COLUMNS, against_text, heading, journeys_as_rows, share_text, way
from holdfast.report.look import Look
from holdfast.report.rows import as_csv
from tests.pages.conftest import READER, STRANGER, Pages

PLACE = "/insights/journeys/"


def test_stages_are_the_librarys_each_with_its_bar(pages: Pages) -> None:
    with flow.open(pages.folder, read_only=True) as space:
        found = space.journeys(20)
    _, text, _ = pages.get(f"{PLACE}?days=20&lang=en", READER)
    assert 'hx-get="/insights/journeys/stages/?' in text
    _, text, _ = pages.get(f"{PLACE}stages/?days=20&lang=en", READER, HX_Target="part")
    assert heading(found, "en") in text
    assert [f"<bdi>{each}</bdi>" in text for each in way(found, "en")] == [True] * 4
    bars = [float(each) for each in re.findall(r'<progress value="([^"]+)"', text)]
    assert bars == [round(each.conversion or 0.0, 4) for each in found.passages]
    assert len(bars) >= 3
    for each in found.passages:
        assert share_text(each, Look()) in text
        assert against_text(each, "en") in text


def test_rows_are_taken_away_and_mistakes_named(pages: Pages) -> None:
    with flow.open(pages.folder, read_only=True) as space:
        found = space.journeys()
    assert pages.get(f"{PLACE}all.csv", READER)[1] == as_csv(journeys_as_rows(found), COLUMNS)
    with flow.open(pages.folder, read_only=True) as space:
        found = space.journeys(last="2024-12")
    earlier = pages.get(f"{PLACE}all.csv?period=2024-12", READER)[1]
    assert earlier == as_csv(journeys_as_rows(found), COLUMNS)
    assert pages.get(f"{PLACE}stages/?days=0", READER)[0] == 400
    assert pages.get(PLACE, STRANGER)[0] == 302
