"""Tickets and their replies: more of them when an account is new, or about to leave unsatisfied."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from holdfast.company import market
from holdfast.company.columns import (
    DAY,
    NEVER,
    SECOND,
    Bools,
    Ints,
    canonical,
    chance,
    flags,
    ids,
    instants,
    pick,
    spread,
    whole,
    words,
)
from holdfast.company.lives import Rows
from holdfast.company.usage import Usage

TOPICS = ("billing", "bug", "how_to", "integration", "performance", "access", "feature_request")
TOPIC_SHARES = (0.16, 0.2, 0.28, 0.14, 0.08, 0.09, 0.05)
CHANNELS = ("email", "chat", "phone", "form")
SEVERITIES = ("low", "normal", "high", "urgent")
AGENTS = ("Nadia", "Omar", "Wei", "Pooja", "Sam", "Lucía")
SUBJECTS = (
    "Invoice is not what we expected", "Page stays blank", "How do I share a report?",
    "Integration stopped syncing", "Everything is slow since Monday", "Colleague cannot sign in",
    "Could you add a dark theme?",
)  # fmt: skip
TEXTS = (
    "Hello,\nthe total on our last invoice is higher than before. Why?\nThanks",
    'Since this morning the page only says "loading".',
    "रिपोर्ट को टीम के साथ कैसे साझा करें?",
    "Integrasi berhenti sejak kemarin, mohon dicek.",
    "النظام بطيء جدا منذ يوم الاثنين، هل هناك مشكلة؟",
    "همکارم نمی‌تواند وارد شود.",
    "Not urgent; it would be nice, though.",
)
AGENT, REQUESTER, BOT = range(3)


@dataclass(frozen=True)
class Tickets(Rows):
    """Tickets in the order of creation; `NEVER` where something has not happened by the end."""

    user: Ints
    created: Ints
    replied: Ints
    solved: Ints
    reopened: Ints
    topic: Ints
    agent: Ints
    by_bot: Ints
    spam: Ints
    wanted: Ints
    answers: Ints


def opened(usage: Usage) -> Tickets:
    """Every ticket created before the simulation's end."""
    rng = chance(usage.sizing.seed, "tickets")
    user, created = _moments(usage, rng)
    count, end = len(user), usage.clock.end
    by_bot, spam = rng.random(count) < 0.07, rng.random(count) < 0.02
    silent = spam | (rng.random(count) < 0.02)
    replied = created + _lognormal(rng, 2.2, 1.1, count)
    solving = np.where(by_bot, 120 * SECOND, _lognormal(rng, 9.0, 1.4, count))
    solved = np.where(by_bot, created, replied) + solving
    solved = np.where(silent | (rng.random(count) < 0.04), NEVER, solved)
    back = (rng.random(count) < 0.06) & (solved < NEVER)
    reopened = np.where(back, np.where(back, solved, 0) + _lognormal(rng, 60.0, 0.8, count), NEVER)
    again = np.where(back, reopened, 0) + _lognormal(rng, 12.0, 1.0, count)
    solved = np.where(reopened < end, again, solved)
    replied = np.where(by_bot | silent, NEVER, replied)
    return Tickets(
        user=user, created=created, replied=_by(replied, end), solved=_by(solved, end),
        reopened=_by(reopened, end),
        topic=pick(rng, TOPIC_SHARES, count), agent=rng.integers(0, len(AGENTS), count),
        by_bot=by_bot.astype(np.int64), spam=spam.astype(np.int64),
        wanted=np.where(by_bot | silent, 0, np.minimum(rng.geometric(0.55, count), 9)),
        answers=np.where(by_bot | silent, 0, np.minimum(rng.geometric(0.6, count) - 1, 9)),
    )  # fmt: skip


