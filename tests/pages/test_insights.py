"""Behaviours and experiments on the pages: what the library says, down to accounts, and begun by who may."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from holdfast import flow
from holdfast.company import simulate, write_exports
from holdfast.flow import create
from holdfast.flow.judging.behaviours import Behaviours
from holdfast.report.behaviours import accounts_as_rows, behaviours_as_rows, gap_text, named, side_text
from holdfast.report.returns import COLUMNS, returns_as_rows
from holdfast.report.rows import as_csv
from holdfast.words import number
from tests.pages.conftest import MAILBOX, OWNER, READER, STRANGER, Pages, Visit, session_of
from tests.pages.test_in_the_browser import RULES
from tests.web.conftest import holdfast, serving

READ = ("accounts", "users", "subscription_phases", "events")
BEGUN = {"A call in week two": (datetime(2024, 6, 1), 60), "A letter": (datetime(2024, 11, 10), 90)}
PLACE = "/insights/experiments/"


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    """A company with evidence enough, served; two experiments were begun while it grew."""
    folder = tmp_path_factory.mktemp("grown") / "acme"
    company = simulate(1500, 12, seed=1, events_per_account=8)
    exports = folder.with_name("exports")
    write_exports(company, exports)
    for file in exports.iterdir():
        if file.is_file() and file.stem.split("-")[0] not in READ:
            file.unlink()
    with create(folder, currency=company.currency) as space, pytest.MonkeyPatch.context() as then:
        space.import_folder(exports, through=company.end)
        space.segments.define("team", "plan = 'team'")
        for name, (at, days) in BEGUN.items():
            then.setattr("holdfast.flow.judging.experiments.whole_until", lambda _, at=at: at)
            space.experiments.start(name, days=days, least=0.03, salt="s", by="ana")
    with serving(folder) as served:
        found = Pages(folder, served.address)
        holdfast("members", "add", MAILBOX[READER], "--name", "Rita Reader", "-w", str(folder))
        found.sessions = {who: session_of(found, who) for who in (OWNER, READER)}
        yield found


@pytest.fixture(scope="module")
def found(grown: Pages) -> Behaviours:
    with flow.open(grown.folder, read_only=True) as space:
        return space.behaviours()


def test_behaviours_are_the_librarys_each_with_its_intervals(grown: Pages, found: Behaviours) -> None:
    _, text, _ = grown.get("/insights/behaviours/?lang=en", READER)
    assert "Observed, not caused" in text
    assert 'hx-get="/insights/behaviours/ranked/?' in text
    _, text, _ = grown.get("/insights/behaviours/ranked/?lang=en", READER, HX_Target="part")
    names = [named(each.behaviour, each.count, "en") for each in found.findings]
    assert re.findall(r'<th scope="row"><a [^>]*>([^<]+)</a>', text) == names
    for each in found.findings:
        assert gap_text(each.alike, "en") in text
        assert gap_text(each.counted, "en") in text
    assert text.count("<svg viewBox") == len(names)
    assert "Make it the activation criterion" not in text, "a reader adopts nothing"
    assert "doubtful: others that stand explain it" in text
    _, text, _ = grown.get("/insights/behaviours/all.csv", READER)
    columns = text.splitlines()[0].split(",")
    assert text == as_csv(behaviours_as_rows(found), columns)


def test_a_behaviour_leads_to_the_accounts_it_is_judged_by(grown: Pages, found: Behaviours) -> None:
    judged = [each for each in found.accounts(1) if each.judged]
    _, text, _ = grown.get("/insights/behaviours/1/?lang=en", READER)
    assert f"Accounts it is judged by ({number(len(judged), 'en')})" in text
    first = min(judged, key=lambda each: (-each.times, each.account_id))
    assert f'href="/customers/{first.account_id}/?' in text
    _, text, _ = grown.get("/insights/behaviours/1.csv", READER)
    assert len(text.splitlines()) == 1 + len(accounts_as_rows(found, 1))
    assert grown.get("/insights/behaviours/99/", READER)[0] == 400
    assert grown.get("/insights/behaviours/ranked/?days=61", READER)[0] == 400
    assert grown.get("/insights/behaviours/ranked/?days=soon", READER)[0] == 400


def test_little_evidence_says_so(pages: Pages) -> None:
    for path in ("ranked/", "1/"):
        _, text, _ = pages.get(f"/insights/behaviours/{path}?lang=en", READER)
        assert "Not enough evidence yet" in text
    assert pages.get("/insights/behaviours/1.csv", READER)[1].startswith("evidence,")


def test_who_came_back_is_the_librarys(pages: Pages) -> None:
    with flow.open(pages.folder, read_only=True) as space:
        told = space.returns(14)
    _, text, _ = pages.get("/insights/behaviours/?lang=en&returning=14", READER)
    assert 'hx-get="/insights/behaviours/returns/?' in text
    _, text, _ = pages.get(
        "/insights/behaviours/returns/?lang=en&returning=14", READER, HX_Target="part-returns"
    )
    for each in told.found:
        for side in (each.met, each.others):
            assert side_text(side, "en") in text
    assert "Observed, not caused" in text
    _, text, _ = pages.get("/insights/behaviours/returns.csv?returning=14", READER)
    assert text == as_csv(returns_as_rows(told), COLUMNS)
    assert pages.get("/insights/behaviours/returns/?returning=soon", READER)[0] == 400
    assert pages.get("/insights/behaviours/returns/", STRANGER)[0] != 200


def test_without_a_criterion_returns_say_what_is_lacking(grown: Pages) -> None:
    _, text, _ = grown.get("/insights/behaviours/returns/?lang=en", READER)
    assert "No activation criterion is declared yet" in text


def test_a_behaviour_becomes_the_activation_criterion(
    visit: Callable[..., Visit], grown: Pages, found: Behaviours
) -> None:
    place = next(place for place in (1, 2, 3) if found.findings[place - 1].behaviour.kind == "event")
    name = named(found.findings[place - 1].behaviour, found.findings[place - 1].count, "en")
    page = visit(of=grown).go("/insights/behaviours/?lang=en")
    assert Axe().run(page, options=RULES).violations_count == 0
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.locator("#drawer h2").first).to_have_text(name)
    expect(page.locator("#accounts")).to_be_visible()
    assert Axe().run(page, options=RULES).violations_count == 0
    page.keyboard.press("Escape")
    page.get_by_role("link", name=f"Make it the activation criterion: {name}").click()
    criterion = str(found.criterion(place))
    expect(page.locator("tbody").first).to_contain_text(criterion)
    with flow.open(grown.folder, read_only=True) as space:
        assert space.settings()["activation"] is None, "to look keeps nothing"
    page.get_by_role("button", name="Keep these settings").click()
    page.wait_for_url("**/data/settings/**")
    with flow.open(grown.folder, read_only=True) as space:
        assert str(space.settings()["activation"]) == criterion
    page = visit(of=grown).go("/insights/behaviours/?lang=en")
    expect(page.locator("tbody tr", has_text=name)).to_contain_text("The activation criterion")


def test_experiments_are_listed_and_seen_whole(grown: Pages) -> None:
    with flow.open(grown.folder, read_only=True) as space:
        kept = {each.name: each for each in space.experiments.all()}
        read = {name: space.experiments.read(name) for name in BEGUN}
        arms = space.experiments.arms(kept["A letter"].experiment_id)
    _, text, _ = grown.get(f"{PLACE}readings/?lang=en", READER, HX_Target="part")
    assert re.findall(r"<bdi>(A [^<]+)</bdi></a>", text) == ["A letter", "A call in week two"]
    over, running = read["A call in week two"], read["A letter"]
    assert f"({over.treated.stayed} of {over.treated.accounts})" in text
    assert over.is_over
    assert not running.is_over
    _, text, _ = grown.get(f"{PLACE}{over.experiment.experiment_id}/reading/?lang=en", READER)
    assert "A call in week two: cannot tell yet" in text
    assert "The effort made a difference of" in text
    _, text, _ = grown.get(f"{PLACE}{running.experiment.experiment_id}/reading/?lang=en", READER)
    assert running.always.ratio is not None
    assert f"leave at {running.always.ratio:.2f} times the rate" in text
    _, text, _ = grown.get(f"{PLACE}{running.experiment.experiment_id}/?lang=en", READER)
    assert "10 November 2024 – 7 February 2025 (90 days)" in text
    assert "+3.0 points" in text
    assert "ana" in text
    _, text, _ = grown.get(f"{PLACE}{running.experiment.experiment_id}/arms.csv", READER)
    assert dict(line.split(",") for line in text.splitlines()[1:]) == arms
    assert grown.get(f"{PLACE}nothing/", OWNER)[0] == 404


def test_an_experiment_is_planned_and_begun(visit: Callable[..., Visit], grown: Pages) -> None:
    with flow.open(grown.folder, read_only=True) as space:
        plan = space.experiments.plan(segment="team", days=30)
    assert plan.detectable is not None
    page = visit(of=grown).go(f"{PLACE}new/?lang=en")
    told = page.locator("#plan")
    expect(told).to_contain_text("Verdict on")
    page.locator("#within").select_option("team")
    page.locator("#days").fill("30")
    page.locator("#least").fill("1")
    page.locator("#name").fill("A gift for a year")
    expect(told).to_contain_text(f"{plan.accounts} accounts take part, {plan.control} of them held out")
    expect(told).to_contain_text(f"a difference of {100 * plan.detectable:.1f} points would be found")
    expect(told).to_contain_text("1.0 points would mostly not be found")
    assert Axe().run(page, options=RULES).violations_count == 0
    page.get_by_role("button", name="Begin and hold accounts out").click()
    page.wait_for_url(re.compile(r"/insights/experiments/\w{32}/"))
    expect(page.locator("h1")).to_have_text("A gift for a year")
    expect(page.locator("main")).to_contain_text("Nobody has left since it began.")
    assert Axe().run(page, options=RULES).violations_count == 0
    with flow.open(grown.folder, read_only=True) as space:
        made = space.experiments.all()[0]
        assert (made.name, made.by, float(made.least or 0)) == ("A gift for a year", MAILBOX[OWNER], 0.01)
        assert len(space.experiments.arms(made.experiment_id)) == plan.accounts
    page.goto(f"{grown.address}/team/log/?lang=en")
    expect(page.locator("main")).to_contain_text("experiment A gift for a year")
    page = visit(of=grown).go(f"{PLACE}new/?lang=en")
    page.locator("#name").fill("A gift for a year")
    page.get_by_role("button", name="Begin and hold accounts out").click()
    expect(page.get_by_role("alert")).to_contain_text("already")


def test_a_reader_plans_and_begins_nothing(visit: Callable[..., Visit], grown: Pages) -> None:
    page = visit(READER, of=grown).go(f"{PLACE}new/?lang=en")
    expect(page.locator("main")).to_contain_text("Analysts, admins and owners begin experiments.")
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    told: dict[str, str | float | bool] = {"csrfmiddlewaretoken": token, "name": "Mine"}
    assert page.context.request.post(f"{grown.address}{PLACE}new/", form=told).status == 403
    assert grown.get(f"{PLACE}plan/?share=0", READER)[1].count("0 cannot be held out") == 1
    assert "cannot be 'much'" in grown.get(f"{PLACE}plan/?least=much", READER)[1].replace("&#39;", "'")
    assert grown.get(f"{PLACE}plan/?within={quote('mmr > 3')}", READER)[0] == 200
    with flow.open(grown.folder, read_only=True) as space:
        assert "Mine" not in {each.name for each in space.experiments.all()}


def test_every_page_of_insights_leads_to_the_others(grown: Pages) -> None:
    for path in ("/insights/", "/insights/behaviours/", PLACE):
        _, text, _ = grown.get(f"{path}?lang=en", OWNER)
        tabs = re.search(r'aria-label="Insights">(.*?)</nav>', text, re.DOTALL)
        assert tabs
        assert re.findall(r'href="([^"?]+)', tabs[1]) == [
            "/insights/",
            "/insights/behaviours/",
            "/insights/journeys/",
            "/insights/causes/",
            PLACE,
        ]
        assert re.findall(r'href="([^"?]+)\?[^>]*aria-current="page"', tabs[1]) == [path]
    assert grown.get("/search/?q=behav&lang=en", OWNER)[1].count("/insights/behaviours/") == 1
    assert grown.get(PLACE, STRANGER)[0] == 302
