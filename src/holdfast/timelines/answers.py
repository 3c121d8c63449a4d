"""Answers to surveys (K27 to K29).

Each question has a timeline of its own, since its scale says which answers are valid. A row is
an answer; one that does not count names the rule in `left_out`, so that it is seen and counted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import ibis

from holdfast.periods import Period
from holdfast.timelines.identity import named
from holdfast.timelines.layout import Layout
from holdfast.timelines.respondents import with_person
from holdfast.timelines.subjects import column_of, in_period, with_period

LEAST_POINTS = 4
"""A scale of fewer points has no two best ones that leave a middle."""

ASKED_WITHIN_HOURS = 24
"""An answer about an interaction counts where it was asked for within so many hours of it (K28)."""

SCALES = {"nps": (0, 10), "ces1": (1, 5), "ces2": (1, 7)}
"""The scale that a kind of survey has by definition; satisfaction is asked on several."""

YES, NO = ("yes", "true"), ("no", "false")
COLUMNS = ("period_start", "account_id", "subject_id", "left_out", "survey", "wave")
SCORED = (
    "account_id",
    "subject_id",
    "kind",
    "answered_at",
    "score",
    "scale_min",
    "scale_max",
    "left_out",
    "sent_at",
)
OF_TICKET = ("topic", "channel", "agent")
ASKED_ABOUT = tuple(map(column_of, OF_TICKET))


def nps_answers(layout: Layout, periods: Sequence[Period], scale: tuple[int, int] = SCALES["nps"]) -> Any:
    """Answers on recommending (K27): the latest of each person and wave counts.

    Where no wave is known, the latest of each person and period does.
    """
    rows = _off_scale(_answers(layout, "nps"), scale)
    rows = _latest(rows, rows.wave.notnull(), ["survey", "wave", "person"])
    rows = in_period(rows, rows.answered_at, periods)
    rows = _latest(rows, rows.wave.isnull(), ["period_start", "survey", "person"])
    return with_period(rows.select(*COLUMNS, "score"), periods)


def nps_of_accounts(layout: Layout, periods: Sequence[Period]) -> Any:
    """One row per account, survey and wave: `score`, the account's own NPS, to 18 places."""
    rows = nps_answers(layout, periods).drop("period_end", "days")
    nobody = ibis.ifelse(rows.account_id.isnull(), "no_account", ibis.null().cast("string"))
    rows = rows.mutate(left_out=ibis.coalesce(rows.left_out, nobody))
    counted = rows.filter(rows.left_out.isnull())
    points = ibis.cases((counted.score >= 9, 100), (counted.score >= 7, 0), else_=-100)
    each = counted.group_by(["period_start", "account_id", "survey", "wave"]).agg(
        points=points.sum().cast("float64"), answers=counted.count()
    )
    each = each.mutate(
        subject_id=each.account_id,
        left_out=ibis.null().cast("string"),
        score=(each.points / each.answers).cast("decimal(38, 18)"),
    )
    out = rows.filter(rows.left_out.notnull()).mutate(score=ibis.null().cast("decimal(38, 18)"))
    return with_period(ibis.union(each.select(*COLUMNS, "score"), out.select(*COLUMNS, "score")), periods)


def csat_answers(layout: Layout, periods: Sequence[Period]) -> Any:
    """Answers on satisfaction (K28), each with its `scale`: the latest about each interaction counts."""
    rows = _on_satisfaction(_answers(layout, "csat"))
    rows = _latest(rows, ibis.literal(True), ["survey", "interaction"])
    rows = in_period(rows, rows.answered_at, periods)
    return with_period(rows.select(*COLUMNS, *ASKED_ABOUT, "scale", "score", "scale_max"), periods)


def ces_answers(layout: Layout, periods: Sequence[Period], kind: str) -> Any:
    """Answers on effort (K29): the latest about each interaction counts, once it was solved."""
    rows = _on_effort(_answers(layout, kind), kind)
    rows = _latest(rows, ibis.literal(True), ["survey", "interaction"])
    rows = in_period(rows, rows.answered_at, periods)
    return with_period(rows.select(*COLUMNS, *ASKED_ABOUT, "score"), periods)


