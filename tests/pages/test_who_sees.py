"""Every page as owner, as a reader and as a stranger; who may change; what the audit log keeps."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import pytest

from holdfast.web.urls import PAGES
from tests.pages.conftest import OWNER, PERIOD, READER, STRANGER, Pages

OPEN = {"sign-in/", "sign-in/code/", "sign-in/<str:text>/", "sign-out/"}
OPEN |= {"sign-in/openid/", "sign-in/openid/back/"}
OPEN |= {"shared/<str:text>/", "digests/stop/<str:text>/"}
FILLED = {
    "<str:name>": "customer_churn_rate",
    "<str:account_id>": "a000000",
    "<str:segment>": "team",
    "<int:number>": "1",
    "<str:form>": "csv",
}
ASKED = {"data/settings/preview/": "&set=ideal_use_days=4", "data/settings/effect/": "&set=ideal_use_days=4"}
"""What pages are asked that show nothing otherwise."""
FOR_OTHERS = {"team/keys/", "team/log/", "team/log.csv", "data/settings/preview/", "data/settings/effect/"}
FOR_OTHERS |= {"data/person/", "data/person/jobs/", "data/person/<str:asked>.json"}
"""Pages that a reader is refused."""

EVERY = sorted({str(each.pattern) for each in PAGES} - OPEN)


def address(pattern: str, pages: Pages) -> str:
    made = {"<str:target_id>": pages.target, "<str:report_id>": pages.report, "<str:asked>": pages.asked}
    made["<str:experiment_id>"] = pages.experiment
    for place, value in {**FILLED, **made}.items():
        pattern = pattern.replace(place, value)
    assert "<" not in pattern, f"say what stands for the place in {pattern}"
    return f"/{pattern}"


@pytest.mark.parametrize("pattern", EVERY)
def test_a_stranger_is_sent_to_sign_in_and_sees_nothing(pages: Pages, pattern: str) -> None:
    status, text, headers = pages.get(address(pattern, pages), STRANGER)
    assert (status, text) == (302, "")
    assert headers["location"].startswith("/sign-in/")
    assert pages.get(address(pattern, pages), STRANGER, HX_Request="true")[0] == 401


@pytest.mark.parametrize("pattern", EVERY)
def test_who_may_read_sees_every_page_in_a_language_of_theirs(pages: Pages, pattern: str) -> None:
    for who in (OWNER, READER):
        status, text, headers = pages.get(
            f"{address(pattern, pages)}?period={PERIOD}&lang=fa{ASKED.get(pattern, '')}", who
        )
        assert status == (403 if who == READER and pattern in FOR_OTHERS else 200), text
        assert "script-src 'self'; style-src 'self'" in headers["content-security-policy"]
        if headers["content-type"].startswith("text/html") and "<html" in text:
            assert '<html lang="fa" dir="rtl"' in text
            assert not re.search(r"\sstyle=|<style|<script>|\son\w+=", text), "nothing inline"


@pytest.mark.parametrize("pattern", EVERY)
def test_nothing_is_changed_by_a_form_that_was_not_sent_from_here(pages: Pages, pattern: str) -> None:
    for who in (OWNER, READER, STRANGER):
        assert pages.ask("POST", address(pattern, pages), who)[0] in {403, 405}


def test_what_was_seen_stands_in_the_audit_log(pages: Pages) -> None:
    pages.get(f"/kpis/mrr/explain/?period={PERIOD}", READER)
    with closing(sqlite3.connect(pages.folder / "web.sqlite")) as kept:
        rows = kept.execute(
            "select m.email, d.did, d.facts from workspaces_deed d"
            " join workspaces_member m on m.id = d.member_id"
            " where d.about = '/kpis/mrr/explain/'"
        ).fetchall()
    assert ("reader@acme.example", "saw", f'{{"period": ["{PERIOD}"]}}') in rows


def test_a_page_that_is_not_there_and_a_question_that_cannot_be_say_so(pages: Pages) -> None:
    assert pages.get("/kpis/custmer_churn_rate/", OWNER)[0] == 404
    assert pages.get("/nowhere/", OWNER)[0] == 404
    status, text, _ = pages.get("/?period=2024-13", OWNER)
    assert status == 400
    assert "2024-13" in text
    assert pages.get("/?board=leadreship", OWNER)[0] == 400


def test_an_address_without_its_last_slash_leads_to_the_page(pages: Pages) -> None:
    status, _, headers = pages.get("/kpis/mrr?lang=fa", OWNER)
    assert (status, headers["location"]) == (301, "/kpis/mrr/?lang=fa")
    assert pages.get("//example.com", STRANGER)[0] == 404
    assert pages.get("/healthz/kpis", STRANGER)[0] == 404
