"""Who was asked and who answered, with what decides whether an answer counts (K27 to K32)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.oracle.company import Company
from tests.oracle.knowledge import Row, source


def before(company: Company, instant: datetime | None) -> bool:
    """Whether an instant has been reached by `as_of`."""
    return instant is not None and (company.as_of is None or instant < company.as_of)


def name(row: Row, column: str) -> str:
    """An id as told apart from the same id of another source."""
    return str(row[column]) if source(row) == "own" else f"{source(row)}:{row[column]}"


def find(company: Company, table: str, key: str, told: Row, wanted: Any) -> Row | None:
    """The row of a table with an id, of the same source."""
    rows = company.rows[table]
    return next((row for row in rows if source(row) == source(told) and row[key] == wanted), None)


class Voice:
    """Someone who was asked or answered: the person, the account, and whether they are internal."""

    def __init__(self, company: Company, row: Row, invitation: Row | None, else_: str) -> None:
        told = {"user_id": row.get("user_id") or (invitation or {}).get("user_id"), "source": source(row)}
        rows = [
            user
            for user in company.rows["users"]
            if source(user) == source(row) and user["user_id"] == told["user_id"]
        ]
        rows.sort(key=lambda user: user.get("valid_from") or datetime.min)
        keys = [user["person_key"] for user in rows if user.get("person_key") is not None]
        if keys:
            self.person = f"person:{keys[-1]}"
        else:
            self.person = name(told, "user_id") if told["user_id"] is not None else else_
        account = row.get("account_id") or (invitation or {}).get("account_id")
        self.account = company.identity.canonical(source(row), account) if account else None
        if self.account is None and rows:
            self.account = company.identity.of(rows[-1])
        self.internal = any(user.get("is_internal") for user in rows) or (
            self.account is not None and company.identity.internal(self.account)
        )


class Said:
    """One answer with everything that decides whether it counts."""

    def __init__(self, company: Company, row: Row) -> None:
        self.row, self.at = row, row["answered_at"]
        self.invitation = find(company, "survey_invitations", "invitation_id", row, row.get("invitation_id"))
        alone = (
            f"answer:{row['response_id']}"
            if row.get("invitation_id") is None
            else f"invitation:{row['invitation_id']}"
        )
        self.voice = Voice(company, row, self.invitation, alone)
        self.survey = name(row, "survey_id")
        self.wave = (self.invitation or {}).get("wave")
        after = row.get("trigger_ref")
        self.interaction = alone if after is None else f"after:{after}"
        self.ticket = None if after is None else find(company, "tickets", "ticket_id", row, after)
        self.score: Any = row.get("score")
        self.low: Any = row.get("scale_min")
        self.high: Any = row.get("scale_max")

    @property
    def order(self) -> tuple[Any, ...]:
        return self.at, self.row["response_id"]

    def on(self, low: Any, high: Any) -> bool:
        """Whether the score is a whole point of the scale."""
        return self.score is not None and low <= self.score <= high and self.score == int(self.score)

    def fits(self, low: int, high: int) -> bool:
        """Whether it was asked on this scale, as far as is told, and answered on it."""
        return self.low in (None, low) and self.high in (None, high) and self.on(low, high)
