"""A file comes in by the page, its bad rows are mended and taken; who may not, cannot."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FilePayload, Page, expect

from holdfast import flow
from holdfast.flow import create
from holdfast.words import say
from tests.pages.conftest import MAILBOX, OWNER, READER, STRANGER, Pages, Visit, session_of
from tests.pages.test_in_the_browser import RULES
from tests.pages.test_mistakes import MARKS
from tests.web.conftest import holdfast, serving

ACCOUNTS = """account_id,name,created_at,country
A-1,Amal,2025-01-03,EG
A-2,Banu,someday,IR
A-3,Citra,2025-02-01,ID
"""


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    """The pages of a workspace that holds nothing yet."""
    folder = tmp_path_factory.mktemp("fresh") / "new"
    create(folder).close()
    with serving(folder) as served:
        found = Pages(folder, served.address)
        holdfast("members", "add", MAILBOX[READER], "--name", "Rita Reader", "-w", str(folder))
        found.sessions = {who: session_of(found, who) for who in (OWNER, READER)}
        yield found


def send(page: Page, name: str, text: str, button: str) -> None:
    page.locator("form[enctype] input[name=file]").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    )
    page.get_by_role("button", name=button).click()


def names(pages: Pages) -> list[str]:
    with flow.open(pages.folder, read_only=True) as space:
        return sorted(space.records("accounts").name.to_pyarrow().to_pylist())


def test_a_file_with_bad_rows_comes_in_and_they_are_mended(visit: Callable[..., Visit], fresh: Pages) -> None:
    page = visit(of=fresh).go("/data/?lang=en")
    expect(page.locator("h1")).to_have_text("Every row that came in was taken")
    page.locator("#table").select_option("accounts")
    send(page, "accounts.csv", ACCOUNTS, "Import the file")
    expect(page.locator("h1")).to_have_text("1 row was not taken and waits to be mended")
    assert names(fresh) == ["Amal", "Citra"]
    page.get_by_role("link", name="Look at the rows").click()
    expect(page.locator("main")).to_contain_text("someday")
    assert Axe().run(page, options=RULES).violations_count == 0
    _, text, _ = fresh.get("/data/rejects.csv", OWNER)
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["name"] == "Banu"
    send(page, "rejects.csv", text.replace("someday", "2025-01-09"), "Take the mended rows")
    expect(page.locator("h1")).to_have_text("Every row that came in was taken")
    assert names(fresh) == ["Amal", "Banu", "Citra"]
    assert list((fresh.folder / "uploads").iterdir()) == [], "what was sent is gone once it is taken"


def test_a_file_that_cannot_be_read_says_why(visit: Callable[..., Visit], fresh: Pages) -> None:
    page = visit(of=fresh).go("/data/?lang=en")
    page.locator("#table").select_option("accounts")
    send(page, "plan.pdf", "%PDF", "Import the file")
    expect(page.locator("#works")).to_contain_text("plan.pdf")
    expect(page.locator("#works")).to_contain_text("failed")
    assert list((fresh.folder / "uploads").iterdir()) == []


def test_a_reader_sees_and_cannot_send(visit: Callable[..., Visit], fresh: Pages) -> None:
    page = visit(READER, of=fresh).go("/data/?lang=en")
    expect(page.locator("main")).to_contain_text("Analysts, admins and owners import files.")
    expect(page.locator("form[enctype]")).to_have_count(0)
    file: FilePayload = {"name": "accounts.csv", "mimeType": "text/csv", "buffer": ACCOUNTS.encode()}
    told: dict[str, str | float | bool | bytes | FilePayload] = {
        "csrfmiddlewaretoken": page.locator("[name=csrfmiddlewaretoken]").first.input_value(),
        "table": "accounts",
        "file": file,
    }
    posts = [
        page.context.request.post(f"{fresh.address}{path}", multipart=told)
        for path in ("/data/", "/data/rejects/")
    ]
    assert [each.status for each in posts] == [403, 403]
    assert all("rol" in each.text() for each in posts), "it is the role that may not, not the form"
    assert fresh.get("/data/", STRANGER)[0] == 302


def test_a_persian_reader_reads_why_a_file_and_a_row_were_not_taken(
    visit: Callable[..., Visit], fresh: Pages
) -> None:
    page = visit(of=fresh).go("/data/?lang=fa")
    for name, text in (("people.csv", "account,name\nA-9,Dina\n"), ("more.csv", ACCOUNTS)):
        page.locator("#table").select_option("accounts")
        send(page, name, text, say("web.data.import", "fa"))
        expect(page).to_have_url(re.compile("/data/"))
    expect(page.locator("h1")).to_contain_text("سطر پذیرفته نشده و در انتظار اصلاح است")
    works = page.locator("#works")
    for told in (
        "people.csv با accounts جور نیست:",
        'account_id لازم است و ستونی ندارد. آیا منظورتان این بود: columns.account_id = "account"',
    ):
        assert told in MARKS.sub("", works.inner_text())
    expect(works.locator("[lang=en]")).to_have_count(0)
    page.goto(f"{fresh.address}/data/rejects/?lang=fa")
    for told in (
        "created_at یک لحظهٔ زمانی نیست",
        "مانند 2025-04-30T09:30:00Z؛ یا بگویید چگونه نوشته شده است",
    ):
        assert told in MARKS.sub("", page.locator("main").inner_text())
    expect(page.locator("main [lang=en]")).to_have_count(0)
    assert Axe().run(page, options=RULES).violations_count == 0
