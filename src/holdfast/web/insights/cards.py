"""Report cards: how what is foretold did in the past, beside simple ways to tell it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponse

from holdfast.errors import Sentence, UsageError
from holdfast.report.page.calibration import calibration
from holdfast.report.renewing import renewal_seen, renewal_verdict
from holdfast.report.risk import refused_text, verdict_text
from holdfast.web.answers.judging import Backtest, Card, Compared, Risks, Telling, chances, warning_cards
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import show
from holdfast.words import say
from holdfast.words.amounts import date, number, percent

if TYPE_CHECKING:
    from markupsafe import Markup

    from holdfast.insights.risk.card import Group, Measured

HORIZONS = ("30", "60", "90")
Cells = list[list[str]]


@dataclass(frozen=True)
class Told:
    """The report card of chances: its verdict, its curve and the rows of both tables, where there is one."""

    verdict: str
    when: str = ""
    curve: Markup | str = ""
    groups: Cells | None = None
    measures: Cells | None = None
    renewal: Told | None = None


@page()
def insights(view: View) -> HttpResponse:
    """The report cards of chances to leave and of early warnings."""
    days = view.request.GET.get("days", HORIZONS[-1])
    if days not in HORIZONS:
        raise UsageError(
            Sentence("What follows within {days!r} days is not told.", days=days),
            hint=Sentence("30, 60 or 90 days."),
        )
    at, cards = warning_cards(view.known_at, int(days))
    return show(
        view,
        "insights/cards.html",
        days=days,
        horizons=HORIZONS,
        risk=_told(chances(view.known_at, int(days)), view),
        warnings=[_warning(each, view.language) for each in cards.values()],
        at=date(view.about.calendar.local_day(at), view.language),
    )


def _told(last: Telling | None, view: View) -> Told:
    language = view.language
    if last is None:
        return Told(say("web.risk.untold", language))
    found, card, when = last.risks, last.risks.card, told_when(last, view)
    if not isinstance(card, Backtest):
        return Told(refused_text(found, language), when, renewal=_by_renewal(found, language))
    return _of_card(card, verdict_text(found, card, language), when, _by_renewal(found, language), language)


def _by_renewal(found: Risks, language: str) -> Told:
    """The card of chances by the renewal."""
    card, verdict = found.by_renewal, renewal_verdict(found, language)
    if not isinstance(card, Compared):
        return Told(verdict)
    return _of_card(card, verdict, renewal_seen(card, language), None, language)


def _of_card(card: Compared, verdict: str, when: str, renewal: Told | None, language: str) -> Told:
    groups = card.cards["model"].groups
    axes = (say(f"risk.column.{name}", language) for name in ("told", "share"))
    curve = calibration(groups, language, say("web.calibration", language), *axes)
    measures = [
        [
            say(f"risk.of.{name}", language),
            *(_measured(each, language) for each in (one.brier, one.auc, one.precision)),
            number(one.lift, language, decimals=1),
        ]
        for name, one in card.cards.items()
    ]
    return Told(verdict, when, curve, list(_groups(groups, language)), measures, renewal)


def told_when(last: Telling, view: View) -> str:
    """When the chances were learned; empty where that was just now."""
    if last.told_at is None:
        return ""
    day = view.about.calendar.to_local(last.told_at).date()
    return say("web.risk.told", view.language, day=date(day, view.language))


def _groups(groups: Iterable[Group], language: str) -> Iterable[list[str]]:
    for each in groups:
        yield [
            percent(each.chance, language),
            number(each.rows, language),
            number(each.left, language),
            percent(each.left / each.rows, language),
            _bounds(percent(each.low, language), percent(each.high, language), language),
        ]


def _warning(card: Card, language: str) -> list[str]:
    share = "–"
    if card.precision is not None and card.low is not None and card.high is not None:
        bounds = _bounds(percent(card.low, language), percent(card.high, language), language)
        share = say("risk.measured", language, value=percent(card.precision, language), bounds=bounds)
    part, whole = number(card.caught, language), number(card.leavings, language)
    return [
        say(f"warnings.kind.{card.kind}", language),
        number(card.fired, language),
        number(card.left, language),
        share,
        "–" if card.base is None else percent(card.base, language),
        "–" if card.lead is None else number(round(card.lead.days), language),
        say("warnings.of", language, part=part, whole=whole),
        say(f"warnings.verdict.{card.verdict}", language),
    ]


def _measured(found: Measured, language: str) -> str:
    value, low, high = (number(each, language, decimals=3) for each in (found.value, found.low, found.high))
    return say("risk.measured", language, value=value, bounds=_bounds(low, high, language))


def _bounds(low: str, high: str, language: str) -> str:
    return say("board.bounds", language, low=low, high=high)
