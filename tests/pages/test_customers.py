"""Customers on the page are those of the records: counted, summed, searched and told by other ways."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from decimal import Decimal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from holdfast import flow
from holdfast.words import amount
from tests.pages.conftest import OWNER, PERIOD, READER, Pages, Visit
from tests.pages.test_in_the_browser import RULES

AT = f"period={PERIOD}&lang=en"


def shown(text: str) -> list[str]:
    """The ids of the accounts that a table lists, in its order."""
    table = re.search(r'<table class="keeps">.*?</table>', text, re.DOTALL)
    return re.findall(r'href="/customers/([^/"?]+)/', table[0]) if table else []


def test_the_table_comes_to_the_kpis_of_the_same_period(pages: Pages) -> None:
    with flow.open(pages.folder, read_only=True) as space:
        mrr, paying = space.kpis(["mrr", "paying_customers"], first=PERIOD, last=PERIOD)
    _, text, _ = pages.get(f"/customers/?{AT}", READER)
    assert f"MRR of {amount(mrr.value or 0, mrr.unit)}" in text
    assert f"Paying {paying.value}" in text
    rows = list(csv.DictReader(pages.get(f"/customers/all.csv?{AT}", READER)[1].splitlines()))
    assert sum(Decimal(row["mrr"]) for row in rows) == mrr.value
    assert sum(row["status"] == "paying" for row in rows) == paying.value


def test_a_segment_keeps_the_table_to_its_members(pages: Pages) -> None:
    with flow.open(pages.folder, read_only=True) as space:
        end = space.calendar.period("month", PERIOD).end
        inside = set(space.segments.members("team", at=end).rows["account_id"].to_pylist())
    rows = csv.DictReader(pages.get(f"/customers/all.csv?{AT}&segment=team", OWNER)[1].splitlines())
    assert {row["account_id"] for row in rows} == inside != set()


def test_it_is_searched_sorted_and_paged(pages: Pages) -> None:
    rows = list(csv.DictReader(pages.get(f"/customers/all.csv?{AT}", OWNER)[1].splitlines()))
    named = sorted((row["name"], row["account_id"]) for row in rows if row["name"])
    by_name = shown(pages.get(f"/customers/?{AT}&sort=name&way=up", OWNER)[1])
    assert by_name == [account for _, account in named][:50]
    second = shown(pages.get(f"/customers/?{AT}&sort=name&way=up&from=50", OWNER)[1])
    assert second[: len(named) - 50] == [account for _, account in named][50:100]
    part = named[0][0][1:5].upper()
    found = shown(pages.get(f"/customers/?{AT}&q={part.replace(' ', '+')}", OWNER)[1])
    assert set(found) == {account for name, account in named if part in name.upper()}
    richest = shown(pages.get(f"/customers/?{AT}", OWNER)[1])[0]
    assert richest == max(rows, key=lambda row: (Decimal(row["mrr"]), row["account_id"]))["account_id"]


def test_what_cannot_be_asked_says_so(pages: Pages) -> None:
    assert pages.get(f"/customers/?{AT}&sort=mmr", OWNER)[0] == 400
    assert pages.get(f"/customers/?{AT}&status=payin", OWNER)[0] == 400
    assert pages.get(f"/customers/nobody/?{AT}", OWNER)[0] == 404
    assert "No account is like this" in pages.get(f"/customers/?{AT}&q=zzzzzz", OWNER)[1]


def test_a_customers_page_tells_each_of_its_payments_until_then(pages: Pages) -> None:
    with flow.open(pages.folder, read_only=True) as space:
        end = space.calendar.period("month", PERIOD).end
        payments = space.records("payments")
        rows = payments.filter(payments.attempted_at < end).to_pyarrow().to_pylist()
        ids = {row["account_id"] for row in rows}
        account = max(ids, key=lambda each: sum(row["account_id"] == each for row in rows))
        (seen,) = (row for row in space.roster(at=end).rows.to_pylist() if row["account_id"] == account)
    _, text, _ = pages.get(f"/customers/{account}/?{AT}", READER)
    mine = [row for row in rows if row["account_id"] == account]
    paid = sum(row["status"] == "succeeded" for row in mine)
    timeline = text[text.index('class="timeline"') : text.index('id="lately"')]
    assert len(re.findall(r"<p>Paid ", timeline)) == paid > 0
    assert len(re.findall(r"<p>A payment of ", timeline)) == len(mine) - paid
    assert seen["name"] in text


def test_columns_are_chosen_and_a_view_is_saved_for_oneself(visit: Callable[..., Visit]) -> None:
    page = visit(READER).go(f"/customers/?{AT}&status=paying")
    page.get_by_text("Columns", exact=True).click()
    for name in ("Plan", "Country", "Owner"):
        page.get_by_label(name, exact=True).uncheck()
    page.get_by_label("Signed up").check()
    assert Axe().run(page, options=RULES).violations_count == 0
    page.locator(".menu[open]").get_by_role("button", name="Show").click()
    heads = page.locator("table.keeps thead th")
    wanted = ["Name", "Status", "MRR ▼", "Customer for", "Last active", "Open tickets", "Signed up"]
    expect(heads).to_have_text(wanted)
    page.get_by_text("Save this view", exact=True).first.click()
    page.get_by_label("Name", exact=True).fill("who pays")
    page.locator(".menu[open]").get_by_role("button", name="Save this view").click()
    page.goto(page.url.split("?")[0] + f"?{AT}")
    page.get_by_role("link", name="who pays").click()
    expect(heads).to_have_text(wanted)
    expect(page.locator("tbody tr").first).to_contain_text("Paying")
    expect(page.get_by_role("link", name="who pays")).to_have_attribute("aria-current", "true")
    other = visit(OWNER).go(f"/customers/?{AT}")
    expect(other.get_by_role("link", name="who pays")).to_have_count(0)
    page.get_by_role("button", name="Let the view who pays go").click()
    expect(page.get_by_role("link", name="who pays")).to_have_count(0)


def test_a_column_that_there_is_not_is_named(pages: Pages) -> None:
    status, text, _ = pages.get(f"/customers/?{AT}&columns=paln", OWNER)
    assert status == 400
    assert "plan" in text
