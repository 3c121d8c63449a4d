"""Settings by the page: what they would do is shown by account before they are kept, and who kept them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from holdfast import flow
from holdfast.flow.knowing.settings import SETTINGS, known_settings, read_setting
from holdfast.web.answers.ruling import NAMES, text_of
from holdfast.words import signed
from tests.pages.conftest import MAILBOX, OWNER, PERIOD, READER, Pages, Visit, session_of
from tests.pages.test_in_the_browser import RULES
from tests.web.conftest import holdfast, serving

RULE = "rules.pause_churn_days"
PLACE = f"/data/settings/?period={PERIOD}&lang=en"


@pytest.mark.parametrize("name", NAMES)
def test_what_the_form_shows_is_read_back_as_it_was(name: str) -> None:
    """So that a form sent as it is changes nothing, whatever a setting is."""
    setting = SETTINGS.get(name)
    examples = [setting.default, setting.example] if setting and setting.example != "VALUE" else []
    for example in examples or [known_settings({})[name]]:
        value = read_setting(name, example)
        assert read_setting(name, text_of(name, value)) == value


@pytest.fixture(scope="module")
def own(pages: Pages, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    """The same company, to be changed."""
    folder = tmp_path_factory.mktemp("ruled") / "acme"
    shutil.copytree(pages.folder, folder, ignore=shutil.ignore_patterns("web.sqlite*", "spool"))
    with serving(folder) as served:
        found = Pages(folder, served.address)
        holdfast("members", "add", MAILBOX[READER], "--name", "Rita Reader", "-w", str(folder))
        found.sessions = {who: session_of(found, who) for who in (OWNER, READER)}
        yield found


def test_what_a_rule_would_do_is_seen_by_account_and_then_kept(
    visit: Callable[..., Visit], own: Pages
) -> None:
    with flow.open(own.folder, read_only=True) as space:
        tried = {"rules.subscriptions": "latest"}
        bridge = space.compare("mrr", period=PERIOD, tried=tried)
    assert bridge.difference, "some account has two subscriptions, so that MRR moves"
    page = visit(of=own).go(PLACE)
    page.get_by_label("rules.subscriptions").select_option("latest")
    page.get_by_role("button", name="See what it would do").click()
    said = signed(bridge.difference, bridge.after.unit)
    moved = page.get_by_role("link", name=f"Monthly recurring revenue by account: {said}")
    expect(moved).to_be_visible()
    with flow.open(own.folder, read_only=True) as space:
        assert space.rulebook().subscriptions == "all", "to look keeps nothing"
    moved.click()
    drawer = page.locator("#drawer")
    expect(drawer.locator(".sums")).to_contain_text(said)
    expect(drawer.locator("tbody").last.locator("tr")).to_have_count(min(len(bridge.rows), 50))
    assert Axe().run(page, options=RULES).violations_count == 0
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Keep these settings").click()
    row = page.locator("tbody tr").first
    expect(row).to_contain_text("rules.subscriptions")
    expect(row).to_contain_text(MAILBOX[OWNER])
    with flow.open(own.folder, read_only=True) as space:
        assert space.rulebook().subscriptions == "latest"
    page.goto(f"{own.address}/team/log/?lang=en")
    expect(page.locator("main")).to_contain_text("from: all, to: latest")


def test_an_event_that_never_occurred_is_refused_with_the_nearest(
    visit: Callable[..., Visit], own: Pages
) -> None:
    page = visit(of=own).go(PLACE)
    page.get_by_label("core_events").fill("report_craeted")
    page.get_by_role("button", name="See what it would do").click()
    expect(page.get_by_role("alert")).to_contain_text("Did you mean 'report_created'?")
    expect(page.get_by_label("core_events")).to_have_value("report_craeted")
    page.goto(own.address + PLACE)
    page.get_by_role("button", name="See what it would do").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing of this differs")


def test_a_reader_sees_the_settings_and_keeps_none(visit: Callable[..., Visit], own: Pages) -> None:
    page = visit(READER, of=own).go(PLACE)
    expect(page.locator("main")).to_contain_text("Analysts, admins and owners change settings.")
    expect(page.get_by_label("week_start")).to_have_value("monday")
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    told: dict[str, str | float | bool] = {"csrfmiddlewaretoken": token, RULE: "1"}
    wanted = f"/data/settings/preview/?set={RULE}={json.dumps(1)}"
    for path in ("/data/settings/", wanted):
        assert page.context.request.post(own.address + path, form=told).status == 403
    assert own.get(wanted, READER)[0] == 403
    assert own.get(f"/data/settings/preview/?set={RULE}=no", OWNER)[0] == 400
    assert own.get("/data/settings/preview/?set=zone", OWNER)[0] == 400
    with flow.open(own.folder, read_only=True) as space:
        assert space.settings()[RULE] == 90
