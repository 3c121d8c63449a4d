"""A small Intercom for tests: conversations live, it tells of it by notifications and searches.

Objects have the shapes of the public reference, version 2.11. What a conversation was is written down by
what is done to it.
"""

from __future__ import annotations

import copy
import hashlib
import json
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]
START = datetime(2025, 6, 2, 8)
ADMINS = ("801", "802")
KEY = "dG9rOmh1c2g="


def seconds(at: datetime) -> int:
    return int(at.replace(tzinfo=UTC).timestamp())


@dataclass
class Truth:
    """What a conversation was, as it was lived."""

    created: datetime
    account: str | None
    closed: datetime | None = None
    reopened: datetime | None = None
    first_reply: datetime | None = None
    agent_replies: int = 0
    requester_replies: int = 0
    transfers: int = 0
    admin: str | None = None


@dataclass
class Inbox:
    """Companies, contacts and conversations; every change is a notification."""

    seed: int = 0
    now: datetime = START
    companies: dict[str, Body] = field(default_factory=dict)
    contacts: dict[str, Body] = field(default_factory=dict)
    conversations: dict[str, Body] = field(default_factory=dict)
    notifications: list[Body] = field(default_factory=list)
    truth: dict[str, Truth] = field(default_factory=dict)
    count: int = 100

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)

    def _fresh(self, kind: str) -> Body:
        self.count += 1
        stamp = {"created_at": seconds(self.now), "updated_at": seconds(self.now)}
        return {"type": kind, "id": f"{kind[:2]}{self.count}"} | stamp

    def company(self, name: str) -> str:
        body = self._fresh("company") | {"name": name, "company_id": f"x-{name}", "size": 40}
        self.companies[body["id"]] = body
        self._tell("company.created", body)
        return str(body["id"])

    def contact(self, name: str, company: str | None) -> str:
        listed = {"type": "list", "data": [{"type": "company", "id": company}] if company else []}
        body = self._fresh("contact") | {"name": name, "email": f"{name}@example.org", "role": "user"}
        self.contacts[body["id"]] = body | {"companies": listed}
        self._tell("contact.user.created", self.contacts[body["id"]])
        return str(body["id"])

    def open(self, contact: str, delivered_as: str = "customer_initiated") -> str:
        author = {"type": "user", "id": contact}
        if delivered_as != "customer_initiated":
            author = {"type": "admin", "id": ADMINS[0]}
        source = {"type": "conversation", "delivered_as": delivered_as, "subject": "", "body": "<p>Hi</p>"}
        body = self._fresh("conversation") | {"state": "open", "title": None, "admin_assignee_id": None}
        body |= {"source": source | {"author": author, "url": "https://example.org/secret"}}
        body |= {"contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": contact}]}}
        body |= {"conversation_rating": None, "statistics": None}
        body |= {"conversation_parts": {"type": "conversation_part.list", "conversation_parts": []}}
        self.conversations[body["id"]] = body
        data = self.contacts[contact]["companies"]["data"]
        self.truth[body["id"]] = Truth(self.now, data[0]["id"] if data else None)
        self._tell("conversation.user.created", body)
        return str(body["id"])

    def part(
        self, name: str, kind: str, author: Body, text: str | None = None, to: str | None = None
    ) -> None:
        """Add a part and tell of it: a notification has the newest part alone."""
        body = self.conversations[name]
        self.count += 1
        part: Body = {"type": "conversation_part", "id": str(self.count), "part_type": kind, "body": text}
        part |= {"created_at": seconds(self.now), "author": author, "redacted": False}
        part["assigned_to"] = {"type": "admin", "id": to} if to else None
        body["conversation_parts"]["conversation_parts"].append(part)
        body["updated_at"] = seconds(self.now)
        told = copy.deepcopy(body)
        told["conversation_parts"]["conversation_parts"] = [copy.deepcopy(part)]
        self._tell(f"conversation.admin.{kind}", told)

    def reply(self, name: str, admin: str) -> None:
        truth = self.truth[name]
        truth.agent_replies += 1
        truth.first_reply = truth.first_reply or self.now
        self.part(name, "comment", {"type": "admin", "id": admin}, "<p>Try this</p>")

    def answer(self, name: str) -> None:
        truth = self.truth[name]
        truth.requester_replies += 1
        self._open_again(name)
        contact = self.conversations[name]["contacts"]["contacts"][0]["id"]
        self.part(name, "comment", {"type": "user", "id": contact}, "<p>It did not help</p>")

    def note(self, name: str) -> None:
        self.part(name, "note", {"type": "admin", "id": ADMINS[0]}, "<p>for us</p>")

    def close(self, name: str) -> None:
        if self.conversations[name]["state"] == "open":
            self.conversations[name]["state"] = "closed"
            self.truth[name].closed = self.now
            self.part(name, "close", {"type": "admin", "id": ADMINS[0]})

    def reopen(self, name: str) -> None:
        if self.conversations[name]["state"] == "closed":
            self._open_again(name)
            self.part(name, "open", {"type": "admin", "id": ADMINS[1]})

    def _open_again(self, name: str) -> None:
        if self.conversations[name]["state"] == "closed":
            self.conversations[name]["state"] = "open"
            self.truth[name].closed = None
            self.truth[name].reopened = self.truth[name].reopened or self.now

    def assign(self, name: str, admin: str) -> None:
        truth = self.truth[name]
        truth.transfers += truth.admin is not None and truth.admin != admin
        truth.admin = admin
        self.conversations[name]["admin_assignee_id"] = admin
        self.part(name, "assignment", {"type": "admin", "id": ADMINS[0]}, to=admin)

    def rate(self, name: str, rating: int) -> None:
        body = self.conversations[name]
        body["conversation_rating"] = {"rating": rating, "remark": "ok", "created_at": seconds(self.now)}
        body["updated_at"] = seconds(self.now)
        told = copy.deepcopy(body)
        told["conversation_parts"]["conversation_parts"] = []
        self._tell("conversation.rating.added", told)

    def _tell(self, topic: str, item: Body) -> None:
        name = hashlib.sha256(f"{self.seed}{len(self.notifications)}".encode()).hexdigest()[:16]
        told: Body = {"type": "notification_event", "topic": topic, "id": f"notif_{name}"}
        told |= {"created_at": seconds(self.now), "data": {"item": copy.deepcopy(item)}}
        self.notifications.append(told)


