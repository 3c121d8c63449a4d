"""A small simulated company served as a user serves it, people of three kinds, and a real browser."""

from __future__ import annotations

import os
import re
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from holdfast.company import DECLARED, simulate
from holdfast.company.exports import write_exports
from holdfast.flow import Question, create
from holdfast.flow.aims.aiming import Aim
from tests.web.conftest import PATIENCE_SECONDS, free_port, holdfast, serving, wait

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
OWNER, READER, STRANGER = "owner", "reader", "stranger"
MAILBOX = {OWNER: "owner@holdfast.example", READER: "reader@acme.example"}
PERIOD = "2024-12"
ADDRESS = "https://holdfast.acme.example"
BOARD = Question(board="billing", first="2024-01", last=PERIOD)


@dataclass
class Pages:
    """The pages of one served workspace, as each kind of person."""

    folder: Path
    address: str
    sessions: dict[str, str] = field(default_factory=dict)
    target: str = ""
    report: str = ""
    experiment: str = ""
    asked: str = ""

    def get(self, path: str, who: str, **headers: str) -> tuple[int, str, dict[str, str]]:
        """Status, text and headers of a page; redirects are not followed."""
        return self.ask("GET", path, who, **headers)

    def ask(self, method: str, path: str, who: str, **headers: str) -> tuple[int, str, dict[str, str]]:
        """The same by any method, without a body."""
        cookie = {"Cookie": f"holdfast_session={self.sessions[who]}"} if who in self.sessions else {}
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(  # noqa: S310 - of this machine
            self.address + path, headers={**cookie, **told}, method=method
        )
        try:
            with urllib.request.build_opener(_Stays).open(request) as answer:
                return answer.status, answer.read().decode(errors="replace"), dict(answer.headers)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode(errors="replace"), dict(refused.headers)

    def form(self, path: str, who: str) -> tuple[str, str]:
        """What shows that a form was sent from a page: the token in it, and the one in its cookie."""
        _, text, headers = self.get(path, who)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text)
        assert token
        return token[1], SimpleCookie(headers["set-cookie"])["csrftoken"].value

    def post(self, path: str, who: str, **told: str) -> int:
        """The status of a form that is sent from a page, as a browser sends it."""
        return self.sent(path, who, **told)[0]

    def sent(self, path: str, who: str, **told: str) -> tuple[int, str]:
        """The same, with the text of the page that answers."""
        token, cookie = self.form(path.partition("?lang=")[0], who)
        request = urllib.request.Request(  # noqa: S310 - of this machine
            self.address + path,
            urlencode({"csrfmiddlewaretoken": token, **told}).encode(),
            {"Cookie": f"csrftoken={cookie}; holdfast_session={self.sessions[who]}"},
        )
        try:
            with urllib.request.build_opener(_Stays).open(request) as answer:
                return int(answer.status), answer.read().decode(errors="replace")
        except urllib.error.HTTPError as moved:
            with moved:
                return moved.code, moved.read().decode(errors="replace")

    def link(self, who: str) -> str:
        """A fresh sign-in link."""
        return holdfast("members", "link", MAILBOX[who], "-w", str(self.folder)).strip()


class _Stays(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_given: Any, **_named: Any) -> None:
        return None


def session_of(pages: Pages, who: str) -> str:
    """Sign in by a link, as the form on its page does."""
    link = pages.link(who)
    token, cookie = pages.form(link, STRANGER)
    request = urllib.request.Request(  # noqa: S310 - of this machine
        pages.address + link,
        f"csrfmiddlewaretoken={token}".encode(),
        {"Cookie": f"csrftoken={cookie}"},
    )
    with pytest.raises(urllib.error.HTTPError) as moved:
        urllib.request.build_opener(_Stays).open(request)
    moved.value.close()
    cookies = "\n".join(moved.value.headers.get_all("set-cookie", []))
    return str(re.findall(r"holdfast_session=(\w+)", cookies)[0])


@dataclass
class Postbox:
    """A mail server that keeps what it is given, or takes nothing as long as it `refuses`."""

    port: int
    letters: list[EmailMessage] = field(default_factory=list)
    refuses: bool = False

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:  # noqa: N802
        """Take a letter, or say that this is not the time, as mail servers do."""
        if self.refuses:
            return "451 Try again later"
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.letters.append(message_from_bytes(content, policy=policy.default))
        return "250 OK"


