"""Surveys and contacts: what customers answer when asked, and who spoke to whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from holdfast.company import market
from holdfast.company.columns import (
    DAY,
    NEVER,
    SECOND,
    Ints,
    canonical,
    chance,
    flags,
    ids,
    instants,
    joined,
    only,
    pick,
    whole,
    words,
)
from holdfast.company.lives import Rows, batch
from holdfast.company.support import Tickets
from holdfast.company.usage import Usage

SURVEYS = ("relationship", "after_ticket", "effort")
KINDS = ("nps", "csat", "ces2")
RELATIONSHIP, AFTER_TICKET, EFFORT = range(3)
LOW, HIGH = (0, 1, 1), (10, 5, 7)
COMMENTS = (
    "It does what it should.", "Too expensive for what we use.", "रिपोर्ट बहुत काम की हैं।",
    "Dukungannya cepat dan ramah.", "أصبح العمل أسهل بكثير.", "راه‌اندازی سخت بود.",
    "We miss an integration,\nthe rest is fine.", None,
)  # fmt: skip
CONTACT_CHANNELS = ("email", "phone", "meeting", "chat")
CONTACT_KINDS = ("onboarding", "check_in", "renewal", "question")


@dataclass(frozen=True)
class Invitations(Rows):
    """Who was asked what when; `ticket` and `wave` are -1 where there is none."""

    survey: Ints
    user: Ints
    sent: Ints
    ticket: Ints
    wave: Ints


def invited(usage: Usage, tickets: Tickets) -> Invitations:
    """Every invitation: a relationship wave each quarter, CSAT or CES after solved tickets."""
    rng = chance(usage.sizing.seed, "invitations")
    parts = [_after_tickets(tickets, usage, rng)]
    for month in range(2, usage.clock.months, 3):
        since, until, _ = usage.month(month)
        user = np.flatnonzero((until - since > 25 * DAY) & (rng.random(len(since)) < 0.25))
        sent = usage.clock.bounds[month] + 10 * DAY + rng.integers(0, 36_000, len(user)) * SECOND
        none = np.full(len(user), -1)
        parts.append(Invitations(none + 1 + RELATIONSHIP, user, sent, none, none + 1 + month // 3))
    everyone = batch(parts)
    return everyone.take(np.lexsort((everyone.user, everyone.sent)))


def _after_tickets(tickets: Tickets, usage: Usage, rng: np.random.Generator) -> Invitations:
    asked = (tickets.solved < NEVER) & (tickets.spam == 0) & (rng.random(tickets.count) < 0.6)
    ticket = np.flatnonzero(asked)
    survey = np.where(rng.random(len(ticket)) < 0.65, AFTER_TICKET, EFFORT)
    sent = tickets.solved[ticket] + rng.integers(600, 72_000, len(ticket)) * SECOND
    none = np.full(len(ticket), -1)
    return Invitations(survey, tickets.user[ticket], sent, ticket, none).take(sent < usage.clock.end)


def invitation_table(asked: Invitations, usage: Usage) -> pa.Table:
    """The canonical table `survey_invitations`."""
    rng = chance(usage.sizing.seed, "invitation_table")
    columns = {
        "invitation_id": ids("iv", np.arange(asked.count), 7),
        "survey_id": words(asked.survey, SURVEYS),
        "wave": joined("wave-", ids("", asked.wave, 2)),
        "channel": words(pick(rng, (0.75, 0.25), asked.count), ("email", "in_app")),
        "user_id": ids("u", asked.user),
        "account_id": ids("a", usage.users.who[asked.user]),
        "sent_at": instants(asked.sent),
        "delivered": flags(rng.random(asked.count) < 0.97),
    }
    return canonical("survey_invitations", columns)


def response_table(asked: Invitations, usage: Usage) -> pa.Table:
    """The canonical table `survey_responses`: the unsatisfied answer less and score lower."""
    rng = chance(usage.sizing.seed, "responses")
    count, account = asked.count, usage.users.who[asked.user]
    to_go = usage.left_at[account] - asked.sent
    unhappy = (to_go > 0) & (to_go < 200 * DAY) & np.isin(usage.left_because[account], (0, 1, 2))
    answered = asked.sent + (rng.exponential(1.6 * 86_400, count)).astype(np.int64) * SECOND + 60 * SECOND
    answers = rng.random(count) < np.where(unhappy, 0.22, 0.33)
    answers &= (answered < usage.clock.end) & (answered - asked.sent < 30 * DAY)
    low, high = np.array(LOW)[asked.survey], np.array(HIGH)[asked.survey]
    mood = rng.beta(5.2, 1.5, count) - np.where(unhappy, 0.25, 0.0)
    score = np.clip(np.rint(low + (high - low) * mood), low, high).astype(np.int64)
    chosen = np.flatnonzero(answers)
    comment = np.where(rng.random(count) < 0.4, rng.integers(0, len(COMMENTS), count), -1)
    columns = {
        "response_id": ids("rs", np.arange(len(chosen)), 7),
        "survey_id": words(asked.survey, SURVEYS).take(pa.array(chosen)),
        "kind": words(asked.survey[chosen], KINDS),
        "invitation_id": ids("iv", chosen, 7),
        "user_id": ids("u", asked.user[chosen]),
        "account_id": ids("a", account[chosen]),
        "answered_at": instants(answered[chosen]),
        "score": whole(score[chosen]).cast(pa.decimal128(38, 9)),
        "scale_min": whole(low[chosen]).cast(pa.decimal128(38, 9)),
        "scale_max": whole(high[chosen]).cast(pa.decimal128(38, 9)),
        "comment": words(comment[chosen], COMMENTS),
        "trigger_ref": ids("tk", asked.ticket[chosen]),
        "subject": words(asked.survey[chosen], ("product", "rep", "rep")),
    }
    return canonical("survey_responses", columns)


def touchpoint_table(usage: Usage) -> pa.Table:
    """The canonical table `touchpoints`: the team looks after larger accounts, some write first."""
    rng = chance(usage.sizing.seed, "touchpoints")
    accounts = usage.accounts
    cared = (accounts.size >= 2) | (accounts.plan >= market.BUSINESS)
    start, until = accounts.created, np.maximum(np.minimum(usage.until, usage.clock.end), accounts.created)
    tries = rng.poisson(np.where(cared, 0.028, 0.006) * (until - start) / DAY)
    who = np.repeat(np.arange(accounts.count), tries)
    at = start[who] + ((until - start)[who] // SECOND * rng.random(len(who))).astype(np.int64) * SECOND
    order = np.lexsort((who, at))
    who, at = who[order], at[order]
    count = len(who)
    inbound = rng.random(count) < 0.3
    kind = np.where(inbound, 3, np.where(at - start[who] < 30 * DAY, 0, pick(rng, (0.0, 0.8, 0.2), count)))
    columns = {
        "touchpoint_id": ids("tp", np.arange(count)),
        "account_id": ids("a", who),
        "at": instants(at),
        "direction": words(inbound.astype(np.int64), ("out", "in")),
        "channel": words(pick(rng, (0.6, 0.2, 0.12, 0.08), count), CONTACT_CHANNELS),
        "kind": words(kind, CONTACT_KINDS),
        "member": words(accounts.owner[who], market.OWNERS),
        "outcome": only(words(pick(rng, (0.6, 0.4), count), ("reached", "no_answer")), ~inbound),
    }
    return canonical("touchpoints", columns)
