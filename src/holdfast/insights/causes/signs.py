"""Records that speak for a cause of leaving, of accounts at instants: what was said, paid, answered, used."""

from __future__ import annotations

from typing import Any

import ibis

from holdfast.insights.causes.taxonomy import Cause
from holdfast.metrics.health.of_support import SEVERE
from holdfast.metrics.health.of_voices import scaled_answers
from holdfast.segments import Moments, facts_told, rule
from holdfast.timelines.identity import named
from holdfast.timelines.layout import Layout
from holdfast.timelines.localtime import local_day
from holdfast.timelines.themes import said_items, tags_of_items
from holdfast.timelines.tickets import known_tickets

COLUMNS = ("account_id", "bound", "sign", "word", "record", "at")
"""`word` is what was said where that names the cause, else null: then the sign does."""

OF_SIGN: dict[str, Cause] = {
    "past_due": "payment", "severe_ticket": "service", "reopened_ticket": "service", "low_answer": "service",
    "discount_end": "price", "hardly_used": "poor_adoption", "used_less": "fading_value",
}  # fmt: skip
"""The cause that a sign speaks for; signs with a word speak for what it names."""

RECENT_DAYS, VOICES_DAYS, USE_DAYS, NEWEST_DAYS = 90, 180, 168, 28
LOW_ANSWER = 0.4
"""The share of a scale up to which an answer is low."""

HARDLY, OFTEN = 2, 4
"""Active days in 28 under which a product is hardly used, and from which on a fall is told."""

USED = rule("active_days(28 days) >= 0 and active_days(168 days) >= 0 and tenure is known")


def said(moments: Moments, layout: Layout) -> Any:
    """How the account's last phase ended by the instant: the cause given, else a failed payment."""
    phases = layout.records["subscription_phases"]
    stops = phases.filter(phases.end_at.notnull() & (phases.end_reason != "plan_change").fill_null(True))
    failed = ibis.ifelse(stops.end_reason == "payment_failure", "payment_failure", ibis.null().cast("string"))
    stops = stops.select(
        "account_id",
        at="end_at",
        word=ibis.coalesce(failed, stops.end_cause.strip().nullif("")),
        record="subscription_phases/" + named(stops, "phase_id"),
    )
    near = moments.beside(stops, lambda each, at: each["at"] <= at.bound)
    turns = ibis.window(group_by=["account_id", "bound"], order_by=[ibis.desc("at"), ibis.desc("record")])
    last = near.mutate(turn=ibis.row_number().over(turns)).filter(lambda row: row.turn == 0)
    last = last.filter(last.word.notnull())
    return last.mutate(sign=ibis.literal("said")).select(*COLUMNS)


def seen(moments: Moments, layout: Layout) -> Any:
    """Every other sign just before the instant."""
    told = (_themes, _overdue, _tickets, _answers, _discounts, _use)
    return ibis.union(*(each(moments, layout).select(*COLUMNS) for each in told))


def _themes(moments: Moments, layout: Layout) -> Any:
    """Themes that someone found in what was said, without a good word."""
    items, tags = said_items(layout), tags_of_items(layout)
    tags = tags.filter((tags.worth < 0).fill_null(False))
    rows = items.join(tags, items.subject_id == tags.ref)
    rows = rows.select("account_id", record="subject_id", at="said_at", word="theme")
    return _lately(rows, moments, VOICES_DAYS).mutate(sign=ibis.literal("theme"))


def _overdue(moments: Moments, layout: Layout) -> Any:
    phases = layout.records["subscription_phases"]
    late = phases.filter(phases.status == "past_due")
    late = late.select(
        "account_id", "end_at", at="start_at", record="subscription_phases/" + named(late, "phase_id")
    )
    near = moments.beside(
        late,
        lambda each, at: each["at"] < at.bound,
        lambda each, at: (each.end_at >= at.bound).fill_null(True),
    )
    return _without_word(near, "past_due")


def _tickets(moments: Moments, layout: Layout) -> Any:
    rows = known_tickets(layout)
    rows = rows.filter(~rows.spam & ~rows.merged).mutate(record="tickets/" + rows.subject_id)
    severe = rows.filter(rows.severity.lower().isin(SEVERE))
    severe = severe.select("account_id", "solved_at", "record", at="created_at")
    waits = moments.beside(
        severe,
        lambda each, at: each["at"] < at.bound,
        lambda each, at: (each.solved_at >= at.bound).fill_null(True),
    )
    again = rows.filter(rows.reopened_at.notnull()).select("account_id", "record", at="reopened_at")
    both = (
        _without_word(waits, "severe_ticket"),
        _without_word(_lately(again, moments, RECENT_DAYS), "reopened_ticket"),
    )
    return ibis.union(*(each.select(*COLUMNS) for each in both))


def _answers(moments: Moments, layout: Layout) -> Any:
    given = ibis.union(*(scaled_answers(layout, kind) for kind in ("csat", "ces2", "ces1")))
    low = given.filter(given.above <= given.wide * LOW_ANSWER)
    low = low.select("account_id", at="answered_at", record="survey_responses/" + low.subject_id)
    return _without_word(_lately(low, moments, VOICES_DAYS), "low_answer")


def _discounts(moments: Moments, layout: Layout) -> Any:
    ended = layout.changes.filter(layout.changes.kind == "discount_end")
    ended = ended.select("account_id", "at", record="accounts/" + ended.account_id)
    return _without_word(_lately(ended, moments, RECENT_DAYS), "discount_end")


def _use(moments: Moments, layout: Layout) -> Any:
    """Use of the last 24 weeks, or since first paying, held against what is hardly any; and of the last four.

    Told of who has paid for four weeks at least; that use fell, for twelve.
    """
    rows, columns = facts_told(USED, moments, layout)
    newest, whole, since = (rows[column] for column in columns.values())
    lived = rows.bound_day.delta(local_day(since, layout.basis.calendar), unit="day")
    lived = ibis.least(lived, USE_DAYS).cast("float64")
    before = (whole - newest) / (lived - NEWEST_DAYS) * NEWEST_DAYS
    hardly = (lived >= NEWEST_DAYS) & (whole / lived * NEWEST_DAYS < HARDLY)
    less = (lived >= 3 * NEWEST_DAYS) & (before >= OFTEN) & (newest * 2 < before)
    sign = ibis.cases((hardly, "hardly_used"), (less, "used_less"), else_=ibis.null().cast("string"))
    told = rows.mutate(sign=sign).filter(lambda row: row.sign.notnull())
    return told.mutate(word=ibis.null().cast("string"), record="accounts/" + told.account_id, at=told.bound)


def _lately(rows: Any, moments: Moments, days: int) -> Any:
    return moments.beside(
        rows,
        lambda each, at: each["at"] < at.bound,
        lambda each, at: each["at"] >= at.bound - ibis.interval(days=days),
    )


def _without_word(rows: Any, sign: str) -> Any:
    return rows.mutate(sign=ibis.literal(sign), word=ibis.null().cast("string"))
