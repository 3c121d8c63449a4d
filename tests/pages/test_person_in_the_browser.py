"""Somebody is handed over and erased in a real browser, by keys alone, in each state of the page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from holdfast.flow import create
from tests.pages.conftest import OWNER, Pages, Visit, session_of
from tests.pages.test_in_the_browser import RULES
from tests.pages.test_person import ACCOUNTS, USERS
from tests.walls.source import ROOT
from tests.web.conftest import serving

PICTURES = ROOT / "build" / "pages"
LATELY = "#works tbody tr"


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    """The pages of a workspace with two accounts of a user each."""
    folder = tmp_path_factory.mktemp("two") / "new"
    with create(folder) as space:
        for table, text in (("accounts", ACCOUNTS), ("users", USERS)):
            file = folder.with_name(f"{table}.csv")
            file.write_text(text)
            space.import_files(table, [file])
    with serving(folder) as served:
        found = Pages(folder, served.address)
        found.sessions = {OWNER: session_of(found, OWNER)}
        yield found


def looked_at(page: Page, name: str) -> None:
    """Nothing that axe finds, nothing beyond the edge, and a picture of it."""
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    language = page.locator("html").get_attribute("lang")
    folder = PICTURES / str(language)
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"data-person-{name}-{width}.png", full_page=True)


def test_a_user_is_handed_over_and_erased_by_keys_alone(visit: Callable[..., Visit], two: Pages) -> None:
    page = visit(of=two).go("/data/?lang=en")
    page.get_by_role("link", name="One person's data").press("Enter")
    expect(page.locator("#works")).to_contain_text("Nothing was asked for in the last 3 days.")
    looked_at(page, "none")
    page.get_by_label("Id", exact=True).fill("U-1042")
    page.get_by_label("Id", exact=True).press("Enter")
    expect(page.locator(LATELY)).to_contain_text("in the file")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download: U-1042").press("Enter")
    rows = json.loads(Path(taken.value.path()).read_text())
    assert {row["user_id"] for row in rows if "user_id" in row} == {"U-1042"}
    looked_at(page, "made")
    page.get_by_label("Id", exact=True).fill("U-1042")
    page.get_by_role("button", name="See what erasing does").press("Enter")
    expect(page.locator(".lead")).to_contain_text(f"has {len(rows)} row")
    assert page.url.endswith("/data/person/?lang=en"), "no id stands in the address"
    page.get_by_label("Type the id again").fill("U-1043")
    page.get_by_role("button", name="Erase for ever").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Nothing was erased")
    looked_at(page, "differs")
    page.get_by_label("Type the id again").fill("U-1042")
    page.get_by_role("button", name="Erase for ever").press("Enter")
    expect(page.locator(LATELY).first).to_contain_text(f"Erased: {len(rows)} row")
    expect(page.locator(LATELY).last).to_contain_text("the file is deleted by now")
    expect(page.locator("main")).not_to_contain_text("U-1042")
    looked_at(page, "erased")


@pytest.mark.parametrize(("language", "width"), [("fa", 1280), ("ar", 390), ("hi", 390), ("id", 1280)])
def test_what_goes_and_stays_is_said_in_each_language(
    visit: Callable[..., Visit], two: Pages, language: str, width: int
) -> None:
    page = visit(OWNER, width, of=two, color_scheme="dark" if width < 500 else "light").go(
        f"/data/person/?lang={language}"
    )
    page.locator("[name=kind][value=account]").check()
    page.locator("[name=id]").fill("A-78")
    page.locator("button[value=look]").click()
    expect(page.locator("h1")).to_contain_text("A-78")
    looked_at(page, "sure")
    page.locator("main .over a").click()
    page.locator("[name=id]").fill("A-7")
    page.locator("button[value=disclose]").click()
    expect(page.locator("#works")).to_contain_text("A-7")
    expect(page.locator("#works[hx-get]")).to_have_count(0)
    looked_at(page, "listed")
