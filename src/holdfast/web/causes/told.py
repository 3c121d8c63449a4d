"""Causes, the accounts of one, and actions, as a person reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from holdfast.insights.causes.attribution import OFTEN_SAID, Loss, Sign
from holdfast.metrics import CATALOG
from holdfast.report.actions import aimed_at, result_text
from holdfast.report.causes import what_text
from holdfast.report.look import Look
from holdfast.web.answers.causes import Causes, Result
from holdfast.web.pages import View
from holdfast.web.pages.showing import said
from holdfast.words import say
from holdfast.words.amounts import amount, date, number, percent

SIGNS = {"rose": "▲", "fell": "▼"}


@dataclass(frozen=True)
class Area:
    """One cause: what was lost for it, what is at stake; `bar` is its share of the most that was."""

    cause: str
    bar: float
    mrr: str
    share: str
    accounts: str
    at_stake: str
    mrr_at_stake: str


@dataclass(frozen=True)
class Account:
    """An account that was lost, or is at stake: when, what it pays a month, what speaks for the cause."""

    id: str
    name: str
    day: str
    mrr: str
    signs: Sequence[str]


@dataclass(frozen=True)
class Doing:
    """An action and what came of it."""

    id: str
    title: str
    cause: str
    metric: str
    owner: str
    due: str
    state: str
    word: str
    result: str
    tone: str
    sign: str
    problem: str


def areas_told(found: Causes, language: str) -> Iterator[Area]:
    """One row per cause, what cost most first."""
    most = max((each.mrr for each in found.areas), default=None)
    for each in found.areas:
        yield Area(
            each.cause,
            float(each.mrr / most) if most else 0.0,
            amount(each.mrr, found.unit, language),
            percent(each.mrr / found.total, language) if found.total else "–",
            number(each.accounts, language),
            number(each.at_stake, language),
            amount(each.mrr_at_stake, found.unit, language),
        )


def unnamed_told(found: Causes, language: str) -> str:
    """The reasons that were given and name no cause, with how often."""
    return "; ".join(f"{word} ({number(many, language)})" for word, many in found.unnamed[:OFTEN_SAID])


def account_told(loss: Loss, unit: str, view: View) -> Account:
    """One account with its signs, the deciding one first."""
    return Account(
        loss.account_id,
        loss.name or loss.account_id,
        date(view.about.calendar.local_day(loss.at), view.language),
        amount(loss.mrr, unit, view.language),
        [_sign(each, view.language) for each in loss.signs],
    )


def doing_told(result: Result, view: View) -> Doing:
    """An action as a row."""
    action, look = result.action, Look(language=view.language)
    tones = {True: "good", False: "bad", None: ""}
    return Doing(
        id=action.action_id,
        title=action.title,
        cause=say(f"causes.{action.cause}", view.language),
        metric=aimed_at(action, list(CATALOG.values()), look),
        owner=action.owner,
        due=date(action.due_on, view.language),
        state=action.state,
        word=action.word or "",
        result=result_text(result, look),
        tone=tones[result.is_better],
        sign=SIGNS.get(result.verdict, ""),
        problem=result.problem or "",
    )


def _sign(sign: Sign, language: str) -> str:
    return said(language, "causes.of_record", what=what_text(sign, language), record=sign.record)
