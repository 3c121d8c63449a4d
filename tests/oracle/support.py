"""How well tickets are solved (K30)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from tests.oracle import surveys
from tests.oracle.answers import Answer
from tests.oracle.company import Company
from tests.oracle.days import Window
from tests.oracle.knowledge import Row, source
from tests.oracle.surveys import mean, share
from tests.oracle.voices import Voice, before, name

HOUR = timedelta(hours=1)


class Ticket:
    """One ticket with what was known of it by `as_of`."""

    def __init__(self, company: Company, row: Row) -> None:
        self.row, self.company = row, company
        self.id = name(row, "ticket_id")
        self.created: datetime = row["created_at"]
        self.solved, self.reopened, self.replied = (
            row.get(column) if before(company, row.get(column)) else None
            for column in ("solved_at", "reopened_at", "first_reply_at")
        )
        voice = Voice(company, row, None, "")
        self.internal, self.account = voice.internal, voice.account
        self.requester = voice.person or (voice.account and f"account:{voice.account}")
        self.real = not row.get("spam") and row.get("merged_into") is None
        self.replies = [
            reply
            for reply in company.rows["ticket_replies"]
            if source(reply) == source(row)
            and reply["ticket_id"] == row["ticket_id"]
            and before(company, reply["at"])
        ]
        self.by_agent = sorted(reply["at"] for reply in self.replies if reply["by"] == "agent")

    @property
    def limit(self) -> datetime:
        """From when on it is too late to be solved."""
        return self.created + timedelta(days=self.company.rules["fcr_open_limit_days"])

    @property
    def window(self) -> timedelta:
        """How long after the solving the matter may come back."""
        return timedelta(days=self.company.rules["fcr_window_days"])

    @property
    def counted(self) -> int | None:
        """How many replies of agents, where that is told."""
        if self.replies:
            ends = datetime.max if self.solved is None else self.solved + self.window
            return len([at for at in self.by_agent if at < ends])
        told = self.row.get("agent_replies")
        return None if told is None else int(told)

    def in_time(self) -> bool:
        return self.solved is not None and self.solved < self.limit

    def at_once(self) -> bool:
        """Whether it was solved in time with a single reply, or by a bot and nobody else."""
        replies = self.counted or 0
        return self.in_time() and (replies == 1 or (bool(self.row.get("bot_solved")) and replies == 0))

    def over(self, after: timedelta) -> bool:
        """Whether nothing can change any more by `as_of`."""
        until = self.solved + after if self.solved is not None and self.in_time() else self.limit
        return self.company.as_of is None or until <= self.company.as_of

    def comes_back(self, others: Sequence[Ticket]) -> bool:
        """Whether it was opened again, or asked again by the same about the same."""
        assert self.solved is not None
        end = self.solved + self.window
        if self.reopened is not None and self.reopened < end:
            return True
        return any(
            other.id != self.id
            and other.real
            and self.requester
            and other.requester == self.requester
            and self.row.get("topic") is not None
            and other.row.get("topic") == self.row.get("topic")
            and self.solved <= other.created < end
            for other in others
        )


def tickets(company: Company) -> list[Ticket]:
    """Every ticket known by `as_of` whose requester is not internal."""
    rows = [row for row in company.rows["tickets"] if before(company, row["created_at"])]
    return [each for each in (Ticket(company, row) for row in rows) if not each.internal]


def judged(company: Company, window: Window) -> list[tuple[Ticket, bool]]:
    """The tickets of a period of which replies are told, with whether they were resolved at first contact."""
    everyone = [Ticket(company, row) for row in company.rows["tickets"] if before(company, row["created_at"])]
    telling = {source(each.row) for each in everyone if each.counted is not None}
    return [
        (each, each.at_once() and not each.comes_back(everyone))
        for each in everyone
        if window.holds(each.created)
        and not each.internal
        and (source(each.row) in telling or each.row.get("bot_solved"))
    ]


def first_contact(company: Company, window: Window) -> Answer:
    found = judged(company, window)
    return share([first for each, first in found if each.real and each.over(each.window)])


def seed_closed_first(company: Company, window: Window) -> Answer:
    return share([each.at_once() for each, _ in judged(company, window) if each.over(timedelta(0))])


def of_resolved(company: Company, window: Window) -> Answer:
    found = judged(company, window)
    return share(
        [first for each, first in found if each.real and each.over(each.window) and each.solved is not None]
    )


def net(company: Company, window: Window) -> Answer:
    return share(
        [
            first
            for each, first in judged(company, window)
            if each.real and each.over(each.window) and each.row.get("level1_resolvable") is not False
        ]
    )


def first_reply(company: Company, window: Window) -> Answer:
    everyone = [Ticket(company, row) for row in company.rows["tickets"] if before(company, row["created_at"])]
    firsts = {each.id: each.replied or (each.by_agent or [None])[0] for each in everyone}
    telling = {source(each.row) for each in everyone if firsts[each.id] is not None}
    waits = []
    for each in everyone:
        if each.real and not each.internal and source(each.row) in telling and window.holds(each.created):
            solved = None if each.solved is None else max(each.solved, each.created)
            waits.append(waited(company, each, firsts[each.id], solved))
    return median([wait for wait in waits if wait is not None])


def resolution(company: Company, window: Window) -> Answer:
    found = [each for each in tickets(company) if each.real and window.holds(each.created)]
    waits = [waited(company, each, each.solved, None) for each in found]
    return median([wait for wait in waits if wait is not None])


def waited(
    company: Company, ticket: Ticket, end: datetime | None, seen: datetime | None
) -> tuple[Fraction, bool] | None:
    """Hours until something came, or until a ticket was last seen without; none where it came too soon."""
    if end is not None and end < ticket.created:
        return None
    until = end or seen or company.as_of or datetime(9999, 12, 31)
    return Fraction((until - ticket.created) // timedelta(microseconds=1), 3_600_000_000), end is not None


def median(waits: Sequence[tuple[Fraction, bool]]) -> Answer:
    """The first time at which half or fewer are still waiting, by Kaplan and Meier."""
    if not waits:
        return Answer(None, reason="no_data")
    waiting = Fraction(1)
    ended = sum(came for _, came in waits)
    for time in sorted({hours for hours, came in waits if came}):
        at_risk = sum(hours >= time for hours, _ in waits)
        waiting *= 1 - Fraction(sum(came and hours == time for hours, came in waits), at_risk)
        if waiting <= Fraction(1, 2):
            return Answer(time, ended, len(waits))
    return Answer(None, ended, len(waits), "not_reached")


def transfers(company: Company, window: Window) -> Answer:
    found = [
        each.row.get("transfers") for each in tickets(company) if each.real and window.holds(each.created)
    ]
    return mean([count for count in found if count is not None])


MEASURES: dict[str, Callable[..., Answer]] = {
    "first_contact_resolution": first_contact,
    "first_contact_resolution.seed_closed_first": seed_closed_first,
    "first_contact_resolution.of_resolved": of_resolved,
    "first_contact_resolution.net": net,
    "first_contact_resolution.survey": surveys.resolved,
    "first_reply_time": first_reply,
    "resolution_time": resolution,
    "transfers_per_ticket": transfers,
}
"""Metric -> what gives its answer from a company, a window and the metric's own dimension by name."""
