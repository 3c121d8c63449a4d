"""A member's own way of reading: digits, days and toman on pages, and what stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date as day
from decimal import Decimal
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from holdfast import flow
from holdfast.company import DECLARED, simulate
from holdfast.company.exports import write_exports
from holdfast.words import amount, date, period_name, say
from holdfast.words.reading import tagged
from tests.pages.conftest import MAILBOX, OWNER, PERIOD, READER, Pages, Visit, session_of
from tests.pages.test_in_the_browser import RULES
from tests.web.conftest import holdfast, serving

AT = f"lang=fa&period={PERIOD}"
CHOSEN = tagged("fa", digits="latin", calendar="jalali", toman=True)
PERSIAN = set("۰۱۲۳۴۵۶۷۸۹")
FILES = ("figures.csv", "rows.csv")


@pytest.fixture(scope="module")
def rial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    """The small company, in Iran: its dollars are rials."""
    folder = tmp_path_factory.mktemp("rial") / "acme"
    company = simulate(60, 15, seed=5)
    exports = folder.with_name("exports")
    write_exports(company, exports)
    for file in exports.rglob("*.csv"):
        _in_rial(file)
    with flow.create(folder, currency="IRR", zone="Asia/Tehran") as space:
        space.import_folder(exports, through=company.end)
        space.set_all(DECLARED)
    with serving(folder) as served:
        found = Pages(folder, served.address)
        holdfast("members", "add", MAILBOX[READER], "--name", "Rita Reader", "-w", str(folder))
        found.sessions = {who: session_of(found, who) for who in (OWNER, READER)}
        yield found


def _in_rial(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b"USD", b"IRR"))


def choose(page: Page, language: str, **chosen: str) -> None:
    """Fill in how one reads, on the page of one's own account, and save it."""
    for name, value in chosen.items():
        page.get_by_label(say(f"web.reading.{name}", language), exact=True).select_option(value)
    page.get_by_role("button", name=say("web.reading.save", language), exact=True).click()
    expect(page.get_by_text(say("web.reading.saved", language))).to_be_visible()


def mrr_of(rial: Pages) -> Decimal:
    with flow.open(rial.folder, read_only=True) as space:
        return Decimal(str(space.explain("mrr", period=PERIOD).figure.value))


def test_pages_follow_what_a_member_chose_and_files_do_not(visit: Callable[..., Visit], rial: Pages) -> None:
    files = [rial.get(f"/kpis/mrr/{name}?{AT}", OWNER)[1] for name in FILES]
    usual = visit(READER, of=rial).go(f"/?{AT}")
    there = visit(OWNER, of=rial)
    choose(there.go(f"/you/?{AT}"), "fa", digits="latin", calendar="jalali", money="toman")

    page, mrr = there.go(f"/?{AT}"), mrr_of(rial)
    expect(page.locator("html")).to_have_attribute("lang", "fa")
    main, stamp = page.locator("main"), page.locator("footer.stamp")
    expect(main).to_contain_text(amount(mrr, "IRR", CHOSEN))
    expect(page.locator(".notice")).to_have_text(say("web.in_toman", CHOSEN))
    first, last = date(day(2024, 12, 1), CHOSEN), date(day(2024, 12, 31), CHOSEN)
    assert (first, last) == ("11 آذر 1403", "11 دی 1403")
    expect(stamp).to_contain_text(f"{period_name('month', PERIOD, CHOSEN)}: ")
    expect(stamp).to_contain_text(say("period.days", CHOSEN, first=first, last=last))
    assert not PERSIAN & set(page.locator("body").inner_text())
    assert page.locator(".chart text").count(), "charts are drawn"
    assert page.locator(".bar input[type=date]").count() == 1
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()

    expect(usual.locator("main")).to_contain_text(amount(mrr, "IRR", "fa"))
    again = visit(READER, of=rial).go(f"/?{AT}")
    expect(again.locator("main")).to_contain_text(amount(mrr, "IRR", "fa"))
    assert again.locator(".notice").count() == 0
    assert [rial.get(f"/kpis/mrr/{name}?{AT}", OWNER)[1] for name in FILES] == files
    _, drawer, _ = rial.get(f"/kpis/mrr/explain/?{AT}", OWNER, HX_Target="drawer-content")
    assert say("web.in_rial", "fa") in drawer, "where the notice of the page is not"


def test_a_customers_page_follows(visit: Callable[..., Visit], rial: Pages) -> None:
    there = visit(READER, of=rial)
    before = there.go(f"/customers/a000017/?{AT}").locator("main").inner_text()
    assert PERSIAN & set(before)
    choose(there.go(f"/you/?{AT}"), "fa", digits="latin", calendar="jalali", money="toman")
    page = there.go(f"/customers/a000017/?{AT}")
    text = page.locator("main").inner_text()
    assert say("unit_name.toman", "fa") in text
    assert "IRR" not in text
    assert any(f"{say(f'jalali.month.{month}', 'fa')} 1403" in text for month in range(1, 13))
    gregorian = {period_name("month", f"2024-{month:02}", CHOSEN).split()[0] for month in range(1, 13)}
    assert not gregorian & set(text.split())
    choose(there.go("/you/?lang=hi"), "hi", digits="own", calendar="gregorian", money="rial")
    shown = there.go(f"/customers/a000017/?lang=hi&period={PERIOD}").locator("main").inner_text()
    assert set("०१२३४५६७८९") & set(shown)
    assert "IRR" in shown
    assert "२०२४" in shown


def test_the_page_of_ones_account_is_accessible_and_refuses_what_there_is_not(
    visit: Callable[..., Visit], rial: Pages
) -> None:
    there = visit(of=rial, width=390)
    page = there.go("/you/?lang=ar")
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    page.evaluate("document.querySelector('#calendar option').value = 'lunar'")
    page.locator("#calendar").select_option("lunar")
    page.get_by_role("button", name=say("web.reading.save", "ar"), exact=True).click()
    expect(page.get_by_text("lunar")).to_be_visible()
    assert there.complaints.pop().endswith("400 (Bad Request)")


def test_toman_are_offered_where_money_is_rials(visit: Callable[..., Visit], pages: Pages) -> None:
    page = visit(READER).go("/you/?lang=en")
    assert page.locator("#calendar").count() == 1
    assert page.locator("#money").count() == 0
