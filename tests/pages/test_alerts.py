"""Alerts by the page: what holds is what figures say; told by letter, listed, acknowledged, stopped."""

from __future__ import annotations

import json
from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from holdfast import flow
from holdfast.web.alerts.judging import holding
from holdfast.web.alerts.models import Alert
from tests.pages.conftest import ADDRESS, MAILBOX, OWNER, PERIOD, READER, Pages, Postbox, Visit
from tests.pages.test_in_the_browser import RULES
from tests.web.conftest import holdfast, wait


def test_what_holds_is_what_the_figures_say(pages: Pages) -> None:
    with flow.open(pages.folder, read_only=True) as space:
        value = space.kpis(["paying_customers"], first=PERIOD, last=PERIOD)[0].value
        assert value is not None
        for side, beside, holds in (("over", 0, 0), ("over", -1, 1), ("under", 0, 0), ("under", 1, 1)):
            told = {"about": "paying_customers", "bound": str(value + beside), "grain": "month"}
            alert = Alert(kind="threshold", side=side, **told)
            assert [each.facts["value"] for each in holding(space, alert, PERIOD)] == [str(value)] * holds
        figures = space.kpis(["mrr"], first="2024-11", last=PERIOD)
        (verdict,) = (
            each.verdict for each in space.changes(figures)[figures[-1].key] if each.kind == "previous"
        )
        for side in ("higher", "lower", "either"):
            alert = Alert(kind="change", about="mrr", side=side, grain="month")
            assert bool(list(holding(space, alert, PERIOD))) == (side in {verdict, "either"})
        state = {each.target.target_id: each.state for each in space.targets.standings()}
        for side in ("missed", "unlikely", "met"):
            found = list(holding(space, Alert(kind="target", side=side, grain="month"), PERIOD))
            assert {each.subject for each in found} == {f"{i} {s}" for i, s in state.items() if s == side}


def test_an_alert_set_by_the_page_is_told_by_letter_and_acknowledged(
    visit: Callable[..., Visit], pages: Pages, postbox: Postbox
) -> None:
    page = visit().go("/alerts/?lang=en")
    page.locator("#side").select_option("threshold over")
    page.locator("#metric").select_option("paying_customers")
    page.locator("#bound").fill("1")
    page.get_by_role("button", name="Watch from now on").click()
    expect(page.locator("#watched + .table")).to_contain_text("Paying customers: is over 1")
    wait(lambda: any("alert" in str(each["subject"]) for each in postbox.letters), "the letter")
    letter = next(each for each in postbox.letters if "alert" in str(each["subject"]))
    assert letter["to"] == MAILBOX[OWNER]
    assert f"{ADDRESS}/alerts/" in letter.get_content()
    assert "Paying customers was" in letter.get_content()
    listed = json.loads(holdfast("alerts", "list", "--format", "json", "-w", str(pages.folder)))
    assert [each["watches"] for each in listed] == ["threshold paying_customers over 1"]
    page.reload()
    expect(page.locator("h1")).to_have_text("1 alert waits for an outcome")
    assert Axe().run(page, options=RULES).violations_count == 0
    refused = visit(READER).go("/alerts/?lang=en")
    expect(refused.get_by_role("button", name="Acknowledge")).to_have_count(0)
    page.get_by_label("Outcome").fill("As it should be.")
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.locator("h1")).to_have_text("No alert waits for an outcome")
    expect(page.locator("#done + .table")).to_contain_text("As it should be.")
    holdfast("alerts", "stop", str(listed[0]["alert"]), "-w", str(pages.folder))
    page.reload()
    expect(page.locator("main")).to_contain_text("Nothing is watched for yet.")


def test_letters_are_in_the_language_that_a_member_chose_last(
    visit: Callable[..., Visit], pages: Pages
) -> None:
    for language in ("fa", "id"):
        pages.get(f"/alerts/?lang={language}", READER)
        page = visit().go("/reports/digests/?lang=en")
        expect(page.get_by_label("Language: Rita Reader")).to_have_value(language)
