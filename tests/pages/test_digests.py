"""Digests over a real mail server: set up by the page, sent by the worker, stopped by one click."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from playwright.sync_api import expect

from holdfast import flow
from holdfast.periods import Calendar
from holdfast.report.look import Look
from holdfast.report.phrases import value_text
from holdfast.web.digests.turns import next_turn
from tests.pages.conftest import ADDRESS, MAILBOX, OWNER, READER, STRANGER, Pages, Postbox, Visit
from tests.web.conftest import PATIENCE_SECONDS, holdfast, wait

TURNS = [
    ("daily", "2025-03-29T08:00", "2025-03-30T05:00"),
    ("daily", "2025-03-29T05:59", "2025-03-29T06:00"),
    ("weekly", "2025-03-26T12:00", "2025-03-31T05:00"),
    ("monthly", "2025-03-01T06:00", "2025-04-01T05:00"),
    ("monthly", "2025-03-01T05:59", "2025-03-01T06:00"),
]
"""Seven in the morning in Berlin, before and after the clocks go forward on 30 March 2025."""


@pytest.mark.parametrize(("rhythm", "now", "due"), TURNS)
def test_a_digest_is_due_at_seven_where_the_business_is(rhythm: str, now: str, due: str) -> None:
    found = next_turn(rhythm, datetime.fromisoformat(now).replace(tzinfo=UTC), Calendar("Europe/Berlin"))
    assert found == datetime.fromisoformat(due).replace(tzinfo=UTC)


def plain(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def digests(postbox: Postbox, *to: str) -> list[EmailMessage]:
    """The letters of digests among all others, the latest last."""
    found = [each for each in postbox.letters if each["list-unsubscribe"]]
    return [each for each in found if not to or each["to"] in {MAILBOX[who] for who in to}]


def assert_whole(letter: EmailMessage, language: str) -> None:
    """Each picture that the HTML shows is inside the letter, which runs as its language does."""
    html = letter.get_body(("html",))
    assert html is not None
    ids = [str(each["content-id"]) for each in letter.walk() if each.get_content_type() == "image/png"]
    assert ids
    assert all(f"cid:{each.strip('<>')}" in html.get_content() for each in ids)
    assert f'lang="{language}" dir="{"rtl" if language == "fa" else "ltr"}"' in html.get_content()


def stop_by_one_click(pages: Pages, path: str) -> None:
    """What mail programs do (RFC 8058), without a cookie; an address that we did not sign stops nothing."""
    assert pages.get(path, STRANGER)[0] == 200
    assert pages.get(path.replace("/?", "x/?"), STRANGER)[0] == 404
    request = urllib.request.Request(  # noqa: S310 - of this machine
        pages.address + path, b"List-Unsubscribe=One-Click"
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        assert answer.status == 200


def test_a_digest_is_kept_as_a_report_and_sent_to_each_in_their_language(
    visit: Callable[..., Visit], pages: Pages, postbox: Postbox
) -> None:
    before, postbox.refuses = len(digests(postbox)), False
    page = visit().go("/reports/digests/?lang=en")
    page.locator("#board").select_option("billing")
    page.get_by_label("Rita Reader", exact=True).check()
    page.get_by_label("Language: Rita Reader").select_option("fa")
    page.get_by_label("Language: Owner").select_option("en")
    page.get_by_role("button", name="Send it from now on").click()
    row = page.locator("tbody tr", has_text="Billing")
    expect(row).to_contain_text("each week")
    row.get_by_role("button", name="Send it now").click()
    wait(lambda: len(digests(postbox)) == before + 2, "the letters")
    english, persian = digests(postbox, OWNER)[-1], digests(postbox, READER)[-1]
    with flow.open(pages.folder, read_only=True) as space:
        report, figures = space.reports.shown(space.reports.all()[0].report_id)
    assert (report.question.board, report.question.grain, report.by) == ("billing", "week", MAILBOX[OWNER])
    assert english["subject"].startswith("Billing, acme: ")
    assert f"{ADDRESS}/reports/{report.report_id}/?lang=en" in plain(english)
    mrr = next(each for each in figures if each.name == "mrr" and each.period_label == report.question.last)
    for letter, language in ((english, "en"), (persian, "fa")):
        look = Look(language=language)
        assert value_text(mrr, look).strip(f" {look.mark}") in plain(letter)
        assert_whole(letter, language)
    stop_by_one_click(pages, str(persian["list-unsubscribe"]).strip(" <>").removeprefix(ADDRESS))
    page.reload()
    expect(row).not_to_contain_text("Rita Reader")
    page.locator("tbody tr", has_text="Billing").get_by_role("button", name="Stop it").click()
    expect(page.locator("main")).to_contain_text("No digest is sent yet.")


def test_a_letter_that_is_not_taken_is_sent_later_and_says_why_meanwhile(
    visit: Callable[..., Visit], pages: Pages, postbox: Postbox
) -> None:
    before = len(digests(postbox))
    page = visit().go("/reports/digests/?lang=en")
    page.locator("#board").select_option("success")
    postbox.refuses = True
    page.get_by_role("button", name="Send it from now on").click()
    page.get_by_role("button", name="Send it now").click()
    jobs = ("jobs", "-w", str(pages.folder), "--format", "json")  # A table would break the reason in two.
    wait(lambda: "Try again later" in holdfast(*jobs), "the reason to be told")
    postbox.refuses = False
    wait(lambda: len(digests(postbox)) == before + 1, "the letter", seconds=2 * PATIENCE_SECONDS)
    page.get_by_role("button", name="Stop it").click()
    expect(page.locator("main")).to_contain_text("No digest is sent yet.")
