"""Notes on a customer's page: written by those who may, told to those whom they name."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from holdfast.web.notes.writing import named_in
from holdfast.web.workspaces.models import Member
from tests.pages.conftest import ADDRESS, MAILBOX, READER, Pages, Postbox, Visit
from tests.pages.test_in_the_browser import RULES
from tests.web.conftest import wait

PAGE = "/customers/a000000/?lang=en"
SAID = "Their lead leaves in May; @reader knows the next one. <b>Not bold</b>"


def test_a_note_is_kept_and_whom_it_names_gets_a_letter(
    visit: Callable[..., Visit], pages: Pages, postbox: Postbox
) -> None:
    visit(READER).go(PAGE)  # Letters are in the language of the page that was read last.
    page = visit().go(PAGE)
    expect(page.locator("#notes")).to_contain_text("Nothing was written down yet.")
    expect(page.locator("#note-help")).to_contain_text("@reader")
    page.get_by_label("What was learnt").fill(SAID)
    page.get_by_role("button", name="Write the note").click()
    expect(page.locator("#notes blockquote")).to_have_text(SAID)
    assert Axe().run(page, options=RULES).violations_count == 0
    wait(lambda: any("names you" in str(each["subject"]) for each in postbox.letters), "the letter")
    (letter,) = (each for each in postbox.letters if "names you" in str(each["subject"]))
    assert letter["to"] == MAILBOX[READER]
    assert f"{ADDRESS}/customers/a000000/" in letter.get_content()
    assert "May" not in letter.get_content()
    log = visit().go("/team/log/?lang=en")
    expect(log.locator("main")).to_contain_text("wrote a note on")


def test_a_reader_sees_notes_and_writes_none(visit: Callable[..., Visit], pages: Pages) -> None:
    page = visit(READER).go(PAGE)
    expect(page.get_by_role("button", name="Write the note")).to_have_count(0)
    assert pages.post("/customers/a000000/", READER, text="x", kind="crm") == 403


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("ask @ana.", ["ana@a.example"]),
        ("@ANA and @bo@b.example", ["ana@a.example", "bo@b.example"]),
        ("mail ana@a.example", []),
        ("@bo", []),
        ("@bo@c.example, please", ["bo@c.example"]),
        ("@nobody @@ana", []),
    ],
)
def test_members_are_named_by_what_no_other_is(text: str, named: list[str]) -> None:
    members = [Member(email=each) for each in ("ana@a.example", "bo@b.example", "bo@c.example")]
    assert [each.email for each in named_in(text, members)] == named