DEEDS = ("reply", "reply", "answer", "note", "close", "reopen", "assign", "rate")


def lived(seed: int, conversations: int = 3, steps: int = 8) -> Inbox:
    """An inbox with some life behind it."""
    chance, inbox = random.Random(seed), Inbox(seed)
    people = [inbox.contact("one", inbox.company("One")), inbox.contact("nobody", None)]
    names = []
    for number in range(conversations):
        inbox.wait(minutes=chance.randint(1, 90))
        names.append(inbox.open(people[number % 2]))
    for _ in range(conversations * steps):
        inbox.wait(seconds=chance.randint(1, 9000))
        name, deed = chance.choice(names), chance.choice(DEEDS)
        if deed in ("reply", "assign"):
            getattr(inbox, deed)(name, chance.choice(ADMINS))
        elif deed == "rate":
            inbox.rate(name, chance.randint(1, 5))
        else:
            getattr(inbox, deed)(name)
    return inbox


@dataclass
class Served:
    """An inbox that answers at `url`, at most `most` objects a page."""

    inbox: Inbox
    url: str = ""
    most: int = 100
    asked: list[str] = field(default_factory=list)

    def answer(self, path: str, asked: Body) -> tuple[int, Body]:
        self.asked.append(path)
        if path == "/companies/list":
            found, first = list(self.inbox.companies.values()), (asked["page"] - 1) * self.most
            total = -(-len(found) // self.most)
            return 200, {"data": found[first : first + self.most], "pages": {"total_pages": total}}
        if path.startswith("/conversations/") and path != "/conversations/search":
            return 200, self.inbox.conversations[path.rpartition("/")[2]]
        kind, name = ("contacts", "data") if path == "/contacts/search" else ("conversations",) * 2
        since, start = asked["query"]["value"], int(asked["pagination"].get("starting_after", 0))
        objects = [each for each in getattr(self.inbox, kind).values() if each["updated_at"] > since]
        objects.sort(key=lambda each: each["updated_at"])
        shown = [{**each, "conversation_parts": None} for each in objects[start : start + self.most]]
        more = start + self.most < len(objects)
        after = {"next": {"starting_after": str(start + self.most)}} if more else {}
        return 200, {name: shown, "pages": after, "total_count": len(objects)}


@contextmanager
def served(inbox: Inbox) -> Iterator[Served]:
    """The inbox over HTTP."""
    found = Served(inbox)

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _answer(self, asked: Body) -> None:
            code, body = 401, {"type": "error.list"}
            if self.headers.get("Authorization") == f"Bearer {KEY}":
                code, body = found.answer(self.path, asked)
            text = json.dumps(body).encode()
            self.send_response_only(code)
            self.send_header("Date", format_datetime(inbox.now.replace(tzinfo=UTC), usegmt=True))
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    found.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
