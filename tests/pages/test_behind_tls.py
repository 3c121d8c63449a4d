"""Behind a server that speaks TLS: the browser's address, cookies by TLS alone; believed of whom we named."""

from __future__ import annotations

import hashlib
import re
import sqlite3
import urllib.error
import urllib.parse
import urllib.request
from contextlib import closing
from http.cookies import SimpleCookie

import pytest

from holdfast.errors import UsageError
from holdfast.web.environment import settings_of
from tests.pages.conftest import STRANGER, Pages
from tests.web.conftest import Served
from tests.web.conftest import server as server  # noqa: PLC0414 - a fixture of the whole session

ELSEWHERE = "203.0.113.77"
BEHIND = {"X-Forwarded-For": f"198.51.100.1, {ELSEWHERE}", "X-Forwarded-Proto": "https"}


def cookies_of(pages: Pages, **headers: str) -> dict[str, bool]:
    """The cookies that the form to sign in sets, and whether each goes by TLS alone."""
    _, _, answered = pages.get("/sign-in/?lang=en", STRANGER, **headers)
    return {name: bool(each["secure"]) for name, each in SimpleCookie(answered["set-cookie"]).items()}


def test_cookies_are_secure_where_the_browser_speaks_tls(pages: Pages) -> None:
    assert cookies_of(pages, **{name.replace("-", "_"): value for name, value in BEHIND.items()}) == {
        "csrftoken": True
    }
    assert cookies_of(pages) == {"csrftoken": False}


def test_attempts_count_as_those_of_the_browser_and_its_form_is_taken(pages: Pages) -> None:
    """The last address that is no proxy of ours: the ones before it anybody may have written."""
    _, text, answered = pages.get("/sign-in/", STRANGER)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text)
    assert token
    cookie = SimpleCookie(answered["set-cookie"])["csrftoken"].value
    host = pages.address.removeprefix("http://")
    told = {"csrfmiddlewaretoken": token[1], "email": "nobody@acme.example", "password": "x"}
    request = urllib.request.Request(  # noqa: S310 - of this machine
        f"{pages.address}/sign-in/",
        urllib.parse.urlencode(told).encode(),
        {**BEHIND, "Cookie": f"csrftoken={cookie}", "Origin": f"https://{host}", "Host": host},
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)  # noqa: S310 - of this machine
    with refused.value as answer:
        assert "No member has this" in answer.read().decode(), "refused for its password, not its origin"
    with closing(sqlite3.connect(pages.folder / "web.sqlite")) as kept:
        known = {row[0] for row in kept.execute("select about from workspaces_attempt")}
    assert hashlib.sha256(f"address {ELSEWHERE}".encode()).hexdigest() in known
    assert hashlib.sha256(b"address 198.51.100.1").hexdigest() not in known


def test_what_a_stranger_says_of_itself_is_not_believed(server: Served) -> None:
    request = urllib.request.Request(f"{server.address}/sign-in/", headers=BEHIND)  # noqa: S310 - of this machine
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - of this machine
        assert "secure" not in answer.headers["set-cookie"].lower()


def test_a_proxy_is_an_address_or_a_network() -> None:
    told = settings_of({"HOLDFAST_TRUSTED_PROXIES": "10.0.0.0/8, ::1"})
    assert told["TRUSTED_PROXIES"] == ["10.0.0.0/8", "::1"]
    for wrong in ("*", "proxy.local", "10.0.0.1/8"):
        with pytest.raises(UsageError, match="HOLDFAST_TRUSTED_PROXIES"):
            settings_of({"HOLDFAST_TRUSTED_PROXIES": wrong})
