"""What people do, in a real browser over a simulated company; a console error fails, so does axe."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from holdfast import flow
from holdfast.report.rows import exact
from holdfast.words import amount, signed
from holdfast.words.order import ordered_page
from tests.pages.conftest import OWNER, PERIOD, READER, STRANGER, Pages, Visit
from tests.web.conftest import PATIENCE_SECONDS

Visits = Callable[..., Visit]
AT = f"period={PERIOD}"
LOOKS = [
    (OWNER, "/", "en", "light", 1280),
    (READER, "/?board=product", "fa", "dark", 390),
    (READER, "/kpis/", "hi", "light", 390),
    (OWNER, "/kpis/mrr/", "ar", "dark", 1280),
    (OWNER, "/kpis/net_revenue_retention/?by=plan", "en", "light", 390),
    (READER, "/cohorts/", "fa", "light", 390),
    (OWNER, "/customers/", "fa", "dark", 1280),
    (READER, "/customers/a000000/", "hi", "light", 390),
    (OWNER, "/segments/", "ar", "dark", 390),
    (OWNER, "/segments/new/?rule=mrr+%3E%3D+100", "fa", "light", 390),
    (READER, "/segments/of/team/?since=2024-06-30&until=2024-12-31", "hi", "dark", 1280),
    (READER, "/segments/compare/?one=team", "id", "light", 390),
    (READER, "/targets/", "fa", "light", 390),
    (OWNER, "/targets/new/?metric=paying_customers", "ar", "dark", 1280),
    (OWNER, "/targets/{target}/", "fa", "dark", 390),
    (OWNER, "/reports/", "ar", "light", 1280),
    (OWNER, "/reports/digests/", "fa", "light", 390),
    (OWNER, "/alerts/", "ar", "dark", 390),
    (READER, "/reports/{report}/", "fa", "dark", 390),
    (READER, "/feedback/?written=1", "hi", "dark", 390),
    (OWNER, "/attention/", "ar", "light", 390),
    (READER, "/insights/", "hi", "light", 1280),
    (OWNER, "/insights/causes/?cause=payment", "fa", "light", 390),
    (READER, "/insights/causes/", "en", "dark", 1280),
    (OWNER, "/insights/causes/areas/?cause=price", "ar", "dark", 390),
    (READER, "/insights/causes/actions/", "hi", "light", 390),
    (READER, "/insights/behaviours/", "fa", "dark", 390),
    (READER, "/insights/journeys/?days=30", "fa", "dark", 390),
    (OWNER, "/insights/journeys/stages/", "ar", "light", 1280),
    (OWNER, "/insights/experiments/", "ar", "light", 390),
    (OWNER, "/insights/experiments/new/", "fa", "dark", 1280),
    (READER, "/insights/experiments/{experiment}/", "hi", "light", 390),
    (READER, "/customers/a000000/standing/", "fa", "dark", 1280),
    (READER, "/design/", "fa", "light", 1280),
    (OWNER, "/data/", "ar", "light", 390),
    (READER, "/data/rejects/", "hi", "dark", 1280),
    (OWNER, "/data/checks/", "fa", "dark", 1280),
    (OWNER, "/data/person/", "fa", "light", 390),
    (OWNER, "/team/", "hi", "light", 1280),
    (READER, "/team/", "fa", "dark", 390),
    (OWNER, "/team/2/", "ar", "light", 390),
    (OWNER, "/team/keys/", "fa", "light", 1280),
    (OWNER, "/team/log/?part=everything", "ar", "dark", 390),
    (READER, "/data/settings/", "hi", "dark", 390),
    (OWNER, "/data/settings/preview/?set=ideal_use_days=4", "id", "light", 1280),
    (OWNER, "/you/", "id", "dark", 1280),
    (OWNER, "/you/second-factor/", "hi", "light", 390),
    (STRANGER, "/sign-in/", "ar", "light", 390),
]
"""Every page once; every language, both themes and both widths somewhere."""

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
expect.set_options(timeout=PATIENCE_SECONDS * 1000)


@pytest.mark.parametrize(("who", "path", "language", "theme", "width"), LOOKS)
def test_pages_are_accessible_and_fit(
    visit: Visits, pages: Pages, who: str, path: str, language: str, theme: str, width: int
) -> None:
    path = path.format(**vars(pages))
    joint = "&" if "?" in path else "?"
    page = visit(who, width, color_scheme=theme).go(f"{path}{joint}{AT}&lang={language}")
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_number_is_explained_down_to_its_rows(visit: Visits, pages: Pages) -> None:
    with flow.open(pages.folder, read_only=True) as space:
        told = space.explain("mrr", period=PERIOD)
        shown = amount(Decimal(str(told.figure.value)), told.figure.unit)
    page = visit(READER).go(f"/?{AT}&lang=en")
    number = page.get_by_role("link", name=f"{shown}: what is behind Monthly recurring revenue")
    number.focus()
    page.keyboard.press("Enter")
    drawer = page.locator("#drawer")
    expect(drawer.locator("h2")).to_have_text("Monthly recurring revenue")
    expect(drawer.locator(".sums").first).to_contain_text(shown)
    expect(drawer).to_contain_text(f"The rows that count ({told.rows.num_rows})")
    assert Axe().run(page, options=RULES).violations_count == 0
    assert page.url.endswith(f"/?{AT}&lang=en"), "the drawer leads nowhere else"
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(number).to_be_focused()


def test_last_month_as_it_was_known_is_compared_by_account(visit: Visits, pages: Pages) -> None:
    page = visit().go(f"/kpis/mrr/?{AT}&lang=en")
    page.get_by_role("link", name="Compare", exact=True).first.click()
    drawer = page.locator("#drawer")
    expect(drawer.locator(".sums")).to_contain_text("November 2024")
    with flow.open(pages.folder, read_only=True) as space:
        bridge = space.compare("mrr", period=PERIOD, against="2024-11")
    assert bridge.difference is not None
    expect(drawer.locator(".sums")).to_contain_text(signed(bridge.difference, bridge.after.unit))
    expect(drawer.locator("tbody").last.locator("tr")).to_have_count(min(len(bridge.rows), 50))
    drawer.locator("[name=against]").select_option("2024-06")
    expect(drawer.locator(".sums")).to_contain_text("June 2024")


def test_the_bar_keeps_its_state_in_the_address_from_page_to_page(visit: Visits) -> None:
    page = visit().go(f"/kpis/paying_customers/?{AT}&lang=en")
    page.locator("select[name=segment]").select_option("team")
    page.wait_for_url("**segment=team**")
    page.get_by_role("link", name="Cohorts").first.click()
    page.wait_for_url("**/cohorts/?**")
    assert "segment=team" in page.url
    assert AT in page.url
    page.locator("select[name=lang]").select_option("fa")
    page.wait_for_url("**lang=fa**")
    assert page.locator("html").get_attribute("dir") == "rtl"


def test_someone_is_invited_comes_in_as_a_reader_and_is_let_go(visit: Visits, pages: Pages) -> None:
    page = visit().go("/team/?lang=en")
    page.get_by_label("E-mail address").fill("dina@acme.example")
    page.get_by_label("Name").fill("Dina")
    page.get_by_role("button", name="Invite and show the link").click()
    link = page.locator("code.secret").inner_text()
    assert Axe().run(page, options=RULES).violations_count == 0
    invited = visit(STRANGER).go(f"{link.removeprefix(pages.address)}?lang=en")
    invited.get_by_role("button", name="Sign in").click()
    invited.goto(f"{pages.address}/team/?lang=en")
    expect(invited.locator("main")).to_contain_text("Administrators and owners invite people.")
    expect(invited.get_by_role("link", name="Audit log")).to_have_count(0)
    page.get_by_role("link", name="Back to the team").click()
    page.get_by_role("link", name="Dina").click()
    drawer = page.locator("#drawer")
    expect(drawer).to_contain_text("Dina is signed out everywhere")
    assert Axe().run(page, options=RULES).violations_count == 0
    drawer.get_by_role("button", name="Let Dina in no longer").click()
    expect(page.get_by_role("heading", name="Let in no longer")).to_be_visible()
    invited.goto(f"{pages.address}/team/")
    assert "/sign-in/" in invited.url
    page.goto(f"{pages.address}/team/log/?lang=en&q=dina")
    told = " ".join(page.locator("tbody tr").all_inner_texts())
    assert told.index("removed") < told.index("added"), "the newest first"


def test_the_weeks_list_leads_to_a_customer_and_how_it_stands_comes_by_itself(visit: Visits) -> None:
    page = visit(READER).go(f"/attention/?{AT}&lang=en")
    page.locator("tbody a").first.click()
    page.wait_for_url("**/customers/**")
    part = page.locator("#part")
    expect(part.locator("#health")).to_contain_text("Health")
    expect(part.locator("#warned")).to_have_text("Warnings")
    assert Axe().run(page, options=RULES).violations_count == 0


def test_the_palette_finds_and_opens_by_keys_alone(visit: Visits) -> None:
    page = visit().go(f"/?{AT}&lang=en")
    page.keyboard.press("Control+k")
    page.keyboard.type("net revenue ret")
    expect(page.locator("#found a").first).to_contain_text("Net revenue retention")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/kpis/net_revenue_retention/**")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()


def test_the_theme_is_chosen_and_kept(visit: Visits) -> None:
    page = visit(color_scheme="light").go(f"/kpis/mrr/?{AT}&lang=en")
    page.get_by_role("button", name="Light or dark").click()
    page.wait_for_function("document.querySelector('[data-specs]').dataset.drawn === 'dark'")
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_a_page_is_light_to_load(visit: Visits) -> None:
    found = visit()
    page = found.go(f"/?{AT}&lang=en")
    sizes = page.evaluate(
        """[...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')]
        .filter((each) => !each.name.endsWith('.woff2'))
        .reduce((sum, each) => sum + each.encodedBodySize, 0)"""
    )
    assert 0 < sizes < 400_000, sizes


def test_downloads_hold_the_figures_that_are_shown(pages: Pages) -> None:
    with flow.open(pages.folder, read_only=True) as space:
        (figure,) = space.kpis(["mrr"], first=PERIOD, last=PERIOD)
    _, text, _ = pages.get(f"/kpis/mrr/figures.csv?{AT}", READER)
    assert f",{exact(figure.value or 0)}," in text.splitlines()[-1]
    status, _, headers = pages.get(f"/kpis/mrr/figures.xlsx?{AT}", OWNER)
    assert (status, headers["content-disposition"]) == (200, 'attachment; filename="mrr.xlsx"')


def test_every_figure_of_the_catalogue_is_the_librarys(pages: Pages) -> None:
    """The page's numbers against the command's, each as the reader's language writes it."""
    with flow.open(pages.folder, read_only=True) as space:
        every = space.kpis(first=PERIOD, last=PERIOD)
    _, text, _ = pages.get(f"/kpis/?{AT}&lang=fa", OWNER)
    figures = {each.name: each for each in every if each.value is not None and not each.of}
    told = {name: amount(each.value or 0, each.unit, "fa") for name, each in figures.items()}
    marked = {name: ordered_page(f"<bdi>{shown}</bdi>", "fa") for name, shown in told.items()}
    assert [name for name, shown in marked.items() if shown not in text] == []
    assert len(told) > 30
