"""Rows of small companies for what customers say: answers, invitations, tickets, notes and themes."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import count
from typing import Any

from tests.vectors.rows import Records, Row, account, at

_numbers = count(1)


def user(name: str, account: str = "A", **more: Any) -> Row:
    """A user of an account."""
    return {"user_id": name, "account_id": account, "created_at": at("2020-01-01")} | more


def answer(kind: str, score: int | str | None, when: str = "2024-04-10T12:00", **more: Any) -> Row:
    """An answer to the survey named after its kind; nobody's unless `more` says whose."""
    given = {"response_id": f"answer-{next(_numbers):04}", "survey_id": kind, "kind": kind}
    return given | {"answered_at": at(when), "score": None if score is None else Decimal(score)} | more


def scored(kind: str, *scores: int | None, **more: Any) -> list[Row]:
    """Answers by as many people as there are scores."""
    return [answer(kind, score, user_id=f"u{place}", **more) for place, score in enumerate(scores)]


def five() -> Row:
    """The scale from 1 to 5."""
    return {"scale_min": Decimal(1), "scale_max": Decimal(5)}


def ten() -> Row:
    """The scale from 1 to 10."""
    return {"scale_min": Decimal(1), "scale_max": Decimal(10)}


def invitation(user: str | None, sent: str = "2024-04-08", survey: str = "nps", **more: Any) -> Row:
    """An invitation of a user to a survey."""
    given = {"invitation_id": f"invitation-{next(_numbers):04}", "survey_id": survey, "user_id": user}
    return given | {"sent_at": at(sent)} | more


def ticket(created: str = "2024-04-10T08:00", solved: str | None = None, **more: Any) -> Row:
    """A ticket of a requester of its own, replied to once by an agent where it is solved."""
    name = f"ticket-{next(_numbers):04}"
    given = {"ticket_id": name, "account_id": "A", "user_id": f"requester of {name}", "topic": "billing"}
    times = {"created_at": at(created), "solved_at": None if solved is None else at(solved)}
    return given | times | {"agent_replies": 0 if solved is None else 1} | more


def tagged(ref: str, *themes: str, **more: Any) -> list[Row]:
    """A tag for each theme found in an item."""
    found = {"source_ref": ref, "coded_at": at("2024-05-02"), "sentiment": None}
    return [found | {"tag_id": f"tag-{next(_numbers):04}", "theme": theme} | more for theme in themes]


def note(account: str, when: str = "2024-04-10T12:00", **more: Any) -> Row:
    """A note of an interview."""
    given = {"note_id": f"note-{next(_numbers):04}", "account_id": account, "at": at(when)}
    return given | {"kind": "interview", "text": "They would rather pay by the year."} | more


def said(accounts: Sequence[Row] = (), **tables: Sequence[Row]) -> Records:
    """A company of account A, and others where told, with what its people say."""
    return {"accounts": list(accounts) or [account("A")]} | {
        name: list(rows) for name, rows in tables.items()
    }
