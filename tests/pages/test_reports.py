"""Reports by the page: opened as they were shown, made, run again, taken away, shared and revoked."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from zipfile import ZipFile

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

import holdfast
from holdfast import flow
from holdfast.flow import Question
from holdfast.report.rows import COLUMNS, as_csv, figures_as_rows
from holdfast.web.answers.reports import Since
from holdfast.web.reports.bridges import moved
from holdfast.words import amount, signed
from tests.pages.conftest import BOARD, OWNER, PERIOD, READER, STRANGER, Pages, Visit
from tests.pages.test_in_the_browser import RULES

AT = f"period={PERIOD}&lang=en"
PHASES = """phase_id,subscription_id,account_id,plan,start_at,status,currency,unit_amount,interval
p1,s1,A,pro,2025-01-10T00:00:00Z,active,USD,{amount},month
p2,s2,B,pro,2025-01-10T00:00:00Z,active,USD,50,month
"""


def test_a_report_shows_the_figures_that_it_kept(visit: Callable[..., Visit], pages: Pages) -> None:
    with flow.open(pages.folder, read_only=True) as space:
        report, kept = space.reports.shown(pages.report)
        counted = space.kpis(board="billing", first=BOARD.first, last=BOARD.last)
    told = [{each.key: (str(each.value), each.n, each.reason) for each in some} for some in (kept, counted)]
    assert told[0] == told[1]
    page = visit(READER).go(f"/reports/{report.report_id}/?{AT}")
    expect(page.locator("h1")).to_have_text("The year")
    mrr = next(each for each in kept if each.name == "mrr" and each.period_label == PERIOD)
    row = page.locator("tbody tr", has_text="Monthly recurring revenue").last
    expect(row).to_contain_text(amount(mrr.value or 0, mrr.unit))
    page.get_by_role("link", name="Run it again").click()
    expect(page.locator("#drawer")).to_contain_text(
        f"Counted again, all {len(kept)} figures are the same to the last digit."
    )
    page.keyboard.press("Escape")
    page.get_by_role("link", name="What changed since").click()
    expect(page.locator("#drawer")).to_contain_text("Every figure is the same today.")
    assert Axe().run(page, options=RULES).violations_count == 0
    assert pages.get(f"/reports/nothing/?{AT}", OWNER)[0] == 404


def test_a_report_is_taken_away_as_a_workbook_its_figures_or_a_page(
    visit: Callable[..., Visit], pages: Pages
) -> None:
    with flow.open(pages.folder, read_only=True) as space:
        kept = space.reports.shown(pages.report)[1]
    base = f"/reports/{pages.report}/file"
    assert pages.get(f"{base}.csv", READER)[1] == as_csv(figures_as_rows(kept), COLUMNS)
    status, text, headers = pages.get(f"{base}.html?lang=fa", READER)
    assert (status, 'lang="fa"' in text, "attachment" in headers["content-disposition"]) == (200, True, True)
    body = visit(READER).page.context.request.get(f"{pages.address}{base}.xlsx").body()
    with ZipFile(io.BytesIO(body)) as workbook:
        sheets = [name for name in workbook.namelist() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) > 3
    assert pages.get(f"{base}.exe", READER)[0] == 404


def test_a_report_is_made_by_the_worker_and_comes_up_in_the_list(
    visit: Callable[..., Visit], pages: Pages
) -> None:
    page = visit().go(f"/reports/?{AT}")
    page.locator("#report-title").fill("Two of them")
    page.get_by_text("Choose KPIs").click()
    page.locator("[name=name][value=mrr]").check()
    page.locator("[name=name][value=paying_customers]").check()
    expect(page.locator("#chosen")).to_be_checked()
    page.get_by_role("button", name="Make and keep it").click()
    expect(page.locator("tbody tr", has_text="Two of them")).to_have_count(1)
    with flow.open(pages.folder, read_only=True) as space:
        made = space.reports.all()[0]
    assert (made.title, made.by, made.kind) == ("Two of them", "owner@holdfast.example", "shown")
    asked = made.question
    assert (set(asked.names), asked.first, asked.last) == ({"paying_customers", "mrr"}, "2023-12", PERIOD)
    told = {"csrfmiddlewaretoken": page.locator("[name=csrfmiddlewaretoken]").first.input_value()}
    wrong = page.context.request.post(f"{pages.address}/reports/?{AT}", form={**told, "board": "leadershp"})
    assert "Did you mean" in wrong.text()


def test_a_stranger_sees_a_shared_report_alone_until_it_is_revoked(
    visit: Callable[..., Visit], pages: Pages
) -> None:
    page = visit().go(f"/reports/{pages.report}/?{AT}")
    page.locator("#whom").fill("The board")
    page.get_by_role("button", name="Make the address").click()
    row = page.locator("#shares + .table tbody tr", has_text="The board")
    address = row.locator("[data-text]").get_attribute("data-text") or ""
    shared = visit(STRANGER).go(f"{address.removeprefix(pages.address)}?lang=fa")
    expect(shared.locator("html")).to_have_attribute("dir", "rtl")
    expect(shared.locator("h1")).to_have_text("The year")
    assert shared.locator("main a").count() == 5, "other languages, and nothing else to go to"
    assert Axe().run(shared, options=RULES).violations_count == 0
    path = address.removeprefix(pages.address)
    _, _, headers = pages.get(path, STRANGER)
    assert (headers["referrer-policy"], headers["x-robots-tag"]) == ("no-referrer", "noindex, nofollow")
    assert pages.get(f"{path[:-2]}x/", STRANGER)[0] == 404, "an address that we did not sign"
    assert pages.ask("POST", path, STRANGER)[0] in {403, 405}
    page.reload()
    expect(row.locator("td.amount")).not_to_have_text("0")
    row.get_by_role("button", name="Revoke").click()
    expect(page.locator("#shares ~ p").first).to_have_text("Members alone see this report.")
    assert pages.get(path, STRANGER)[0] == 404
    with closing(sqlite3.connect(pages.folder / "web.sqlite")) as kept:
        deeds = [
            did for (did,) in kept.execute("select did from workspaces_deed where about like '%report%'")
        ]
    assert {"shared", "saw", "revoked"} <= set(deeds)


def test_an_address_whose_time_is_over_shows_nothing(visit: Callable[..., Visit], pages: Pages) -> None:
    page = visit().go(f"/reports/{pages.report}/?{AT}")
    page.get_by_role("button", name="Make the address").click()
    address = page.locator("#shares + .table [data-text]").first.get_attribute("data-text") or ""
    path = address.removeprefix(pages.address)
    assert pages.get(path, STRANGER)[0] == 200
    with closing(sqlite3.connect(pages.folder / "web.sqlite")) as kept, kept:
        kept.execute("update reports_share set expires_at = '2020-01-01'")
    assert pages.get(path, STRANGER)[0] == 404


def test_a_reader_neither_makes_nor_shares(visit: Callable[..., Visit], pages: Pages) -> None:
    page = visit(READER).go(f"/reports/{pages.report}/?{AT}")
    expect(page.get_by_role("button", name="Make the address")).to_have_count(0)
    told = {"csrfmiddlewaretoken": page.locator("[name=csrfmiddlewaretoken]").first.input_value()}
    for path, more in ((f"/reports/{pages.report}/", {"days": "30"}), ("/reports/", {"board": "billing"})):
        assert page.context.request.post(f"{pages.address}{path}", form={**told, **more}).status == 403


def test_what_moved_since_is_told_figure_by_figure_and_adds_up(tmp_path: Path) -> None:
    file = tmp_path / "phases.csv"
    with holdfast.create(tmp_path / "space") as space:
        for told in (100, 130):
            file.write_text(PHASES.format(amount=told))
            space.import_files("subscription_phases", [file], through=datetime(2025, 4, 1))
            if told == 100:
                made, _ = space.reports.make(Question(names=("mrr",), first="2025-03", last="2025-03"))
        bridges = space.reports.bridge(made.report_id)[1]
        now = space.kpis(["mrr"], first="2025-03", last="2025-03")[0].value
    (each,) = moved(Since(bridges, {"A": "Amal"}), "en")
    assert now == 180
    assert (each.before, each.after) == ("USD 150.00", "USD 180.00")
    assert each.difference == signed(bridges[0].difference or 0, "USD")
    assert [(step.name, step.part) for step in each.steps] == [("Amal", each.difference)]
