"""One customer seen whole: where it stands, what happened, who uses it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date as day_of_calendar
from datetime import timedelta
from itertools import groupby
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from holdfast.report.page.spark import spark
from holdfast.web.answers.customers import Dossier, Happening, dossier_of, facts_of, roster_of
from holdfast.web.customers.listed import told
from holdfast.web.notes.writing import KINDS, do_write, nameable
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import said, secured, show
from holdfast.web.workspaces.roles import May
from holdfast.words import knows, say
from holdfast.words.amounts import amount, date, number

FORMS = frozenset({"GET", "HEAD", "POST"})
WEEKS = 26
NOTES = 20
LATELY = timedelta(days=30)


@dataclass(frozen=True)
class Item:
    """One thing of the timeline as it is told: its kind, a sentence, and words of the customer's own."""

    kind: str
    day: str
    text: str
    quote: str = ""
    tone: str = ""


@page(methods=FORMS, changing=May.NOTE)
def account(view: View, account_id: str) -> HttpResponse:
    """The page of one customer; posted to, it keeps a note."""
    if view.request.method == "POST":
        do_write(view, account_id)
        return secured(redirect(f"{view.here()}#notes"))
    roster = roster_of(view.about, view.at)
    facts = facts_of(roster, account_id)
    if facts is None:
        raise Http404(account_id)
    found = dossier_of(view.at, account_id)
    items = [_item(each, view) for each in found.happenings if each.at < roster.at]
    since = roster.at - LATELY
    lately = sum(since <= each.at < roster.at for each in found.happenings)
    return show(
        view,
        "customers/account.html",
        account_id=account_id,
        facts=facts,
        shown=told(facts, view),
        months=[(month, list(each)) for month, each in groupby(items, key=lambda item: item.day)],
        lately=items[:lately],
        users=[_user(row, view.language) for row in found.users],
        used=spark(list(_by_week(found, view.about.calendar.local_day(roster.at)))),
        notes=[_item(each, view) for each in found.happenings if each.kind == "notes"][:NOTES],
        kinds=KINDS,
        may_note=view.member.may(May.NOTE) and view.known_at is None,
        nameable=nameable(),
    )


def _by_week(found: Dossier, until: day_of_calendar) -> Iterator[int]:
    """How many events its users made in each of the last weeks."""
    for week in range(WEEKS, 0, -1):
        days = [until - timedelta(days=7 * week - day) for day in range(7)]
        yield sum(found.activity.get(day, 0) for day in days)


def _user(row: Mapping[str, Any], language: str) -> dict[str, str]:
    since = row["created_at"]
    return {
        "name": row["name"] or row["email"] or row["user_id"],
        "role": row["role"] or "",
        "since": date(since.date(), language) if since else "",
    }


def _item(each: Happening, view: View) -> Item:
    day = date(view.about.calendar.to_local(each.at).date(), view.language)
    kind, values, quote, tone = _TOLD[each.kind](each.row, view.language)
    key = f"web.happened.{kind}"
    return Item(kind, day, said(view.language, key, **values) if knows(key) else kind, quote, tone)


Told = tuple[str, dict[str, str], str, str]


def _change(row: Mapping[str, Any], language: str) -> Told:
    before, after = (amount(row[side], row["currency"], language) for side in ("before", "after"))
    kind = row["kind"]
    if kind == "change":
        kind = "expansion" if row["after"] > row["before"] else "contraction"
    tone = "bad" if row["after"] < row["before"] else "good"
    return f"mrr_{kind}", {"before": before, "after": after}, "", tone


def _payment(row: Mapping[str, Any], language: str) -> Told:
    paid = amount(row["amount"], row["currency"], language)
    kind = "paid" if row["status"] == "succeeded" else "payment_failed"
    return kind, {"amount": paid, "reason": row["decline_code"] or "–"}, "", "bad" if kind != "paid" else ""


def _refund(row: Mapping[str, Any], language: str) -> Told:
    return "refund", {"amount": amount(row["amount"], row["currency"], language)}, "", ""


def _ticket(row: Mapping[str, Any], language: str) -> Told:
    solved = row["solved_at"]
    kind = "ticket_solved" if solved else "ticket"
    values = {"day": date(solved.date(), language)} if solved else {}
    return kind, values, row["subject"] or "", ""


def _answer(row: Mapping[str, Any], language: str) -> Told:
    score = "–" if row["score"] is None else number(row["score"], language)
    values = {"survey": str(row["kind"] or row["survey_id"] or "").upper(), "score": score}
    return "answer", values, row["comment"] or "", ""


def _trial(row: Mapping[str, Any], language: str) -> Told:
    return "trial", {"plan": row["plan"] or say("board.unknown_segment", language)}, "", ""


def _note(row: Mapping[str, Any], _language: str) -> Told:
    return "note", {"member": row["member"] or "–"}, row["text"] or "", ""


_TOLD = {
    "mrr_changes": _change,
    "payments": _payment,
    "refunds": _refund,
    "tickets": _ticket,
    "survey_responses": _answer,
    "trials": _trial,
    "notes": _note,
}
