"""Feedback on the page: the answers and trends of the records, filtered, searched and paged."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote

from playwright.sync_api import expect

from holdfast import flow
from holdfast.report.look import Look
from holdfast.report.waves import series_told
from tests.pages.conftest import OWNER, PERIOD, READER, Pages, Visit

AT = f"period={PERIOD}&lang=en"


def given(pages: Pages) -> tuple[datetime, list[dict[str, Any]]]:
    """When the period ends, and every answer before that, by the records alone."""
    with flow.open(pages.folder, read_only=True) as space:
        end = space.calendar.period("month", PERIOD).end
        rows = space.records("survey_responses")
        return end, rows.filter(rows.answered_at < end).to_pyarrow().to_pylist()


def count(text: str) -> int:
    found = re.search(r"Answers: ([\d,]+)", text)
    assert found
    return int(found[1].replace(",", ""))


def test_answers_are_those_of_the_records_by_kind_group_and_words(pages: Pages) -> None:
    _, rows = given(pages)
    assert count(pages.get(f"/feedback/?{AT}", READER)[1]) == len(rows) > 0
    word = next(row["comment"].split()[0] for row in rows if row["comment"])
    asked = {
        "kind=nps": lambda row: row["kind"] == "nps",
        "group=detractors": lambda row: row["kind"] == "nps" and row["score"] <= 6,
        "group=promoters": lambda row: row["kind"] == "nps" and row["score"] >= 9,
        "written=1": lambda row: bool((row["comment"] or "").strip()),
        f"q={quote(word.upper())}": lambda row: word.lower() in (row["comment"] or "").lower(),
    }
    found = {words: count(pages.get(f"/feedback/?{AT}&{words}", OWNER)[1]) for words in asked}
    assert found == {words: sum(map(true, rows)) for words, true in asked.items()}
    assert all(found.values())


def test_they_come_newest_first_page_by_page(pages: Pages) -> None:
    _, rows = given(pages)
    newest = sorted(rows, key=lambda row: (-row["answered_at"].timestamp(), row["response_id"]))
    texts = [pages.get(f"/feedback/?{AT}&from={start}", READER)[1] for start in (0, 30)]
    shown = [re.findall(r'<blockquote dir="auto">(.*?)</blockquote>', text) for text in texts]
    wanted = [[row["comment"] for row in newest[start : start + 30] if row["comment"]] for start in (0, 30)]
    assert [len(each) for each in shown] == [len(each) for each in wanted]
    assert shown[0] == wanted[0]


def test_a_segment_keeps_the_answers_to_its_members(pages: Pages) -> None:
    end, _ = given(pages)
    with flow.open(pages.folder, read_only=True) as space:
        inside = set(space.segments.members("team", at=end).rows["account_id"].to_pylist())
        every = space.voices(end).rows["account_id"].to_pylist()
    assert count(pages.get(f"/feedback/?{AT}&segment=team", OWNER)[1]) == sum(
        each in inside for each in every
    )


def test_waves_have_their_interval_and_response_rate(visit: Callable[..., Visit], pages: Pages) -> None:
    end, _ = given(pages)
    with flow.open(pages.folder, read_only=True) as space:
        ((waves, *_), *_) = space.waves((), as_of=end).values()
    title, rows = series_told("nps", waves, Look())
    page = visit(READER).go(f"/feedback/?{AT}")
    shown = page.get_by_role("region", name=title).locator("tbody tr").first.locator("th, td")
    newest = rows[-1]
    expected = [
        newest.wave,
        newest.when,
        newest.value,
        newest.interval,
        newest.than,
        newest.answers,
        newest.rate,
    ]
    expect(shown).to_have_text(expected)


def test_themes_that_recur_stand_with_their_customers(pages: Pages) -> None:
    with flow.open(pages.folder, read_only=True) as space:
        found = space.themes()
    flagged = [each for each in found.found if each.is_recurring or each.is_rising]
    assert flagged
    text = pages.get(f"/feedback/?{AT}", READER)[1]
    table = text[text.index('id="themes"') : text.index('id="said"')]
    assert re.findall(r'<th scope="row"><bdi>(.*?)</bdi>', table) == [each.name for each in flagged[:10]]
    for each in flagged[:10]:
        assert all(f"/customers/{quote(account)}/" in table for account in each.accounts[:5])
    assert table.count("recurring") >= sum(each.is_recurring for each in flagged[:10])


def test_what_cannot_be_asked_says_so(pages: Pages) -> None:
    assert pages.get(f"/feedback/?{AT}&kind=npss", OWNER)[0] == 400
    assert pages.get(f"/feedback/?{AT}&group=fans", OWNER)[0] == 400
    assert pages.get(f"/feedback/?{AT}&from=x", OWNER)[0] == 400
    assert "No answer is like this" in pages.get(f"/feedback/?{AT}&q=zzzzzz", OWNER)[1]
