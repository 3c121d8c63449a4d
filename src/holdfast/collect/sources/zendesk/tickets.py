"""One ticket of Zendesk: when it was solved and opened again, who replied, what the requester said of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from holdfast.collect.sources.moments import moment
from holdfast.collect.sources.source import Body, Message
from holdfast.collect.sources.zendesk.kept import reference

SOLVED = ("solved", "closed")
SURVEY = "zendesk_satisfaction"
RANG = ("inbound", "voicemail")
"""How a call came in: the customer's, though an agent writes the ticket about it."""

SCORES = {"good": 5, "bad": 1}
"""Zendesk asks for good or bad; they stand as the ends of five points, so that the two best are the good."""


class Ticket:
    """A ticket as its last state and all updates tell it, in the order of their times."""

    def __init__(self, ticket_id: str, body: Body, said: Sequence[Message]) -> None:
        self.ticket_id, self.body, self.said = ticket_id, body, said
        self.requester = reference(body.get("requester_id"))
        self.account = reference(body.get("organization_id"))
        self.comments = list(self._comments())

    def row(self) -> dict[str, Any]:
        """The row of `tickets`."""
        replies = [by for _, by, _, _ in self.comments[1:]]
        statuses, assignees = self._changes("status"), self._changes("assignee_id")
        return {
            "ticket_id": self.ticket_id,
            "account_id": self.account,
            "user_id": self.requester,
            "created_at": moment(self.body["created_at"], "created_at"),
            "solved_at": self._solved_at(statuses),
            "reopened_at": _reopened_at(statuses),
            "first_reply_at": next((at for at, by, _, _ in self.comments[1:] if by == "agent"), None),
            "agent_replies": replies.count("agent"),
            "requester_replies": replies.count("requester"),
            "subject": self.body.get("subject"),
            "text": self.body.get("description"),
            "channel": (self.body.get("via") or {}).get("channel"),
            "severity": self.body.get("priority"),
            "agent": reference(self.body.get("assignee_id")),
            "transfers": sum(before is not None and now is not None for _, now, before in assignees),
        }

    def replies(self) -> Iterator[dict[str, Any]]:
        """The rows of `ticket_replies`: public comments after the first."""
        for at, by, author, comment in self.comments[1:]:
            yield {
                "reply_id": comment["id"],
                "ticket_id": self.ticket_id,
                "at": at,
                "by": by,
                "agent": author if by == "agent" else None,
                "text": comment.get("text"),
            }

    def answers(self) -> Iterator[dict[str, Any]]:
        """The rows of `survey_responses`: the last state of each rating that was given."""
        ratings = {}
        for message in self.said:
            if found := message.body.get("satisfaction_rating"):
                ratings[found["id"]] = found
        for rating in ratings.values():
            score = SCORES.get(str(rating.get("score") or "").split("_")[0])
            if score is not None:
                yield {
                    "response_id": rating["id"],
                    "survey_id": SURVEY,
                    "kind": "csat",
                    "user_id": reference(rating.get("requester_id")) or self.requester,
                    "account_id": self.account,
                    "answered_at": moment(rating.get("updated_at") or rating["created_at"], "updated_at"),
                    "score": score,
                    "scale_min": 1,
                    "scale_max": 5,
                    "comment": rating.get("comment"),
                    "trigger_ref": self.ticket_id,
                    "subject": "rep",
                }

    def touchpoints(self) -> Iterator[dict[str, Any]]:
        """The row of `touchpoints` of what an agent began, where it is known with which account."""
        via, by = self.body.get("via") or {}, reference(self.body.get("submitter_id"))
        written = bool(self.comments) and self.comments[0][1] == "agent"
        begun = written and by not in (None, self.requester) and via.get("rel") not in RANG
        if begun and self.account is not None:
            yield {
                "touchpoint_id": self.ticket_id,
                "account_id": self.account,
                "user_id": self.requester,
                "at": moment(self.body["created_at"], "created_at"),
                "direction": "out",
                "channel": via.get("channel") or "ticket",
                "member": by,
                "outcome": "answered" if any(who == "requester" for _, who, _, _ in self.comments) else None,
            }

    def _comments(self) -> Iterator[tuple[datetime, str, str | None, Body]]:
        """Public comments, each once: when, by whom, the author, the comment. The first opens the ticket."""
        seen = set()
        for message in self.said:
            comment = message.body.get("comment")
            if comment is None or not comment["public"] or comment["id"] in seen:
                continue
            seen.add(comment["id"])
            author = comment.get("author_id")
            asks = author == self.requester or comment.get("staff") is False
            yield message.at, "requester" if asks else "agent", author, comment

    def _changes(self, field: str) -> list[tuple[datetime, str | None, str | None]]:
        """Changes of a field that changed something: when, what to, what from."""
        found: list[tuple[datetime, str | None, str | None]] = []
        for message in self.said:
            change = message.body.get("change")
            if change is None or change["field"] != field:
                continue
            before = found[-1][1] if found else change["before"]
            if change["now"] != before:
                found.append((message.at, change["now"], before))
        return found

    def _solved_at(self, statuses: list[tuple[datetime, str | None, str | None]]) -> datetime | None:
        """When it was last solved; where no change says so, since when it has been told to be."""
        if self.body.get("status") not in SOLVED:
            return None
        for at, now, before in reversed(statuses):
            if now in SOLVED and before not in SOLVED:
                return at
        first = None
        for message in reversed(self.said):
            state = message.body.get("ticket")
            if state is not None and state.get("status") not in SOLVED:
                break
            first = message.at if state is not None else first
        return first


def _reopened_at(statuses: list[tuple[datetime, str | None, str | None]]) -> datetime | None:
    return next((at for at, now, before in statuses if before in SOLVED and now not in SOLVED), None)