def _moments(usage: Usage, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Who asks when: in working hours, more in the first month and before leaving unsatisfied."""
    who = usage.users.who
    since = usage.users.created
    until = np.maximum(np.minimum(usage.until[who], usage.clock.end), since)
    tried = rng.poisson(0.03 * (until - since) / DAY)
    user = np.repeat(np.arange(len(who)), tried)
    at = since[user] + ((until - since)[user] // SECOND * rng.random(len(user))).astype(np.int64) * SECOND
    account = who[user]
    to_go = usage.left_at[account] - at
    worried = (usage.left_because[account] == market.VALUE) & (to_go > 0) & (to_go < 90 * DAY)
    often = (at - usage.accounts.created[account] < 30 * DAY) | worried
    kept = usage.busy(user, at, rng.random(len(user))) & (often | (rng.random(len(user)) < 0.5))
    user, at = user[kept], at[kept]
    order = np.lexsort((user, at))
    return user[order], at[order]


def _lognormal(rng: np.random.Generator, hours: float, spread_: float, count: int) -> Ints:
    drawn = np.minimum(rng.lognormal(np.log(hours), spread_, count) * 3600, 60 * 86_400.0)
    waits: Ints = drawn.astype(np.int64) * SECOND + SECOND
    return waits


def _by(moments: Ints, end: int) -> Ints:
    return np.where(moments < end, moments, NEVER)


@dataclass(frozen=True)
class Replies(Rows):
    """Replies by ticket and time."""

    ticket: Ints
    at: Ints
    by: Ints


def replied(tickets: Tickets, usage: Usage) -> Replies:
    """What agents, requesters and the bot wrote before the simulation's end."""
    rng = chance(usage.sizing.seed, "ticket_replies")
    agent, first = spread(np.where(tickets.replied < NEVER, tickets.wanted, 0))
    asked, _ = spread(np.where(tickets.replied < NEVER, tickets.answers, 0))
    bot = np.flatnonzero(tickets.by_bot == 1)
    ticket = np.concatenate([agent, asked, bot])
    by = np.repeat([AGENT, REQUESTER, BOT], [len(agent), len(asked), len(bot)])
    opening = np.concatenate([first == 0, np.zeros(len(asked) + len(bot), dtype=bool)])
    answered = tickets.replied[ticket] < NEVER
    begun = np.where(answered, tickets.replied[ticket], tickets.created[ticket])
    solved = tickets.solved[ticket]
    length = np.where(solved < NEVER, np.maximum(solved - begun, 0), 2 * DAY)
    within = begun + (length // SECOND * rng.random(len(ticket))).astype(np.int64) * SECOND
    at = np.where(by == BOT, tickets.created[ticket] + 60 * SECOND, np.where(opening, begun, within))
    replies = Replies(ticket, at, by).take(at < usage.clock.end)
    return replies.take(np.lexsort((replies.by, replies.at, replies.ticket)))


def ticket_table(tickets: Tickets, replies: Replies, usage: Usage) -> pa.Table:
    """The canonical table `tickets`."""
    rng = chance(usage.sizing.seed, "ticket_table")
    count = tickets.count

    def of(by: int) -> pa.Array:
        return whole(np.bincount(replies.ticket[replies.by == by], minlength=count))

    duplicate = (rng.random(count) < 0.015) & (np.arange(count) > 0)
    columns = {
        "ticket_id": ids("tk", np.arange(count)),
        "account_id": ids("a", usage.users.who[tickets.user]),
        "user_id": ids("u", tickets.user),
        "created_at": instants(tickets.created),
        "solved_at": instants(tickets.solved),
        "reopened_at": instants(tickets.reopened),
        "first_reply_at": instants(tickets.replied),
        "agent_replies": of(AGENT),
        "requester_replies": of(REQUESTER),
        "subject": words(tickets.topic, SUBJECTS),
        "text": words(np.where(rng.random(count) < 0.6, tickets.topic, 6), TEXTS),
        "topic": words(tickets.topic, TOPICS),
        "channel": words(pick(rng, (0.5, 0.3, 0.08, 0.12), count), CHANNELS),
        "severity": words(pick(rng, (0.3, 0.5, 0.16, 0.04), count), SEVERITIES),
        "agent": words(np.where(tickets.by_bot == 1, -1, tickets.agent), AGENTS),
        "transfers": whole(np.minimum(rng.geometric(0.8, count) - 1, 5)),
        "bot_solved": flags(tickets.by_bot == 1),
        "level1_resolvable": flags(np.isin(tickets.topic, (0, 2, 5)) | (rng.random(count) < 0.5)),
        "spam": flags(tickets.spam == 1),
        "merged_into": ids("tk", np.where(duplicate, _earlier_by_same(tickets, duplicate), -1)),
    }
    return canonical("tickets", columns)


def _earlier_by_same(tickets: Tickets, duplicate: Bools) -> Ints:
    """The previous ticket of the same requester, -1 where there is none or it is a duplicate itself."""
    order = np.lexsort((tickets.created, tickets.user))
    before = np.full(tickets.count, -1)
    same = tickets.user[order][1:] == tickets.user[order][:-1]
    before[order[1:][same]] = order[:-1][same]
    return np.where((before >= 0) & ~duplicate[before], before, -1)


def reply_table(replies: Replies, tickets: Tickets) -> pa.Table:
    """The canonical table `ticket_replies`."""
    by_agent = replies.by == AGENT
    columns = {
        "reply_id": ids("tr", np.arange(replies.count), 7),
        "ticket_id": ids("tk", replies.ticket),
        "at": instants(replies.at),
        "by": words(replies.by, ("agent", "requester", "bot")),
        "agent": words(np.where(by_agent, tickets.agent[replies.ticket], -1), AGENTS),
    }
    return canonical("ticket_replies", columns)
