"""What new accounts do early that goes with staying: ranked, down to the accounts, on to the criterion."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponse

from holdfast.insights.behaviours.ranking import TooFew
from holdfast.report.behaviours import (
    ACCOUNTS,
    COLUMNS,
    EVIDENCE,
    accounts_as_rows,
    behaviours_as_rows,
    chosen,
    gap_text,
    heading,
    side_text,
    too_few,
    verdict_of,
    what_of,
)
from holdfast.report.page.forest import bar, reach_of
from holdfast.web.answers.behaving import AFTER, DAYS, Behaviours, behaviours_of, criterion_of
from holdfast.web.answers.returning import DAYS as RETURN_DAYS
from holdfast.web.answers.ruling import settings_in_force
from holdfast.web.insights.asked import whole
from holdfast.web.insights.files import as_file
from holdfast.web.insights.returns import RETURNING
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import said, show
from holdfast.web.workspaces.roles import May
from holdfast.words.amounts import date, signed
from holdfast.words.amounts import number as in_words

if TYPE_CHECKING:
    from markupsafe import Markup

    from holdfast.insights.behaviours.early import Behaviour

LISTED = 100
SETTING = "activation"


@dataclass(frozen=True)
class Row:
    """A behaviour as it is told; `to` leads to its accounts, `adopt` to what it would do as the criterion."""

    name: str
    did: str
    others: str
    difference: str
    alike: str
    verdict: str
    stands: bool
    drawn: Markup
    to: str
    adopt: str
    adopted: bool


@page()
def behaviours(view: View) -> HttpResponse:
    """What is asked, at once; the behaviours come to stand in it."""
    days, after = _asked(view)
    return show(
        view,
        "insights/behaviours.html",
        days=days,
        after=after,
        returning=whole(view.request.GET, RETURNING, RETURN_DAYS),
        ranked=_link(view, "ranked/"),
        returns=_link(view, "returns/"),
        csv=_link(view, "all.csv"),
    )


@page(noted=False)
def ranked(view: View) -> HttpResponse:
    """The behaviours, what stands first, each with its intervals; or how much evidence there is."""
    found, language = _found(view), view.language
    enough = not isinstance(found.found, TooFew)
    reach = reach_of(gap for each in found.findings for gap in (each.alike, each.counted))
    first, last = (view.about.calendar.local_day(each) for each in (found.first, found.last))
    return show(
        view,
        "insights/ranked.html",
        heading=heading(found, language),
        first=date(first, language),
        last=date(last, language),
        enough=enough,
        said=too_few(found.found, language)
        if isinstance(found.found, TooFew)
        else chosen(found.found, language),
        rows=list(_rows(view, found, reach)),
        ends=[signed(each, "share", language) for each in (-reach, 0, reach)],
        may_define=view.member.may(May.DEFINE),
    )


@page()
def behaviour(view: View, number: int) -> HttpResponse:
    """One behaviour with the accounts that it is judged by."""
    found, language = _found(view), view.language
    if isinstance(found.found, TooFew):
        return show(view, "insights/behaviour.html", few=too_few(found.found, language), back=_link(view))
    finding = found.numbered(number)
    judged = [each for each in found.accounts(number) if each.judged]
    judged.sort(key=lambda each: (-each.times, each.account_id))
    return show(
        view,
        "insights/behaviour.html",
        few="",
        back=_link(view),
        name=_named(finding.behaviour, finding.count, language),
        heading=heading(found, language),
        verdict=verdict_of(finding, language),
        stands=finding.verdict == "stands",
        did=side_text(finding.did, language),
        others=side_text(finding.others, language),
        counted=gap_text(finding.counted, language),
        alike=gap_text(finding.alike, language),
        beside=gap_text(finding.beside, language) if finding.beside else "",
        also=[_named(each, count, language) for each, count in finding.also],
        judged=judged[:LISTED],
        total=len(judged),
        csv=_link(view, f"{number}.csv"),
    )


@page()
def behaviours_csv(view: View) -> HttpResponse:
    """The behaviours as `holdfast behaviours --format csv` writes them."""
    found = _found(view)
    return as_file(behaviours_as_rows(found), COLUMNS if found.findings else EVIDENCE, "behaviours.csv")


@page()
def accounts_csv(view: View, number: int) -> HttpResponse:
    """The accounts behind one, of both halves, as `holdfast behaviours show` writes them."""
    found = _found(view)
    if isinstance(found.found, TooFew):
        return as_file(behaviours_as_rows(found), EVIDENCE, "behaviours.csv")
    return as_file(accounts_as_rows(found, number), ACCOUNTS, f"behaviour-{number}.csv")


def _asked(view: View) -> tuple[int, int]:
    asked = view.request.GET
    return whole(asked, "days", DAYS), whole(asked, "after", AFTER)


def _found(view: View) -> Behaviours:
    return behaviours_of(*_asked(view), view.at.segment, view.known_at)


def _link(view: View, below: str = "") -> str:
    """An address below the page of behaviours that asks the same."""
    asked = {name: view.request.GET.get(name) for name in ("days", "after", RETURNING)}
    return view.link(f"/insights/behaviours/{below}", **asked)


def _rows(view: View, found: Behaviours, reach: float) -> Iterator[Row]:
    language, now = view.language, str(settings_in_force()[SETTING] or "")
    for number, each in enumerate(found.findings, 1):
        criterion = criterion_of(found, number)
        told = f"{SETTING}={json.dumps(criterion)}"
        yield Row(
            _named(each.behaviour, each.count, language),
            side_text(each.did, language),
            side_text(each.others, language),
            gap_text(each.counted, language),
            gap_text(each.alike, language),
            verdict_of(each, language),
            each.verdict == "stands",
            bar(each.alike, each.counted, reach),
            _link(view, f"{number}/"),
            view.link("/data/settings/preview/", set=[told]) if criterion and criterion != now else "",
            bool(criterion) and criterion == now,
        )


def _named(behaviour: Behaviour, count: int, language: str) -> str:
    """What was done and at least how often; an event's name keeps its own direction."""
    told = {"what": what_of(behaviour, language), "count": in_words(count, language)}
    return said(language, "behaviours.at_least", **told)
