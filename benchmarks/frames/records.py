"""Figures from records of other kinds: accounts, payments, trials, tickets."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.figures import Answers
from benchmarks.frames.months import Tables, by_month, month_of

DAY = pd.Timedelta(days=1)


def signups(tables: Tables) -> Answers:
    """Accounts created."""
    accounts = tables["accounts"][~tables["accounts"].is_internal]
    return by_month("signups", month_of(accounts.created_at), np.ones(len(accounts)))


def activation(tables: Tables, as_of: pd.Timestamp) -> Answers:
    """New accounts with three reports and an invitation within 14 days."""
    events = tables["events"]
    wanted = events.name.cat.categories.isin(["report_created", "teammate_invited"])[events.name.cat.codes]
    acts = events[wanted]
    acts = acts.assign(user_id=acts.user_id.astype(object), account_id=acts.account_id.astype(object))
    users = tables["users"].set_index("user_id")
    acts = acts[~acts.user_id.map(users.is_internal).eq(True)]
    account = acts.account_id.where(acts.account_id != "", acts.user_id.map(users.account_id))
    reports = acts.name == "report_created"
    ordered = acts[reports].assign(account=account[reports]).sort_values("occurred_at").groupby("account")
    third = ordered.occurred_at.nth(2)
    third.index = account[third.index]
    invited = acts[~reports].occurred_at.groupby(account[~reports]).min()
    met = pd.concat([third.rename("third"), invited.rename("invited")], axis=1, join="inner").max(axis=1)
    accounts = tables["accounts"][~tables["accounts"].is_internal]
    met_at = accounts.account_id.map(met)
    closes = accounts.created_at + 14 * DAY
    judged = (closes <= as_of) & ~(met_at < accounts.created_at)
    months = month_of(accounts.created_at[judged])
    return by_month("activation_rate", months, (met_at < closes)[judged], np.ones(len(months)))


def authorisation(tables: Tables, as_of: pd.Timestamp) -> Answers:
    """Recurring invoices paid at the first attempt."""
    lines, paid = tables["invoice_lines"], tables["payments"]
    recurring = lines.invoice_id[lines.kind == "recurring"].unique()
    tried = paid[paid.invoice_id.isin(recurring) & ~paid.account_id.isin(tables["internal"].account_id)]
    tried = tried[tried.attempted_at < as_of].sort_values(["attempted_at", "attempt_no", "payment_id"])
    first = tried.drop_duplicates("invoice_id")
    at_once = first.status != "failed"
    return by_month("authorisation_rate", month_of(first.attempted_at), at_once, np.ones(len(first)))


def trials(tables: Tables, as_of: pd.Timestamp) -> Answers:
    """Trials whose account first paid within their length and 14 days."""
    paid, begun = tables["payments"], tables["trials"]
    taken = paid[paid.status.isin(["succeeded", "refunded"]) & (paid.amount.astype(float) > 0)]
    first = taken.groupby("account_id").attempted_at.min()
    begun = begun.sort_values(["started_at", "trial_id"]).drop_duplicates("account_id")
    begun = begun[~begun.account_id.isin(tables["internal"].account_id)]
    planned = begun.ends_at.where(begun.ends_at > begun.started_at, begun.started_at + 14 * DAY)
    closes, paid_at = planned + 14 * DAY, begun.account_id.map(first)
    counted = (closes <= as_of) & ~(paid_at < begun.started_at)
    months = month_of(begun.started_at[counted])
    return by_month("trial_conversion_rate", months, (paid_at < closes)[counted], np.ones(len(months)))


def tickets(tables: Tables, as_of: pd.Timestamp) -> Answers:
    """Tickets resolved at first contact."""
    rows = tables["tickets"]
    outside = rows.spam.eq(True) | rows.merged_into.notna() | rows.user_id.isin(tables["insiders"].user_id)
    rows = rows[~outside & ~rows.account_id.isin(tables["internal"].account_id)]
    rows = rows.assign(requester=rows.user_id.where(rows.user_id != "", rows.account_id))
    replies = _replies(rows, tables["ticket_replies"])
    in_time = rows.solved_at < rows.created_at + 30 * DAY
    settles = (rows.solved_at + 7 * DAY).where(in_time, rows.created_at + 30 * DAY)
    alone = (replies == 1) | (rows.bot_solved.eq(True) & (replies == 0))
    reopened = (rows.reopened_at < rows.solved_at + 7 * DAY) & (rows.reopened_at < as_of)
    first = in_time & alone & ~reopened & ~rows.ticket_id.isin(_raised_again(rows))
    over = settles <= as_of
    months = month_of(rows.created_at[over])
    return by_month("first_contact_resolution", months, first[over], np.ones(len(months)))


def _replies(rows: pd.DataFrame, replies: pd.DataFrame) -> pd.Series:
    by_agent = replies[replies["by"] == "agent"].merge(rows[["ticket_id", "solved_at"]], on="ticket_id")
    known = rows.ticket_id.isin(replies.ticket_id)
    counted = by_agent[~(by_agent["at"] >= by_agent.solved_at + 7 * DAY)].ticket_id.value_counts()
    told = rows.agent_replies.fillna(0).where(~known, 0)
    return rows.ticket_id.map(counted).fillna(told)


def _raised_again(rows: pd.DataFrame) -> pd.Series:
    asked = rows[["requester", "topic", "ticket_id", "created_at"]].dropna(subset=["topic"])
    pairs = rows[["requester", "topic", "ticket_id", "solved_at"]].merge(
        asked, on=["requester", "topic"], suffixes=("", "_later")
    )
    after = pairs.created_at - pairs.solved_at
    found = (pairs.ticket_id != pairs.ticket_id_later) & (after >= 0 * DAY) & (after < 7 * DAY)
    again: pd.Series = pairs.ticket_id[found]
    return again