@pytest.fixture(scope="session")
def postbox() -> Iterator[Postbox]:
    """A real mail server."""
    found = Postbox(free_port())
    server = Controller(found, hostname="127.0.0.1", port=found.port)
    server.start()
    yield found
    server.stop()


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory, postbox: Postbox) -> Iterator[Pages]:
    """The pages of a small company, fifteen months old; who changes something puts it back."""
    folder = tmp_path_factory.mktemp("pages") / "acme"
    company = simulate(60, 15, seed=5)
    exports = folder.with_name("exports")
    write_exports(company, exports)
    with create(folder, currency=company.currency, zone=company.sizing.zone) as space:
        space.import_folder(exports, through=company.end)
        space.set_all(DECLARED)
        space.segments.define("team", "plan = 'team'")
        target = space.targets.set(Aim("paying_customers", "2025-09"), "60", owner="ana").target_id
        report = space.reports.make(BOARD, title="The year", by="owner@holdfast.example")[0].report_id
        space.tell_risks()
        experiment = space.experiments.start("A call in week two", salt="s")[0].experiment_id
    told = {
        "HOLDFAST_TRUSTED_PROXIES": "127.0.0.1",
        "HOLDFAST_MAIL_URL": f"smtp://127.0.0.1:{postbox.port}",
        "HOLDFAST_ADDRESS": ADDRESS,
    }
    with serving(folder, None, **told) as served:
        found = Pages(folder, served.address, target=target, report=report, experiment=experiment)
        holdfast("members", "add", MAILBOX[READER], "--name", "Rita Reader", "-w", str(folder))
        found.sessions = {who: session_of(found, who) for who in (OWNER, READER)}
        found.asked = file_of_somebody(found)
        yield found


def file_of_somebody(pages: Pages) -> str:
    """Have the server's worker write what is kept of an account to a file; the name of it."""
    pages.post("/data/person/", OWNER, act="disclose", kind="account", id="a000000")

    def made() -> list[str]:
        return re.findall(r'"/data/person/(\w+)\.json"', pages.get("/data/person/", OWNER)[1])

    wait(lambda: bool(made()), "the file of an account")
    return made()[0]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; without it the tests say so, but where they must run.

    For one file of tests: while it lives, an event loop runs in this thread, and Django refuses to be asked.
    """
    if CHROMIUM is None:
        assert os.environ.get("CI") != "true", "CI is to have a browser: apt install chromium"
        pytest.skip("there is no Chromium here: apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@dataclass
class Visit:
    """One page in the browser, with what it asked other hosts and what it complained of."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Open a page and wait until its charts are drawn and its parts are there."""
        self.page.goto(self.address + path)
        self.page.wait_for_function(
            "[...document.querySelectorAll('[data-specs]')].every((each) => each.dataset.drawn)"
        )
        expect(self.page.locator("main [hx-trigger=load]")).to_have_count(0, timeout=PATIENCE_SECONDS * 1000)
        return self.page


@pytest.fixture
def visit(pages: Pages, chromium: Browser) -> Iterator[Callable[..., Visit]]:
    """`visit(who, width=1280, of=pages, **context)`: a browser of that person; complaints fail the test."""
    contexts: list[BrowserContext] = []
    visits: list[Visit] = []

    def made(who: str = OWNER, width: int = 1280, of: Pages = pages, **more: Any) -> Visit:
        context = chromium.new_context(viewport={"width": width, "height": 900}, **more)
        if who in of.sessions:
            cookie = {"name": "holdfast_session", "value": of.sessions[who], "url": of.address}
            context.add_cookies([cookie])  # type: ignore[list-item]
        context.set_default_timeout(PATIENCE_SECONDS * 1000)
        found = Visit(context.new_page(), of.address)
        found.page.on(
            "console",
            lambda said: found.complaints.append(said.text) if said.type in {"error", "warning"} else None,
        )
        found.page.on("pageerror", lambda problem: found.complaints.append(str(problem)))
        found.page.on(
            "request",
            lambda asked: None if asked.url.startswith(of.address) else found.elsewhere.append(asked.url),
        )
        contexts.append(context)
        visits.append(found)
        return found

    yield made
    told = [(each.page.url, each.complaints, each.elsewhere) for each in visits]
    for context in contexts:
        context.close()
    assert [each for each in told if each[1] or each[2]] == []
