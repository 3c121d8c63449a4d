"""A small Zendesk for tests: tickets live, it tells of it by events and exports, and knows the truth.

Objects have the shapes of the public reference. What a ticket was is written down by what is done to
it, never read from what is told.
"""

from __future__ import annotations

import copy
import hashlib
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

Body = dict[str, Any]
START = datetime(2025, 6, 2, 8)
AGENTS = (901, 902)
DEEDS = ("reply", "reply", "answer", "note", "solve", "reopen", "assign", "rate")
KEY = "mina@example.com/token:hush"


def iso(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


@dataclass
class Truth:
    """What a ticket was, as it was lived."""

    created: datetime
    solved: datetime | None = None
    reopened: datetime | None = None
    first_reply: datetime | None = None
    agent_replies: int = 0
    requester_replies: int = 0
    transfers: int = 0
    gone: bool = False


@dataclass
class Desk:
    """Organizations, users and tickets; every change is an event and an update."""

    seed: int = 0
    now: datetime = START
    objects: dict[str, dict[int, Body]] = field(
        default_factory=lambda: {"organization": {}, "user": {}, "ticket": {}}
    )
    updates: list[Body] = field(default_factory=list)
    events: list[Body] = field(default_factory=list)
    ratings: dict[int, Body] = field(default_factory=dict)
    truth: dict[int, Truth] = field(default_factory=dict)
    count: int = 1000

    def fresh(self) -> int:
        self.count += 1
        return self.count

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)

    def organization(self, name: str) -> int:
        return self._new("organization", {"name": name, "external_id": f"x-{name}", "tags": ["gold"]})

    def user(self, name: str, organization: int | None, role: str = "end-user") -> int:
        more: Body = {
            "name": name,
            "email": f"{name}@example.org",
            "organization_id": organization,
            "role": role,
        }
        return self._new("user", more | {"locale": "de", "iana_time_zone": "Europe/Berlin", "tags": []})

    def _new(self, kind: str, more: Body) -> int:
        body: Body = {"id": self.fresh(), "created_at": iso(self.now), "updated_at": iso(self.now)} | more
        self.objects[kind][body["id"]] = body
        self._tell(kind, body, "created")
        return int(body["id"])

    def open(
        self, requester: int, subject: str = "Help", by: int | None = None, via: Body | None = None
    ) -> int:
        organization = self.objects["user"][requester]["organization_id"]
        more: Body = {
            "subject": subject,
            "description": "It does not work",
            "status": "new",
            "priority": None,
        }
        more |= {"requester_id": requester, "submitter_id": by or requester}
        more |= {"organization_id": organization, "assignee_id": None, "via": via or {"channel": "email"}}
        number = self._new("ticket", more)
        self.truth[number] = Truth(self.now)
        self.comment(number, by or requester, first=True)
        return number

    def comment(self, number: int, author: int, *, public: bool = True, first: bool = False) -> None:
        ticket = self.objects["ticket"][number]
        said: Body = {"id": self.fresh(), "type": "Comment", "event_type": "Comment", "author_id": author}
        said |= {"body": f"said by {author}", "public": public, "created_at": iso(self.now)}
        self._touch(number, [said])
        staff = author in AGENTS
        event: Body = {"comment": {"id": str(said["id"]), "body": said["body"], "is_public": public}}
        event["comment"]["author"] = {"id": str(author), "is_staff": staff, "name": "somebody"}
        self._tell("ticket", ticket, "comment_added", event)
        if public and not first:
            truth = self.truth[number]
            truth.agent_replies += staff
            truth.requester_replies += not staff
            truth.first_reply = truth.first_reply or (self.now if staff else None)

    def status(self, number: int, status: str) -> None:
        ticket, truth = self.objects["ticket"][number], self.truth[number]
        before = ticket["status"]
        if before == status:
            return
        ticket["status"] = status
        child = {"id": self.fresh(), "event_type": "Change", "status": status, "previous_value": before}
        self._touch(number, [child])
        event = {"current": status.upper(), "previous": before.upper()}
        self._tell("ticket", ticket, "status_changed", event)
        if status == "solved":
            truth.solved = self.now
        elif before == "solved":
            truth.solved, truth.reopened = None, truth.reopened or self.now

    def assign(self, number: int, agent: int) -> None:
        ticket = self.objects["ticket"][number]
        before = ticket["assignee_id"]
        if before == agent:
            return
        ticket["assignee_id"] = agent
        child = {"id": self.fresh(), "event_type": "Change", "assignee_id": agent, "previous_value": before}
        self._touch(number, [child])
        event = {"current": str(agent), "previous": str(before) if before else None}
        self._tell("ticket", ticket, "agent_assignment_changed", event)
        self.truth[number].transfers += before is not None

    def delete(self, number: int) -> None:
        self.objects["ticket"][number]["status"] = "deleted"
        self._touch(number, [])
        self._tell("ticket", self.objects["ticket"][number], "soft_deleted")
        self.truth[number].gone = True

    def rate(self, number: int, score: str) -> None:
        stamp = {"created_at": iso(self.now), "updated_at": iso(self.now)}
        body: Body = {"id": self.fresh(), "ticket_id": number, "score": score, "comment": "thanks"} | stamp
        self.ratings[body["id"]] = body | {"requester_id": self.objects["ticket"][number]["requester_id"]}

    def _touch(self, number: int, children: list[Body]) -> None:
        self.objects["ticket"][number]["updated_at"] = iso(self.now)
        self.updates.append(
            {
                "id": self.fresh(),
                "ticket_id": number,
                "timestamp": int(self.now.replace(tzinfo=UTC).timestamp()),
                "created_at": iso(self.now),
                "updater_id": 1,
                "event_type": "Audit",
                "child_events": children,
            }
        )

    def _tell(self, kind: str, body: Body, what: str, event: Body | None = None) -> None:
        detail = copy.deepcopy(body) | {"id": str(body["id"])}
        if kind == "ticket":
            detail["status"] = str(body["status"]).upper()
        name = hashlib.sha256(f"{self.seed}{len(self.events)}".encode()).hexdigest()[:20]
        self.events.append(
            {
                "id": name,
                "type": f"zen:event-type:{kind}.{what}",
                "time": f"{self.now:%Y-%m-%dT%H:%M:%S}Z",
                "subject": f"zen:{kind}:{body['id']}",
                "detail": detail,
                "event": event or {},
                "zendesk_event_version": "2022-11-06",
            }
        )


