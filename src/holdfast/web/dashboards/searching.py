"""What the palette finds: KPIs, pages, segments and accounts by the letters typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from django.http import HttpResponse

from holdfast.metrics import CATALOG
from holdfast.report.look import Look
from holdfast.report.phrases import title_text
from holdfast.web.answers import find_accounts
from holdfast.web.pages import View, page
from holdfast.web.pages.frame import INSIGHTS, PLACES
from holdfast.web.pages.showing import show
from holdfast.words import say

MOST = 8


@dataclass(frozen=True)
class Hit:
    """One thing found and where it is."""

    kind: str
    name: str
    beside: str
    to: str


@page(without_data=True)
def search(view: View) -> HttpResponse:
    """What was found, as the inside of the palette."""
    text = view.request.GET.get("q", "").strip()
    hits = list(_hits(view, text)) if text else []
    return show(view, "dashboards/found.html", hits=hits, text=text)


def _hits(view: View, text: str) -> Iterator[Hit]:
    wanted, language = text.casefold(), view.language
    for place in PLACES:
        name = say(f"web.nav.{place.name}", language)
        if wanted in name.casefold():
            yield Hit("page", name, "", view.link(place.path))
    for tab in INSIGHTS:
        name = say(f"web.insights.tab.{tab.name}", language)
        if wanted in name.casefold():
            yield Hit("page", name, say("web.nav.insights", language), view.link(tab.path))
    yield from _metrics(view, wanted)
    for name in view.about.segments:
        if wanted in name.casefold():
            yield Hit("segment", name, "", view.link("/", segment=name))
    for found in find_accounts(text):
        beside = found.account_id if found.name != found.account_id else ""
        yield Hit("account", found.name, beside, view.link(f"/customers/{quote(found.account_id)}/"))


def _metrics(view: View, wanted: str) -> Iterator[Hit]:
    look, left = Look(language=view.language), MOST
    for metric in sorted(CATALOG.values(), key=lambda each: bool(each.variant)):
        title = title_text(metric.full_name, look, metric.title)
        if left and (wanted in title.casefold() or wanted in metric.full_name):
            left -= 1
            yield Hit("kpi", title, metric.full_name, view.link(f"/kpis/{metric.full_name}/"))
