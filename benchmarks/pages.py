"""What members wait for: pages of a served company, first cold and then with several looking at once."""

from __future__ import annotations

import http.client
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from benchmarks.clock import say, timed
from benchmarks.company import Company
from benchmarks.results import Row
from benchmarks.servers import Server, serving_of

MEMBER = "owner@bench.example"
MEMBERS, EVERY_SECONDS = 20, 3.0
OVERVIEW, TABLE, SPLIT, EXPLAIN = (
    "/",
    "/customers/",
    "/kpis/customer_churn_rate/?by=plan",
    "/kpis/mrr/explain/",
)
WARM, COLD, OF_TABLE, OF_SPLIT, OF_EXPLAIN = 0.15, 1.5, 0.2, 0.5, 0.5
WEIGHT_KB = 400.0
LOOKS = ("?q=group", "?sort=mrr", "?page=2", "?sort=name&page=3")
"""The table searched, sorted and turned over."""


@dataclass
class Visitor:
    """A member with a session."""

    server: Server
    session: str

    def get(self, path: str) -> bytes:
        """A page as it is sent, compressed."""
        told = {"Cookie": f"holdfast_session={self.session}", "Accept-Encoding": "gzip"}
        status, body, _ = _ask(self.server, "GET", path, told)
        if status != 200:
            raise SystemExit(f"{path} was answered with {status}.")
        return body

    def wait_for(self, path: str) -> float:
        """Seconds until a page is there."""
        return timed(lambda: self.get(path))[0]


def look(company: Company) -> tuple[list[Row], list[str]]:
    """How long pages take of a server just begun, and while `MEMBERS` look at the overview all the time."""
    company.grow(company.exports.end)
    company.board(anew=False)
    company.space.tell_risks()
    company.close()
    try:
        with serving_of(company.folder) as server:
            visitor = signed_in(server)
            cold = visitor.wait_for(OVERVIEW)
            weight = len(visitor.get(OVERVIEW)) / 1000
            split, explain = visitor.wait_for(SPLIT), visitor.wait_for(EXPLAIN)
            visitor.wait_for(TABLE)
            table = max(visitor.wait_for(TABLE + each) for each in LOOKS)
            warm = _looked_at(visitor, 10 * company.size.seconds)
            memory = server.resident()
    finally:
        company.open()
    rows = [
        Row("overview, first of a server", cold, "at most", COLD, 1.0),
        Row(f"overview, 95th percentile, {MEMBERS} members", warm, "at most", WARM, 1.0),
        Row("customers: searched, sorted, turned", table, "at most", OF_TABLE, 1.0),
        Row("a KPI by plan, first time", split, "at most", OF_SPLIT, 1.0),
        Row("explain, first page, first time", explain, "at most", OF_EXPLAIN, 1.0),
        Row("overview, compressed", weight, "at most", WEIGHT_KB, 1.0, "kB"),
    ]
    return rows, [f"Pages: the server and its worker held {memory:,.0f} MiB."]


def signed_in(server: Server) -> Visitor:
    """A new owner who followed the link to sign in."""
    shell = [sys.executable, "-m", "holdfast", "members"]
    of = ["-w", str(server.folder)]
    subprocess.run([*shell, "add", MEMBER, "--role", "owner", *of], check=False, capture_output=True)
    told = subprocess.run([*shell, "link", MEMBER, *of], check=True, capture_output=True, text=True)
    link = urlsplit(told.stdout.strip()).path
    _, page, headers = _ask(server, "GET", link, {})
    token = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page)
    cookie = SimpleCookie(headers["set-cookie"])["csrftoken"].value
    if token is None:
        raise SystemExit("The link to sign in has no form.")
    form = {"Cookie": f"csrftoken={cookie}", "Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode({"csrfmiddlewaretoken": token[1].decode()})
    _, _, headers = _ask(server, "POST", link, form, body)
    session = re.search(r"holdfast_session=(\w+)", str(headers))
    if session is None:
        raise SystemExit("The link did not sign in.")
    return Visitor(server, session[1])


def _ask(
    server: Server, method: str, path: str, told: dict[str, str], body: str | None = None
) -> tuple[int, bytes, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
    try:
        connection.request(method, path, body, told)
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers
    finally:
        connection.close()


def _looked_at(visitor: Visitor, seconds: float) -> float:
    """The seconds within which 19 of 20 overviews were there."""
    taken: list[float] = []
    until = time.monotonic() + seconds

    def member(number: int) -> None:
        time.sleep(number * EVERY_SECONDS / MEMBERS)
        while time.monotonic() < until:
            taken.append(visitor.wait_for(OVERVIEW))
            time.sleep(max(0.0, EVERY_SECONDS - taken[-1]))

    members = [threading.Thread(target=member, args=(number,)) for number in range(MEMBERS)]
    for each in members:
        each.start()
    for each in members:
        each.join()
    found = sorted(taken)
    say(f"{len(found)} overviews, the middle one {found[len(found) // 2] * 1000:.0f} ms")
    return found[int(0.95 * (len(found) - 1))]