def lived(seed: int, tickets: int = 3, steps: int = 8) -> Desk:
    """A desk with some life behind it."""
    chance, desk = random.Random(seed), Desk(seed)
    people = [desk.user(f"user{n}", desk.organization(f"Org{n}")) for n in range(2)]
    desk.user("agent", None, "agent")
    open_ones = []
    for number in range(tickets):
        desk.wait(minutes=chance.randint(1, 90))
        open_ones.append(desk.open(people[number % 2], f"Matter {number}"))
    for _ in range(tickets * steps):
        desk.wait(seconds=chance.randint(1, 9000))
        ticket = chance.choice(open_ones)
        if desk.truth[ticket].gone:
            continue
        requester = desk.objects["ticket"][ticket]["requester_id"]
        deed = chance.choice(
            ["reply", "reply", "answer", "note", "solve", "reopen", "assign", "rate", "delete"]
        )
        if deed == "delete" and chance.random() < 0.7:
            deed = "reply"
        _do(desk, deed, ticket, requester, chance)
    return desk


def _do(desk: Desk, deed: str, ticket: int, requester: int, chance: random.Random) -> None:
    if deed in ("reply", "answer", "note"):
        author = requester if deed == "answer" else chance.choice(AGENTS)
        desk.comment(ticket, author, public=deed != "note")
    elif deed in ("solve", "reopen"):
        desk.status(ticket, "solved" if deed == "solve" else "open")
    elif deed == "assign":
        desk.assign(ticket, chance.choice(AGENTS))
    elif deed == "rate":
        desk.rate(ticket, chance.choice(["good", "bad_with_comment", "offered"]))
    else:
        desk.delete(ticket)
