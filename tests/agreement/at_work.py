"""Random companies at work: users of two sources, sessions over midnights, returns to the microsecond."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from tests.agreement.again import Told, company, corrected
from tests.histories import AS_OF, CORE_EVENTS, DAY, HOUR, INSTANT, NONE, History, Writer

SETTINGS: tuple[dict[str, Any], ...] = (
    {},
    {"qualifying_events": ("report_made", "login"), "week_start": 5, "ideal_use_days": 2},
    {"week_start": 6, "ideal_use_days": 1},
)
RULES: tuple[dict[str, Any], ...] = (
    {},
    {"session_tail_seconds": 5, "follow_up_days": 30, "entitled": "paying"},
    {"session_timeout_minutes": 10},
)
NAMES = (*CORE_EVENTS, "login", "page_viewed")
ORIGINS = ("client", "client", "client", None, "server")
TIMEOUTS = (timedelta(minutes=30), timedelta(minutes=10))
GAPS = (NONE, INSTANT, timedelta(minutes=4), *TIMEOUTS, *(gap - INSTANT for gap in TIMEOUTS), HOUR, 7 * HOUR)
RETURNS = (0, 1, 1, 2, 3, 6, 7, 7, 13, 14, 14, 20, 21, 30, 31, 37, 97)
ENGAGED: tuple[Any, ...] = (1500, 1, 90000, 12.5, "long", None, -3, True)


@dataclass
class AtWork(History):
    """A history with settings of its own."""

    more: dict[str, Any] = field(default_factory=dict)

    @property
    def settings(self) -> dict[str, Any]:
        """The workspace's settings."""
        return super().settings | self.more


@cache
def at_work(seed: int, zone: str) -> AtWork:
    """A company whose users come, work in sessions and come back, with corrections."""
    made, writer = company(seed, zone, 12)
    writer.tables["users"].clear()
    writer.tables["events"].clear()
    accounts = [row["account_id"] for row in writer.tables["accounts"]]
    for number in range(80):
        joined(writer, number, accounts)
    visits(writer, accounts)
    corrected(writer, "events", {"origin": ("server", "client"), "name": ("login",)})
    corrected(writer, "users", {"is_internal": (True,)})
    return AtWork(made.tables, zone, made.rated, dict(RULES[seed % 3]), dict(SETTINGS[seed % 3]))


def joined(writer: Writer, number: int, accounts: list[str]) -> None:
    """A user, perhaps with a second row for another account, or with none; ids recur in two sources."""
    who: dict[str, Any] = {"source": "web" if number % 2 else "own", "user_id": f"user{number // 2}"}
    began, account = writer.moment(), writer.pick(*accounts)
    row = who | {
        "account_id": account,
        "created_at": writer.pick(began, began, began, None),
        "valid_from": writer.pick(None, began),
        "is_internal": writer.pick(None, None, None, None, None, None, False, True),
    }
    if writer.pick(True, True, True, True, True, True, False):
        writer.add("users", row)
    if writer.pick(False, False, False, True) and row["is_internal"] is None:
        later = {"valid_from": began + 20 * DAY, "account_id": writer.pick(*accounts)}
        writer.add("users", row | later | {"is_internal": writer.pick(None, None, True)})
    for instant in instants(writer, began):
        acted(writer, who, instant, account)


def instants(writer: Writer, began: datetime) -> Iterator[datetime]:
    """When a user acts: around whole days since it began, around local midnights, and in sessions."""
    for _ in range(writer.pick(0, 2, 4, 6)):
        yield began + writer.pick(*RETURNS) * DAY + writer.pick(NONE, NONE, -INSTANT, INSTANT, 9 * HOUR)
    for _ in range(writer.pick(0, 1, 3, 5)):
        at = writer.moment() - writer.pick(NONE, INSTANT, 20 * HOUR / 60, 5 * DAY)
        for _ in range(writer.pick(1, 2, 4, 7)):
            yield at
            at += writer.pick(*GAPS)
    for _ in range(writer.pick(0, 0, 1)):
        first = writer.moment()
        yield from (first + n * DAY for n in range(writer.pick(5, 14, 28, 30)))


def acted(writer: Writer, who: dict[str, Any], at: datetime, account: str) -> None:
    engaged = writer.pick(*ENGAGED) if writer.pick(True, False, False) else None
    properties = json.dumps({"engagement_ms": engaged}) if engaged is not None else writer.pick(None, "{}")
    writer.add(
        "events",
        who
        | {
            "event_id": writer.name("act"),
            "stamped_on": at.date(),
            "account_id": writer.pick(None, None, account),
            "name": writer.pick(*NAMES),
            "origin": writer.pick(*ORIGINS),
            "occurred_at": at,
            "properties": properties,
        },
    )


def visits(writer: Writer, accounts: list[str]) -> None:
    """Visitors without a user: at an account, or at none."""
    for _ in range(12):
        at = writer.moment()
        nobody = {"source": "own", "user_id": None, "anonymous_id": writer.name("visitor")}
        acted(writer, nobody, at, writer.pick(*accounts))


@lru_cache(maxsize=8)
def told(seed: int, zone: str, as_of: datetime = AS_OF, known_at: datetime | None = None) -> Told:
    """Both engines over a company at work."""
    return Told(at_work(seed, zone), as_of, known_at)


def labels_of_weeks(week_start: int) -> tuple[str, ...]:
    """Weeks named by their first day, around clock changes and the turn of the year."""
    mondays = (date(2017, 10, 9), date(2017, 10, 30), date(2017, 12, 25), date(2018, 2, 12))
    return tuple(str(monday + timedelta(days=week_start)) for monday in mondays)
