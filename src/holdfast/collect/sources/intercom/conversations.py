"""One conversation of Intercom: who replied when, when it was closed and opened again, how it was rated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from typing import Any

from holdfast.collect.sources.source import Body, moment

SURVEY = "intercom_conversation_rating"
OUTREACH = ("admin_initiated", "campaigns_initiated", "operator_initiated", "automated")
"""How conversations are delivered that the team began: no request for support."""

BOTS = ("bot",)
TEAM = ("admin", "team")
OPENED, CLOSED = "open", "close"
SAID = ("comment", OPENED, CLOSED, "assignment", "quick_reply")
"""Parts that can hold words for the customer; notes are for the team alone."""


class Conversation:
    """A conversation as all states tell it; its parts are those of every state, the newest of each."""

    def __init__(
        self, conversation_id: str, states: Sequence[Body], contact: str | None, account: str | None
    ) -> None:
        self.conversation_id, self.body = conversation_id, states[-1]
        self.contact, self.account = contact, account
        parts: dict[str, Body] = {}
        for state in states:
            parts |= {str(part["id"]): part for part in state.get("conversation_parts") or ()}
        self.parts = sorted(parts.values(), key=lambda part: (part["created_at"], str(part["id"])))

    @property
    def is_outreach(self) -> bool:
        """Whether the team began it and the customer never answered."""
        began = self.body["source"].get("delivered_as") in OUTREACH
        return began and not any(by == "requester" for _, by, _ in self._said)

    def row(self) -> dict[str, Any]:
        """The row of `tickets`."""
        source, assigned = self.body["source"], self.body.get("admin_assignee_id")
        replies = [by for _, by, _ in self._said]
        return {
            "ticket_id": self.conversation_id,
            "account_id": self.account,
            "user_id": self.contact,
            "created_at": moment(self.body["created_at"]),
            "solved_at": self._solved_at,
            "reopened_at": self._reopened_at,
            "first_reply_at": self._first_reply_at,
            "agent_replies": replies.count("agent"),
            "requester_replies": replies.count("requester"),
            "subject": self.body.get("title") or source.get("subject") or None,
            "text": source.get("body"),
            "channel": source.get("type"),
            "agent": str(assigned) if assigned else None,
            "transfers": self._transfers,
            "bot_solved": self._solved_at is not None and "agent" not in replies and "bot" in replies,
        }

    def replies(self) -> Iterator[dict[str, Any]]:
        """The rows of `ticket_replies`."""
        for part, by, author in self._said:
            yield {
                "reply_id": str(part["id"]),
                "ticket_id": self.conversation_id,
                "at": moment(part["created_at"]),
                "by": by,
                "agent": author if by == "agent" else None,
                "text": part["body"],
            }

    def answers(self) -> Iterator[dict[str, Any]]:
        """The row of `survey_responses`, where it was rated."""
        rating = self.body["conversation_rating"]
        if rating.get("rating") is not None and rating.get("created_at"):
            yield {
                "response_id": f"{self.conversation_id}-rating",
                "survey_id": SURVEY,
                "kind": "csat",
                "user_id": self.contact,
                "account_id": self.account,
                "answered_at": moment(rating["created_at"]),
                "score": rating["rating"],
                "scale_min": 1,
                "scale_max": 5,
                "comment": rating.get("remark"),
                "trigger_ref": self.conversation_id,
                "subject": "rep",
            }

    def touchpoints(self) -> Iterator[dict[str, Any]]:
        """The row of `touchpoints` of what the team began, where it is known with which account."""
        if self.account is not None:
            source = self.body["source"]
            yield {
                "touchpoint_id": self.conversation_id,
                "account_id": self.account,
                "user_id": self.contact,
                "at": moment(self.body["created_at"]),
                "direction": "out",
                "channel": source.get("type") or "conversation",
                "kind": source.get("delivered_as"),
                "member": source["author"]["id"] if source["author"]["type"] in TEAM else None,
            }

    @cached_property
    def _said(self) -> list[tuple[Body, str, str]]:
        """Parts with words for or of the customer: the part, by whom, the author."""
        found = []
        for part in self.parts:
            author = part["author"]
            if part["part_type"] in SAID and part.get("body") and not part.get("redacted"):
                by = "bot" if author["type"] in BOTS else "agent" if author["type"] in TEAM else "requester"
                found.append((part, by, author["id"]))
        return found

    @property
    def _first_reply_at(self) -> datetime | None:
        told = self.body["statistics"].get("first_admin_reply_at")
        found = next((part["created_at"] for part, by, _ in self._said if by == "agent"), told)
        return moment(found)

    @property
    def _solved_at(self) -> datetime | None:
        if self.body.get("state") != "closed":
            return None
        closed = [part["created_at"] for part in self.parts if part["part_type"] == CLOSED]
        return moment(closed[-1] if closed else self.body["statistics"].get("last_close_at"))

    @property
    def _reopened_at(self) -> datetime | None:
        """When it was first opened again: by a part that says so, or by words of the customer."""
        closed = False
        for part in self.parts:
            if part["part_type"] == CLOSED:
                closed = True
            elif closed and (part["part_type"] == OPENED or _of_customer(part)):
                return moment(part["created_at"])
        return None

    @property
    def _transfers(self) -> int:
        """How often it went from one admin to another."""
        hands = [
            str(part["assigned_to"]["id"])
            for part in self.parts
            if isinstance(part.get("assigned_to"), dict) and part["assigned_to"].get("type") == "admin"
        ]
        return sum(one != other for one, other in pairwise(hands))


def _of_customer(part: Body) -> bool:
    kind = part["author"]["type"]
    return part["part_type"] == "comment" and bool(part.get("body")) and kind not in (*TEAM, *BOTS)
