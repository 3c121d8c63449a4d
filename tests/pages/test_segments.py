"""Segments by the page: built with a live count, kept, looked into between two days, set side by side."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from holdfast import flow
from holdfast.errors import UsageError
from holdfast.segments import FACTS, rule
from holdfast.web.segments.conditions import SIGNS, added, condition_of, without
from holdfast.words import knows
from tests.pages.conftest import OWNER, PERIOD, READER, Pages, Visit
from tests.pages.test_in_the_browser import RULES

AT = f"period={PERIOD}&lang=en"
RULE = "mrr >= 100 and status = paying"


def expected(pages: Pages, text: str) -> set[str]:
    """Whom a rule holds at the end of the period, by the library."""
    with flow.open(pages.folder, read_only=True) as space:
        end = space.calendar.period("month", PERIOD).end
        return set(space.segments.members(text, at=end).rows["account_id"].to_pylist())


def test_a_segment_is_built_by_fields_counted_live_saved_and_let_go(
    visit: Callable[..., Visit], pages: Pages
) -> None:
    page = visit().go(f"/segments/new/?{AT}")
    page.locator("#rule").press_sequentially("mrr >= 100")
    expect(page.locator("#outcome .number")).to_have_text(str(len(expected(pages, "mrr >= 100"))))
    page.locator("[name=fact]").select_option("status")
    page.locator("#values").wait_for(state="attached")
    page.locator("[name=value]").fill("paying")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#rule")).to_have_value(RULE)
    expect(page.locator("#outcome .number")).to_have_text(str(len(expected(pages, RULE))))
    page.get_by_role("button", name="Take away mrr >= 100").click()
    expect(page.locator("#rule")).to_have_value("status = paying")
    assert Axe().run(page, options=RULES).violations_count == 0
    page.locator("#rule").fill("statsu = paying")
    expect(page.locator("#outcome .alert")).to_contain_text("Did you mean 'status'?")
    page.locator("#rule").fill(RULE)
    expect(page.locator("#outcome .number")).to_have_text(str(len(expected(pages, RULE))))
    page.locator("#name").fill("rich")
    page.get_by_role("button", name="Save the segment").click()
    expect(page.locator("h1")).to_contain_text(f"{len(expected(pages, RULE))} accounts are in rich")
    with flow.open(pages.folder, read_only=True) as space:
        (kept,) = (each for each in space.segments.all() if each.name == "rich")
    assert (str(kept.rule), kept.by) == (RULE, "owner@holdfast.example")
    page.get_by_text("Let this segment go").click()
    page.get_by_role("button", name="Let rich go").click()
    expect(page.locator("h1")).to_have_text("1 segment")


def test_a_reader_counts_and_cannot_save(visit: Callable[..., Visit], pages: Pages) -> None:
    page = visit(READER).go(f"/segments/new/?{AT}&rule=mrr+%3E%3D+100")
    expect(page.locator("#outcome .number")).to_have_text(str(len(expected(pages, "mrr >= 100"))))
    expect(page.locator("#save")).to_have_count(0)
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    posts = [
        page.context.request.post(f"{pages.address}{path}", form={"csrfmiddlewaretoken": token, **told})
        for path, told in (("/segments/new/", {"name": "mine", "rule": RULE}), ("/segments/of/team/", {}))
    ]
    assert [each.status for each in posts] == [403, 403]
    with flow.open(pages.folder, read_only=True) as space:
        assert [each.name for each in space.segments.all()] == ["team"]


def test_the_members_and_who_came_and_went_are_the_librarys(pages: Pages) -> None:
    inside = expected(pages, "team")
    rows = csv.DictReader(pages.get(f"/segments/of/team/members.csv?{AT}", READER)[1].splitlines())
    assert {row["account_id"] for row in rows} == inside != set()
    with flow.open(pages.folder, read_only=True) as space:
        calendar = space.calendar
        ends = [calendar.period("month", label).end for label in ("2024-06", PERIOD)]
        before, after = (
            set(space.segments.members("team", at=end).rows["account_id"].to_pylist()) for end in ends
        )
        (turned,) = space.segments.turnover("team", first=PERIOD, last=PERIOD)
    assert before - after or after - before, "somebody is to come or go"
    _, text, _ = pages.get(f"/segments/of/team/?{AT}&since=2024-06-30&until=2024-12-31", OWNER)
    between = text[text.index('id="between"') : text.index('id="turnover"')]
    entered, _, left = between.partition('id="left"')
    assert set(re.findall(r"/customers/(\w+)/", entered)) == after - before
    assert set(re.findall(r"/customers/(\w+)/", left)) == before - after
    cells = [turned.opening, turned.entered, turned.left, turned.closing]
    row = text[text.index('id="turnover"') :].partition("<tbody>")[2].partition("</tr>")[0]
    assert re.findall(r'class="amount">(\d+)<', row) == [str(each) for each in cells]


def test_two_groups_side_by_side_have_the_librarys_figures(visit: Callable[..., Visit], pages: Pages) -> None:
    page = visit(READER).go(f"/segments/compare/?{AT}&one=team")
    row = page.locator("tr", has_text="Paying customers").first
    with flow.open(pages.folder, read_only=True) as space:
        end = space.calendar.period("month", PERIOD).end
        paying = set(space.segments.members("status = paying", at=end).rows["account_id"].to_pylist())
    team = expected(pages, "team")
    expect(row.locator("td").first).to_have_text(str(len(paying & team)))
    rest = expected(pages, "not (plan = 'team')")
    expect(row.locator("td").nth(1)).to_have_text(str(len(paying & rest)))


def test_what_is_not_there_says_so(pages: Pages) -> None:
    assert pages.get(f"/segments/of/nobody/?{AT}", OWNER)[0] == 404
    assert pages.get(f"/segments/compare/?{AT}&one=nobody", OWNER)[0] == 404
    assert pages.get(f"/segments/compare/?{AT}&board=leadreship", OWNER)[0] == 400


@pytest.mark.parametrize("name", FACTS)
def test_every_fact_has_its_words_and_each_sign_makes_a_rule(name: str) -> None:
    assert knows(f"fact.{name}")
    values = {"text": "x y", "texts": "pro", "number": "5", "text or number": "5"}
    values |= {"length of time": "6 months", "day": "14 days ago"}
    fact = FACTS[name]
    value = fact.values[0] if fact.values else values[fact.kind]
    for sign in SIGNS[fact.kind]:
        asked = {"fact": name, "sign": sign, "value": value, "of": "some thing", "days": "28"}
        text = added("", condition_of(asked), "and")
        assert str(rule(text)) == text
        whole = added("mrr > 1 or mrr < 0", condition_of(asked), "and")
        assert whole == f"(mrr > 1 or mrr < 0) and {text}"
        assert without(whole, 1) == "mrr > 1 or mrr < 0"


def test_a_condition_that_says_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match="a number"):
        added("", condition_of({"fact": "mrr", "sign": ">=", "value": ""}), "and")
    with pytest.raises(UsageError):
        added("", condition_of({"fact": "plan", "sign": "in", "value": " , "}), "and")
    assert added("", condition_of({"fact": "plan", "sign": "not in", "value": "pro, big one"}), "or") == (
        "plan not in (pro, 'big one')"
    )
