"""Causes on the page: what the library says, down to its records; actions added, done and dropped there."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from holdfast import flow
from holdfast.flow.judging.causes import Causes
from holdfast.report.actions import result_text
from holdfast.report.look import Look
from holdfast.words import amount, number, percent, say
from tests.pages.conftest import OWNER, PERIOD, READER, Pages, Visit
from tests.pages.test_in_the_browser import RULES

YEAR = f"grain=trailing_12_months&period={PERIOD}&lang=en"
PAGE = "/insights/causes/"
NEW = {
    "title": "Plans by the year",
    "cause": "price",
    "metric": "mrr_churn",
    "owner": "ana",
    "due": "2026-12-31",
}


def causes_by_the_library(pages: Pages) -> Causes:
    with flow.open(pages.folder, read_only=True) as space:
        return space.causes(period=PERIOD)


def test_areas_are_the_librarys_with_the_share_unexplained(pages: Pages) -> None:
    found = causes_by_the_library(pages)
    assert len(found.areas) > 2
    _, text, _ = pages.get(f"{PAGE}areas/?{YEAR}", READER)
    assert re.findall(r'cause=(\w+)">', text) == [each.cause for each in found.areas]
    for each in found.areas:
        assert f"<bdi>{amount(each.mrr, found.unit)}</bdi>" in text
        assert f"<bdi>{amount(each.mrr_at_stake, found.unit)}</bdi>" in text
    assert amount(found.total, found.unit) in text
    assert found.unexplained is not None
    assert say("causes.unexplained_share", share=percent(found.unexplained)) in text
    assert say("web.actions.add") not in text, "a reader adds nothing"


def test_a_cause_leads_to_its_accounts_and_their_records(pages: Pages) -> None:
    found = causes_by_the_library(pages)
    cause = next(each.cause for each in found.areas if each.accounts and each.cause != "unexplained")
    _, text, _ = pages.get(f"{PAGE}areas/?{YEAR}&cause={cause}", READER)
    lost, staked = ([each for each in rows if each.cause == cause] for rows in (found.losses, found.at_stake))
    assert f"({number(len(lost))})</caption>" in text
    for each in (*lost[:50], *staked[:50]):
        assert f"/customers/{each.account_id}/" in text
        assert all(sign.record in text for sign in each.signs)
    assert pages.get(f"{PAGE}?{YEAR}&cause=prise", OWNER)[0] == 400


def test_the_page_brings_the_causes_by_itself_and_insights_leads_to_it(pages: Pages) -> None:
    _, text, _ = pages.get(f"{PAGE}?{YEAR}&cause=price", OWNER)
    for part in ("areas", "actions"):
        assert f'hx-get="{PAGE}{part}/' in text
    inside = pages.get(f"{PAGE}areas/?{YEAR}", OWNER, HX_Target="part")[1]
    assert "<html" not in inside
    assert f'href="{PAGE}' in pages.get("/insights/?lang=en", READER)[1]


def test_an_action_is_added_from_an_area_and_marked_done(visit: Callable[..., Visit], pages: Pages) -> None:
    page = visit().go(f"{PAGE}?{YEAR}")
    area = page.locator("#part tbody tr").first
    cause = area.get_by_role("link").first.inner_text()
    area.get_by_role("link", name="Add an action").click()
    page.wait_for_url("**#add")
    expect(page.locator("#cause option:checked")).to_have_text(cause)
    page.get_by_label("What is done", exact=True).fill("A call in week two")
    page.get_by_label("Target KPI").select_option("paying_customers")
    page.get_by_label("Due day").fill("2001-01-01")
    page.get_by_role("button", name="Add an action").click()
    expect(page.get_by_role("alert")).to_contain_text("2001-01-01 is before")
    expect(page.get_by_label("What is done", exact=True)).to_have_value("A call in week two")
    page.get_by_label("Due day").fill("2026-12-31")
    page.get_by_role("button", name="Add an action").click()
    row = page.locator("#part-actions tbody tr", has_text="A call in week two")
    expect(row).to_contain_text("too early to say")
    expect(row).to_contain_text("owner@holdfast.example")
    row.locator("summary").click()
    seen = Axe().run(page, options=RULES)
    assert seen.violations_count == 0, seen.generate_report()
    row.get_by_label("How it went, in a word").fill("Everyone was called.")
    row.get_by_role("button", name="Mark as done").click()
    expect(row).to_contain_text("Everyone was called.")
    with flow.open(pages.folder, read_only=True) as space:
        (made,) = [each for each in space.actions.all() if each.title == "A call in week two"]
        first, last = space.actions.versions(made.action_id)
        assert (first.state, last.state, last.word) == ("open", "done", "Everyone was called.")
        assert {first.by, last.by} == {"owner@holdfast.example"}
        assert (
            result_text(space.actions.result(made), Look())
            == "too early to say: no whole period has passed yet"
        )
    with closing(sqlite3.connect(pages.folder / "web.sqlite")) as kept:
        deeds = kept.execute(
            "select did from workspaces_deed where about like '%A call in week two%'"
        ).fetchall()
    assert [each[0] for each in deeds] == ["added", "finished"]


def test_one_is_dropped_and_a_reader_changes_nothing(pages: Pages) -> None:
    assert pages.post(PAGE, OWNER, **NEW) == 302
    with flow.open(pages.folder, read_only=True) as space:
        (made,) = [each for each in space.actions.all() if each.title == NEW["title"]]
        before = space.recorded_until
    text = pages.get(f"{PAGE}actions/?lang=en", READER)[1]
    assert NEW["title"] in text
    assert "<form" not in text.split("<main")[1].split("</main")[0], "there is no form for a reader"
    ended = {"ends": made.action_id, "word": "no"}
    assert pages.post(PAGE, READER, **NEW) == 403
    assert pages.post(PAGE, READER, **ended) == 403
    with flow.open(pages.folder, read_only=True) as space:
        assert space.recorded_until == before
    assert pages.post(PAGE, OWNER, **ended, drop="1") == 302
    assert NEW["title"] not in pages.get(f"{PAGE}actions/?lang=en", OWNER)[1]
