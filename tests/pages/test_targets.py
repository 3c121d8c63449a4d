"""Targets by the page: proposed as the library does, set, revised with a reason, dropped; its history."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from holdfast import flow
from holdfast.flow.aims.aiming import Aim
from holdfast.report.look import Look
from holdfast.report.targets import progress_text
from holdfast.words import amount
from tests.pages.conftest import OWNER, PERIOD, READER, Pages, Visit
from tests.pages.test_in_the_browser import RULES

AT = f"period={PERIOD}&lang=en"
AIM = Aim("mrr", "2025-09")


def test_a_target_is_proposed_set_revised_and_dropped(visit: Callable[..., Visit], pages: Pages) -> None:
    with flow.open(pages.folder, read_only=True) as space:
        found = space.targets.propose(AIM)
    page = visit().go(f"/targets/new/?{AT}")
    page.locator("[name=metric]").first.select_option("mrr")
    page.locator("select[name=date]").select_option("2025-09")
    for kind, value in (("cautious", found.cautious), ("ambitious", found.ambitious)):
        expect(page.locator(".offer", has_text=kind)).to_contain_text(amount(value, found.unit))
    expect(page.locator("input[type=hidden][name=date]")).to_have_value("2025-09")
    page.locator(".offer", has_text="ambitious").locator("input").check()
    page.get_by_role("button", name="Set the target").click()
    expect(page.locator("h1")).to_contain_text(f"at least {amount(found.ambitious, found.unit)}")
    expect(page.locator("#edits + .table tbody tr")).to_have_count(1)
    page.locator("#value").fill("12345")
    page.locator("#reason").fill("The price rise comes later.")
    page.get_by_role("button", name="Revise").click()
    expect(page.locator("h1")).to_contain_text("at least USD 12,345.00")
    expect(page.locator("#edits + .table tbody tr").first).to_contain_text("The price rise comes later.")
    seen = Axe().run(page, options=RULES)
    assert seen.violations_count == 0, seen.generate_report()
    page.locator("#reason").fill("The plan was sold.")
    page.get_by_role("button", name="Pursue it no longer").click()
    expect(page.locator("#edits + .table tbody tr")).to_have_count(3)
    with flow.open(pages.folder, read_only=True) as space:
        kept = [each for each in space.targets.all(dropped=True) if each.metric == "mrr"]
        versions = space.targets.versions(kept[0].target_id)
    assert [each.value for each in versions] == [found.ambitious, Decimal(12345), Decimal(12345)]
    assert {each.by for each in versions} == {"owner@holdfast.example"}
    assert kept[0].state == "dropped"


def test_what_cannot_be_a_target_says_why_and_keeps_what_was_written(
    visit: Callable[..., Visit], pages: Pages
) -> None:
    page = visit().go(f"/targets/new/?{AT}&metric=customer_churn_rate")
    page.locator("#own").fill("250%")
    expect(page.locator("#own-choice")).to_be_checked()
    page.locator("#owner").fill("ana")
    page.get_by_role("button", name="Set the target").click()
    expect(page.get_by_role("alert")).to_contain_text("cannot be 250 %")
    expect(page.locator("#own")).to_have_value("250%")
    expect(page.locator("#owner")).to_have_value("ana")
    assert pages.get(f"/targets/new/?{AT}&metric=mmr", OWNER)[0] == 400
    assert pages.get(f"/targets/nothing/?{AT}", OWNER)[0] == 404


def test_how_it_stands_is_the_librarys_and_a_reader_changes_nothing(
    visit: Callable[..., Visit], pages: Pages
) -> None:
    with flow.open(pages.folder, read_only=True) as space:
        standing = space.targets.standing(space.targets.find(pages.target))
        before = space.recorded_until
    page = visit(READER).go(f"/targets/?{AT}")
    row = page.locator("tbody tr", has_text="Paying customers")
    expect(row).to_contain_text(progress_text(standing, Look()))
    assert standing.current is not None
    expect(row).to_contain_text(amount(standing.current.value or 0, standing.current.unit))
    row.get_by_role("link").click()
    expect(page.locator("h1")).to_contain_text("Paying customers: at least 60 by September 2025")
    expect(page.get_by_role("button", name="Revise")).to_have_count(0)
    told = {"csrfmiddlewaretoken": page.locator("[name=csrfmiddlewaretoken]").first.input_value()}
    posts = [
        page.context.request.post(f"{pages.address}{path}", form={**told, **more})
        for path, more in (
            (f"/targets/{pages.target}/", {"drop": "1", "reason": "so"}),
            ("/targets/new/", {"metric": "mrr", "of_grain": "month", "date": "2025-09", "own": "1"}),
        )
    ]
    assert [each.status for each in posts] == [403, 403]
    with flow.open(pages.folder, read_only=True) as space:
        assert space.recorded_until == before
