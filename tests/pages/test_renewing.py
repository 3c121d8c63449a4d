"""The chance to leave by the renewal, for a person and for programs: as the library says, or why none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from holdfast import flow
from holdfast.company import simulate, write_exports
from holdfast.flow.judging.risk import HORIZONS, AtRisk, Risks, risks
from holdfast.insights.risk.backtest import Compared
from holdfast.report.renewing import renewal_text, renewal_verdict
from holdfast.report.rows import as_csv
from holdfast.words import percent
from tests.pages.conftest import OWNER, Pages, Visit, session_of
from tests.pages.test_in_the_browser import RULES
from tests.web.conftest import serving


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    """A company old and large enough for chances to be told."""
    folder = tmp_path_factory.mktemp("old") / "acme"
    company = simulate(600, 24, seed=3, events_per_account=8)
    exports = folder.with_name("exports")
    write_exports(company, exports)
    with flow.create(folder, currency=company.currency, zone=company.sizing.zone) as space:
        space.import_folder(exports, through=company.end)
        space.tell_risks()
    with serving(folder) as served:
        found = Pages(folder, served.address)
        found.sessions = {OWNER: session_of(found, OWNER)}
        yield found


@pytest.fixture(scope="module")
def found(old: Pages) -> Risks:
    with flow.open(old.folder, read_only=True) as space:
        return space.risks(90)


@pytest.fixture(scope="module")
def due(found: Risks) -> AtRisk:
    return next(each for each in found.accounts if each.renewal)


def test_it_is_the_chance_within_the_first_horizon_that_holds_the_day(old: Pages, found: Risks) -> None:
    assert isinstance(found.by_renewal, Compared)
    assert found.by_renewal.is_worth_it
    with flow.open(old.folder, read_only=True) as space:
        told = {days: {each.account_id: each for each in space.risks(days).accounts} for days in HORIZONS}
        midnight = space.calendar.midnight
        assert risks(space._warehouse, 90, (), None) == found, "told as it is learned"
    due = [each for each in found.accounts if each.renewal]
    assert 0 < len(due) < len(found.accounts)
    for one in due:
        assert one.renewal is not None
        over = midnight(one.renewal.day + timedelta(days=1)) - found.at
        assert timedelta(0) < over <= timedelta(days=90)
        held = [days for days in HORIZONS if days - 30 < over / timedelta(days=1)]
        known = max(told[days][one.account_id].chance for days in held if told[days])
        assert one.renewal.chance is not None
        assert one.renewal.chance >= known - 1e-9
        assert one.renewal.chance == pytest.approx(known) or not all(told.values())


def test_the_page_of_a_customer_says_it_with_the_day_or_that_none_is_known(
    old: Pages, found: Risks, due: AtRisk
) -> None:
    assert due.renewal is not None
    assert due.renewal.chance is not None
    later = next(each for each in found.accounts if each.renewal is None)
    for one, plain in ((due, percent(due.renewal.chance, "en")), (later, "No renewal of it is known")):
        _, text, _ = old.get(f"/customers/{one.account_id}/standing/?lang=en", OWNER)
        assert renewal_text(found, one, "en") in text
        assert plain in text


def test_the_report_card_has_how_it_did(old: Pages, found: Risks) -> None:
    _, text, _ = old.get("/insights/?lang=en", OWNER)
    assert renewal_verdict(found, "en") in text
    assert text.count('<svg class="calibration"') == 2
    assert "read evenly by the day" in text


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("fa", 390), ("ar", 1280)])
def test_both_pages_hold_what_they_say(
    old: Pages, due: AtRisk, visit: Callable[..., Visit], language: str, width: int
) -> None:
    visitor = visit(OWNER, width, old)
    for path, mark in ((f"/customers/{due.account_id}/standing/", "#risk"), ("/insights/", "#renewal")):
        page = visitor.go(f"{path}?lang={language}")
        expect(page.locator(mark)).to_be_visible()
        assert Axe().run(page, options=RULES).response["violations"] == []
        if folder := os.environ.get("PICTURES"):
            page.screenshot(path=f"{folder}/{mark[1:]}-{language}.png", full_page=True)


def shell(old: Pages, *args: str) -> str:
    program = [sys.executable, "-m", "holdfast", *args, "-w", str(old.folder)]
    return subprocess.run(program, check=True, capture_output=True, text=True).stdout


def test_the_shell_says_it_as_a_column_and_in_rows(old: Pages, found: Risks, due: AtRisk) -> None:
    assert due.renewal is not None
    assert due.renewal.chance is not None
    assert "renewal" in shell(old, "risk")
    rows: list[dict[str, Any]] = json.loads(shell(old, "risk", "--format", "json"))
    by = {row["account_id"]: row for row in rows}
    mine = by[due.account_id]
    assert mine["renewal_day"] == due.renewal.day.isoformat()
    assert mine["by_renewal"] == pytest.approx(due.renewal.chance)
    assert mine["by_renewal_reason"] is None
    for one in found.accounts:
        if one.renewal is None:
            row = by[one.account_id]
            assert (row["renewal_day"], row["by_renewal"]) == (None, None)
            assert row["by_renewal_reason"] == "no_renewal_within_90_days"
    assert renewal_text(found, due, "en") in " ".join(shell(old, "risk", "show", due.account_id).split())
    card = json.loads(shell(old, "risk", "card", "--format", "json"))
    assert [row["of"] for row in card[-3:]] == [
        "by_renewal",
        "by_renewal_evenly",
        "by_renewal_base_rate",
    ]
    assert all(row["shown"] for row in card[-3:])
    assert card[-3]["brier"] < min(row["brier"] for row in card[-2:])
    assert shell(old, "risk", "--format", "csv").startswith(as_csv([], tuple(rows[0])).strip())
