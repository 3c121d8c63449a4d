"""How one customer stands: health with its parts, risk and worth with their reasons, warnings, records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.http import Http404, HttpResponse

from holdfast.report.renewing import renewal_text
from holdfast.report.risk import reason_text, refused_text
from holdfast.report.warning import why
from holdfast.report.worth import formula_text, why_rows, worth_text
from holdfast.report.worth import refused_text as worth_refused
from holdfast.web.answers.customers import facts_of, roster_of
from holdfast.web.answers.judging import Ground, Standing, Telling, Warned, Worths, chances, standing, worths
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import TOGETHER, show
from holdfast.words import say
from holdfast.words.amounts import date, number, percent

REASONS, FIRED = 5, 20
FROM_THE_LEFT = "\u2066"
"""Before an id: it runs from the left, whatever stands around it."""


@dataclass(frozen=True)
class Part:
    """A part of health: its component, its value, the points of the score that it makes, its records."""

    name: str
    component: str
    value: str
    points: str
    records: tuple[str, ...]


@dataclass(frozen=True)
class Chance:
    """The chance to leave with its reasons and that by the renewal, or why none is told."""

    told: str = ""
    reasons: tuple[str, ...] = ()
    by_renewal: str = ""
    refused: str = ""


@dataclass(frozen=True)
class Valued:
    """The worth to come with what it is made of, or why none is told."""

    told: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    formula: str = ""
    refused: str = ""


@dataclass(frozen=True)
class Fired:
    """A warning as it is told."""

    kind: str
    why: str
    next: str
    since: str
    until: str
    records: tuple[str, ...]
    is_calm: bool


@page(noted=False)
def standing_page(view: View, account_id: str) -> HttpResponse:
    """The judgements on one customer, inside its page or alone."""
    facts = facts_of(roster_of(view.about, view.at), account_id)
    if facts is None:
        raise Http404(account_id)
    found = standing(view.about, view.at, account_id, facts["status"])
    fired = [_fired(each, view) for each in found.warnings[:FIRED]]
    is_customer = facts["status"] in {"paying", "paused"}
    return show(
        view,
        "customers/standing.html",
        account_id=account_id,
        name=facts["name"] or account_id,
        score=_points(found.health.value if found.health else None, view.language),
        band=(found.health.band or "unknown") if found.health else None,
        parts_of_health=_parts(found, view.language),
        chance=_chance(chances(view.known_at, account_id=account_id), account_id, view.language)
        if is_customer
        else None,
        worth=_worth(worths(view.known_at), account_id, view.language)
        if facts["status"] == "paying"
        else None,
        open=[each for each in fired if not each.until],
        over=[each for each in fired if each.until],
    )


def _parts(found: Standing, language: str) -> list[Part]:
    if found.health is None:
        return []
    return [
        Part(
            say(f"health.part.{each.name}", language),
            say(f"health.component.{each.component}", language),
            _points(each.value, language),
            _points(each.points, language),
            _records(each.name, found.grounds, language),
        )
        for each in found.health.counted.parts
    ]


def _records(part: str, grounds: Sequence[Ground], language: str) -> tuple[str, ...]:
    mine = [each for each in grounds if each.part == part and each.kind != "base"]
    return tuple(_record(each.kind, each.record, language) for each in mine)


def _record(kind: str, record: str, language: str) -> str:
    told = say(f"health.kind.{kind}", language)
    return f"{told} {FROM_THE_LEFT}{record}{TOGETHER}" if record else told


def _chance(last: Telling | None, account_id: str, language: str) -> Chance | None:
    if last is None:
        return Chance(refused=say("web.risk.untold", language))
    found = last.risks
    if not found.is_shown:
        return Chance(refused=refused_text(found, language))
    mine = next((each for each in found.accounts if each.account_id == account_id), None)
    if mine is None:
        return None
    reasons = tuple(reason_text(each, language) for each in mine.reasons[:REASONS])
    return Chance(percent(mine.chance, language), reasons, renewal_text(found, mine, language))


def _worth(found: Worths, account_id: str, language: str) -> Valued:
    if not found.is_shown:
        return Valued(refused=worth_refused(found, language))
    mine = next((each for each in found.accounts if each.of.account_id == account_id), None)
    if mine is None:
        return Valued(refused=say("worth.none", language))
    rows = why_rows(found, mine, language)[:-1]
    return Valued(worth_text(found, mine, language), tuple(rows), formula_text(found, language))


def _fired(each: Warned, view: View) -> Fired:
    language, local = view.language, view.about.calendar.to_local
    return Fired(
        say(f"warnings.kind.{each.kind}", language),
        why(each, language),
        say(f"warnings.next.{each.kind}", language),
        date(local(each.opened_at).date(), language),
        "" if each.closed_at is None else date(local(each.closed_at).date(), language),
        tuple(_record(one.table, one.record, language) for one in each.signs if one.table),
        each.is_calm,
    )


def _points(value: Fraction | None, language: str) -> str:
    return "–" if value is None else number(float(value), language, decimals=1)
