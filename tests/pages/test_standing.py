"""The week's list and how a customer stands, on the pages: what the library says, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from holdfast import flow
from holdfast.flow import Workspace
from holdfast.flow.judging.warning import Now
from holdfast.report.warning import why
from holdfast.report.worth import refused_text
from holdfast.words import number, say
from tests.pages.conftest import OWNER, PERIOD, READER, Pages

AT = f"period={PERIOD}&lang=en"


@pytest.fixture(scope="module")
def space(pages: Pages) -> Iterator[Workspace]:
    with flow.open(pages.folder, read_only=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def now(space: Workspace) -> Now:
    return space.warnings.now(as_of=space.calendar.period("month", PERIOD).end)


def accounts(text: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'href="/customers/([^/"?]+)/', text)))


def test_the_list_has_the_accounts_in_their_order_with_why_and_what_next(pages: Pages, now: Now) -> None:
    _, text, _ = pages.get(f"/attention/?{AT}", READER)
    assert accounts(text) == [each.account_id for each in now.accounts]
    assert f"Accounts with open warnings: {len(now.accounts)}" in text
    worst = now.accounts[0].warnings[0]
    assert why(worst, "en") in text
    assert say(f"warnings.next.{worst.kind}", "en") in text


def test_inside_the_overview_the_list_begins_and_leads_on(pages: Pages, now: Now) -> None:
    _, text, _ = pages.get(f"/attention/?{AT}", OWNER, HX_Target="part")
    assert "<html" not in text
    assert accounts(text) == [each.account_id for each in now.accounts[:8]]
    assert (f"The whole list: {len(now.accounts)}" in text) == (len(now.accounts) > 8)
    assert 'hx-get="/attention/' in pages.get(f"/?{AT}", OWNER)[1]


def test_how_a_customer_stands(pages: Pages, space: Workspace, now: Now) -> None:
    account = now.accounts[0].account_id
    health, grounds = space.health.explain(account, at=now.at)
    assert health.value is not None
    _, text, _ = pages.get(f"/customers/{account}/standing/?{AT}", READER)
    assert f"Health: <bdi>{number(float(health.value), 'en', decimals=1)}</bdi>" in text
    assert len(re.findall(r'<tr><th scope="row">', text)) == len(health.counted.parts)
    assert next(each.record for each in grounds if each.kind != "base") in text
    for warned in now.accounts[0].warnings:
        assert why(warned, "en") in text
        assert warned.signs[-1].record in text
    assert "Not enough evidence" in text
    assert say("web.worth", "en") in text
    assert refused_text(space.worth(), "en") in text
    assert f'hx-get="/customers/{account}/standing/' in pages.get(f"/customers/{account}/?{AT}", READER)[1]


def test_nobody_is_missing_and_says_so(pages: Pages) -> None:
    assert pages.get(f"/customers/nobody/standing/?{AT}", OWNER)[0] == 404
    assert pages.get(f"/attention/?{AT}&segment=mmr+%3E+3", OWNER)[0] == 400
