"""The stream of product events, one month at a time, so that memory stays bounded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.company.columns import (
    DAY,
    NEVER,
    SECOND,
    Ints,
    canonical,
    chance,
    ids,
    instants,
    joined,
    pick,
    spread,
    words,
)
from holdfast.company.lives import Rows, batch
from holdfast.company.people import Habits
from holdfast.company.usage import EVENTS_PER_SESSION, Usage

IN_SESSION = (
    "page_viewed",
    "task_completed",
    "report_created",
    "comment_added",
    "report_shared",
    "search_run",
)
IN_SESSION_SHARES = (0.42, 0.24, 0.13, 0.1, 0.04, 0.07)
NAMES = (
    *IN_SESSION, "signed_in", "teammate_invited", "integration_connected", "theme_changed",
    "usage_report_generated",
)  # fmt: skip
SIGNED_IN, INVITED, INTEGRATED, THEMED, REPORTED = range(len(IN_SESSION), len(NAMES))
CORE_EVENTS = ("task_completed", "report_created", "comment_added")
DECLARED = {
    "core_events": ",".join(CORE_EVENTS),
    "onboarding": "signed_in,task_completed,report_created",
    "loss_causes": "we never really got started = poor_adoption; not enough value for us = fading_value; "
    "we are closing the business = other",
    "activation": "3 report_created and 1 teammate_invited within 14 days",
}
"""What this company would declare in the settings of its workspace."""


@dataclass(frozen=True)
class Happenings(Rows):
    """Events before they are written; `user` or `account` -1 where there is none."""

    at: Ints
    name: Ints
    user: Ints
    account: Ints
    visitor: Ints


def event_months(usage: Usage, habits: Habits) -> Iterator[tuple[str, pa.Table]]:
    """The canonical table `events` by local month of `occurred_at`, in order of time."""
    for number, label in enumerate(usage.clock.labels):
        rng = chance(usage.sizing.seed, f"events {label}")
        parts = [
            _sessions(usage, number, rng),
            _early(usage, habits, number),
            _later(usage, number, rng),
            _by_servers(usage, number),
            _visits(usage, number, rng),
        ]
        yield label, _written(batch(parts), usage, number, rng)


def _sessions(usage: Usage, number: int, rng: np.random.Generator) -> Happenings:
    since, until, level = usage.month(number)
    tried = rng.poisson(level * float(usage.per_day) * (until - since) / DAY)
    user = np.repeat(np.arange(len(tried)), tried)
    start = since[user] + ((until - since)[user] // SECOND * rng.random(len(user))).astype(np.int64) * SECOND
    busy = usage.busy(user, start, rng.random(len(user)))
    user, start = user[busy], start[busy]
    session, place = spread(rng.geometric(1 / (EVENTS_PER_SESSION - 1), len(user)) + 1)
    pause = np.where(place == 0, 0, rng.exponential(140.0, len(session)).astype(np.int64) + 1)
    passed = np.cumsum(pause)
    at = start[session] + (passed - passed[np.flatnonzero(place == 0)][session]) * SECOND
    name = np.where(place == 0, SIGNED_IN, pick(rng, IN_SESSION_SHARES, len(session)))
    user = user[session]
    kept = at < until[user]
    account = usage.users.who[user]
    return Happenings(at, name, user, account, np.full(len(at), -1)).take(kept)


def _early(usage: Usage, habits: Habits, number: int) -> Happenings:
    """What accounts did in their first week, done by their first user."""
    founder = np.flatnonzero(usage.users.first)
    did = ((habits.invited_at, INVITED), (habits.integrated_at, INTEGRATED), (habits.themed_at, THEMED))
    at = np.concatenate([when for when, _ in did])
    name = np.repeat([kind for _, kind in did], usage.accounts.count)
    account = np.tile(np.arange(usage.accounts.count), len(did))
    here = usage.clock.month_of(at) == number
    return Happenings(at, name, founder[account], account, np.full(len(at), -1)).take(here & (at < NEVER))


def _later(usage: Usage, number: int, rng: np.random.Generator) -> Happenings:
    """The same deeds after the first week, which change nothing."""
    since, until, _ = usage.month(number)
    since = np.maximum(since, usage.accounts.created[usage.users.who] + 8 * DAY)
    user = np.flatnonzero((until > since) & (rng.random(len(since)) < 0.03))
    at = since[user] + ((until - since)[user] // SECOND * rng.random(len(user))).astype(np.int64) * SECOND
    name = rng.integers(INVITED, THEMED + 1, len(user))
    return Happenings(at, name, user, usage.users.who[user], np.full(len(user), -1))


def _by_servers(usage: Usage, number: int) -> Happenings:
    """A monthly report that a server makes for every second account: it makes nobody active."""
    since, until = usage.covered(number)
    account = np.flatnonzero(until - since > 20 * DAY)
    account = account[account % 2 == 0]
    none = np.full(len(account), -1)
    at = usage.clock.bounds[number] + 20 * DAY + account % 3600 * SECOND
    return Happenings(at, none + 1 + REPORTED, none, account, none)


def _visits(usage: Usage, number: int, rng: np.random.Generator) -> Happenings:
    """Visits to the site before signing up: an anonymous id, no user."""
    created = usage.accounts.created
    account = np.flatnonzero(usage.clock.month_of(created) == number)
    account = np.repeat(account, rng.integers(0, 3, len(account)))
    at = created[account] - rng.integers(60, 5 * 86_400, len(account)) * SECOND
    none = np.full(len(account), -1)
    return Happenings(at, none + 1, none, none, account).take(at >= usage.clock.bounds[number])


def _written(happened: Happenings, usage: Usage, number: int, rng: np.random.Generator) -> pa.Table:
    """Events as a table: sorted, numbered, received a little later, a few much later."""
    happened = happened.take(np.argsort(happened.at, kind="stable"))
    count = happened.count
    late = np.where(
        rng.random(count) < 0.004, rng.integers(3600, 3 * 86_400, count), rng.integers(0, 6, count)
    )
    received = happened.at + late * SECOND
    arrives = received < usage.clock.end
    engaged = rng.integers(800, 180_000, count)
    table = canonical(
        "events",
        {
            "event_id": ids(f"e{number:03d}-", np.arange(count), 8),
            "user_id": ids("u", happened.user),
            "anonymous_id": ids("v", happened.visitor),
            "account_id": ids("a", happened.account),
            "name": words(happened.name, NAMES),
            "occurred_at": instants(happened.at),
            "received_at": instants(received),
            "origin": words((happened.name == REPORTED).astype(np.int64), ("client", "server")),
            "properties": pc.if_else(
                pa.array(happened.name == 0),
                joined('{"engagement_ms": ', pa.array(engaged).cast(pa.string()), "}"),
                pa.scalar(None, pa.string()),
            ),
        },
    )
    return table if arrives.all() else table.filter(pa.array(arrives))