def resolution_answers(layout: Layout, periods: Sequence[Period]) -> Any:
    """Answers to a custom question tied to a ticket (K30): `yes` is 1 where they say yes."""
    rows = _answers(layout, "custom")
    rows = rows.filter(rows.ticket_id.notnull())
    choice = rows.answer.try_cast("json")["choice"]
    said = ibis.coalesce(choice.unwrap_as("string").lower(), choice.unwrap_as("bool").cast("string").lower())
    yes = said.isin(YES) | (said.isnull() & (rows.score == 1))
    no = said.isin(NO) | (said.isnull() & (rows.score == 0))
    plain = yes.fill_null(False) | no.fill_null(False)
    rows = rows.mutate(yes=yes.fill_null(False).cast("int64"))
    rows = ruled(rows, ("blank", said.isnull() & rows.score.isnull()), ("not_yes_or_no", ~plain))
    rows = _latest(rows, ibis.literal(True), ["survey", "interaction"])
    rows = in_period(rows, rows.answered_at, periods)
    return with_period(rows.select(*COLUMNS, "yes"), periods)


def _answers(layout: Layout, kind: str) -> Any:
    """Answers of a kind known by `as_of`, with their person, account, wave, interaction and ticket."""
    rows = responses(layout)
    return _with_tickets(rows.filter(rows.kind == kind), layout)


def _with_tickets(rows: Any, layout: Layout) -> Any:
    tickets = layout.records["tickets"]
    tickets = tickets.select(
        "ticket_id",
        "solved_at",
        "reopened_at",
        ticket_source="source",
        **{column_of(name): tickets[name] for name in OF_TICKET},
    )
    seen = [("solved_at", tickets.solved_at), ("reopened_at", tickets.reopened_at)]
    tickets = tickets.mutate(
        **{name: ibis.ifelse(at < ibis.literal(layout.as_of), at, ibis.null()) for name, at in seen}
    )
    on = [rows.source == tickets.ticket_source, rows.trigger_ref == tickets.ticket_id]
    return rows.left_join(tickets, on).drop("ticket_source")


def responses(layout: Layout) -> Any:
    """Every answer known by `as_of`, with its person, account, survey, wave and interaction."""
    return layout.once_for("responses", (), lambda: _responses(layout))


def _responses(layout: Layout) -> Any:
    rows = layout.near(layout.records["survey_responses"], unsaid=True)
    rows = rows.filter(rows.answered_at < ibis.literal(layout.as_of))
    sent = layout.records["survey_invitations"]
    sent = sent.select(
        "wave",
        "sent_at",
        sent_source="source",
        sent_id="invitation_id",
        sent_user="user_id",
        sent_account="account_id",
    )
    rows = rows.left_join(sent, [rows.source == sent.sent_source, rows.invitation_id == sent.sent_id])
    rows = rows.mutate(
        user_id=ibis.coalesce(rows.user_id, rows.sent_user),
        account_id=ibis.coalesce(rows.account_id, rows.sent_account),
        survey=named(rows, "survey_id"),
        subject_id=named(rows, "response_id"),
    )
    invitation, answer = "invitation:" + rows.invitation_id, "answer:" + rows.response_id
    rows = rows.mutate(
        alone=ibis.coalesce(invitation, answer),
        interaction=ibis.coalesce("after:" + rows.trigger_ref, invitation, answer),
    )
    rows = layout.near(with_person(rows, layout))
    return rows.mutate(person=ibis.coalesce(rows.person, rows.alone))


def valid_scores(layout: Layout, kind: str) -> Any:
    """Every answer of a kind that is valid by itself, of an account: also one that a later one supersedes.

    With the scale that it was asked on, where that is told.
    """
    rows = layout.once_for("scored_answers", (), lambda: _scored(layout))
    rows = rows.filter(rows.kind == kind)
    if kind == "nps":
        rows = _off_scale(rows, SCALES[kind])
    else:
        rows = _on_satisfaction(rows) if kind == "csat" else _on_effort(rows, kind)
    rows = rows.filter(rows.left_out.isnull())
    return rows.select("account_id", "subject_id", "answered_at", "score", "scale_min", "scale_max")


def _scored(layout: Layout) -> Any:
    """The answers of accounts to any question with a scale, with what their validity depends on."""
    rows = responses(layout)
    rows = rows.filter(rows.account_id.notnull() & rows.kind.isin(["nps", "csat", *SCALES]))
    return _with_tickets(rows.select(*SCORED, "source", "trigger_ref"), layout).select(
        *SCORED, "ticket_id", "solved_at", "reopened_at"
    )


def _on_satisfaction(rows: Any) -> Any:
    low, high = rows.scale_min, rows.scale_max
    odd = (low.floor() != low) | (high.floor() != high) | (high - low < LEAST_POINTS - 1)
    late = rows.sent_at >= rows.solved_at + ibis.interval(hours=ASKED_WITHIN_HOURS)
    return ruled(
        rows.mutate(scale=low.cast("int64").cast("string") + "-" + high.cast("int64").cast("string")),
        ("blank", rows.score.isnull()),
        ("no_scale", low.isnull() | high.isnull()),
        ("other_scale", odd),
        ("out_of_range", outside(rows.score, low, high)),
        ("asked_late", late.fill_null(False)),
    )


def _on_effort(rows: Any, kind: str) -> Any:
    rows = _off_scale(rows, SCALES[kind])
    unsolved = rows.solved_at.isnull() | (rows.answered_at < rows.solved_at)
    opened_later = (rows.answered_at < rows.reopened_at).fill_null(False)
    return ruled(rows, ("before_solved", rows.ticket_id.notnull() & unsolved & ~opened_later))


def _off_scale(rows: Any, scale: tuple[int, int]) -> Any:
    """Leave out what is blank, was asked on another scale, or is no point of this one."""
    low, high = scale
    other = (rows.scale_min != low).fill_null(False) | (rows.scale_max != high).fill_null(False)
    return ruled(
        rows,
        ("blank", rows.score.isnull()),
        ("other_scale", other),
        ("out_of_range", outside(rows.score, low, high)),
    )


def outside(score: Any, low: Any, high: Any) -> Any:
    """Whether a score is no point of a scale."""
    return (score < low) | (score > high) | (score.floor() != score)


def ruled(rows: Any, *rules: tuple[str, Any]) -> Any:
    """`rows` with the first rule that holds in `left_out`, where nothing was there."""
    reason = ibis.cases(*[(holds, rule) for rule, holds in rules], else_=ibis.null().cast("string"))
    return rows.mutate(left_out=ibis.coalesce(rows.left_out, reason))


def _latest(rows: Any, among: Any, keys: Sequence[str]) -> Any:
    """Of the valid rows `among`, all but the latest answer of each key are superseded."""
    return only_one(rows, among, keys, [ibis.desc("answered_at"), ibis.desc("response_id")], "superseded")


def only_one(rows: Any, among: Any, keys: Sequence[str], order: Sequence[Any], rule: str) -> Any:
    """Of the rows `among` that count, all but the first of each key in some order leave by `rule`."""
    rows = rows.mutate(competes=among & rows.left_out.isnull())
    turns = ibis.window(group_by=["competes", *keys], order_by=order)
    rows = rows.mutate(turn=ibis.row_number().over(turns))
    left_out = ibis.ifelse(rows.competes & (rows.turn > 0), rule, rows.left_out)
    return rows.mutate(left_out=left_out).drop("competes", "turn")


TIMELINES: dict[str, Callable[..., Any]] = {
    "nps_answers": nps_answers,
    "nps_answers_1_10": partial(nps_answers, scale=(1, 10)),
    "nps_of_accounts": nps_of_accounts,
    "csat_answers": csat_answers,
    "ces1_answers": partial(ces_answers, kind="ces1"),
    "ces2_answers": partial(ces_answers, kind="ces2"),
    "resolution_answers": resolution_answers,
}
"""Timelines by the name that metrics call them; each takes a layout and periods."""

SPLITS = dict.fromkeys(("csat_answers", "ces1_answers", "ces2_answers"), OF_TICKET)
"""What rows of each timeline can be split by besides what their accounts are: traits of their own."""
