"""One figure counted two ways, and the accounts that lead from one to the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpResponse

from holdfast.cli.options import instant
from holdfast.metrics import CATALOG, Figure, Metric
from holdfast.metrics.bridge import Bridge, Moved
from holdfast.report.bridged import because_text, kind_of
from holdfast.report.look import Look
from holdfast.report.phrases import reason_text, title_text, value_text
from holdfast.report.rows import exact
from holdfast.web.answers import bridge_of
from holdfast.web.dashboards.kpis import known
from holdfast.web.pages import View, page
from holdfast.web.pages.settings_told import settings_told
from holdfast.web.pages.showing import show
from holdfast.words import knows, say
from holdfast.words.amounts import number, period_name, signed
from holdfast.words.numerals import in_digits

LISTED = 50


@dataclass(frozen=True)
class SideTold:
    """One of the two figures: what it is of, and its value."""

    name: str
    value: str


@dataclass(frozen=True)
class Step:
    """What one account, or all of one reason, moved."""

    name: str
    beside: str
    because: str
    before: str
    after: str
    part: str
    tone: str
    to: str = ""


@page()
def compare(view: View, name: str) -> HttpResponse:
    """The drawer that says how one figure became another."""
    metric, look = known(name), Look(language=view.language)
    against = _against(view)
    found = bridge_of(view.at, name, **against)
    bridge = found.bridge
    rows = [_step(row, bridge, found.names, look) for row in bridge.rows[:LISTED]]
    difference, unit = bridge.difference, bridge.after.unit
    return show(
        view,
        "dashboards/compare.html",
        metric=metric,
        title=title_text(metric.full_name, look, metric.title),
        before=_side(bridge.before, look, view.request.GET["was_known"] if against["known_at"] else ""),
        after=_side(bridge.after, look, "", tried=bool(against["tried"])),
        difference="" if difference is None else signed(difference, unit, view.language),
        exact="" if difference is None else in_digits(exact(difference), view.language),
        why_not=_why_not(bridge, view.language),
        reasons=_reasons(bridge, look),
        rows=rows,
        more=len(bridge.rows) - len(rows),
        variants=[(each.full_name, title_text(each.full_name, look, each.title)) for each in _others(metric)],
        chosen_period=against["against"],
        asked=view.request.GET,
        tried=bool(against["tried"]),
    )


def _others(metric: Metric) -> list[Metric]:
    """The other ways of counting a metric that give the same unit, so that a bridge can lead there."""
    alike = [each for each in CATALOG.values() if each.name == metric.name and each.unit == metric.unit]
    return [each for each in alike if each.full_name != metric.full_name]


def _against(view: View) -> dict[str, Any]:
    """What the address says to compare with; the period before where it says nothing."""
    asked, nothing = view.request.GET, {"variant": None, "known_at": None, "against": None}
    if tried := settings_told(view):
        return {**nothing, "tried": tried}
    variant, known_at = asked.get("variant"), asked.get("was_known")
    if variant:
        known(variant)
    earlier = None if variant or known_at else asked.get("against") or view.earlier
    return {
        "variant": variant or None,
        "known_at": instant(known_at or None, "was_known", view.about.calendar) if not variant else None,
        "against": earlier,
        "tried": (),
    }


def _side(figure: Figure, look: Look, known_on: str, *, tried: bool = False) -> SideTold:
    period = period_name(figure.grain, figure.period_label, look.language)
    name = say("web.compare.side", look.language, name=title_text(figure.name, look), period=period)
    if known_on:
        name = say("web.compare.known", look.language, name=name, day=in_digits(known_on, look.language))
    if tried:
        name = say("web.compare.tried", look.language, name=title_text(figure.name, look))
    value = value_text(figure, look).strip(f" {look.mark}")
    return SideTold(name, value if figure.value is not None else f"{value} ({reason_text(figure, look)})")


def _why_not(bridge: Bridge, language: str) -> str:
    if bridge.difference is not None:
        return ""
    code = (bridge.reason or "").partition(":")[0]
    return say(f"reason.{code}", language) if knows(f"reason.{code}") else code


def _reasons(bridge: Bridge, look: Look) -> list[Step]:
    """What each reason moved, the largest first."""
    moved: defaultdict[str, list[Moved]] = defaultdict(list)
    for row in bridge.rows:
        moved[kind_of(row.because)].append(row)
    totals = {kind: sum((row.part or Decimal(0) for row in rows), Decimal(0)) for kind, rows in moved.items()}
    order = sorted(moved, key=lambda kind: (-abs(totals[kind]), kind))
    return [
        Step(
            because_text(kind, look),
            in_digits(f"{len(moved[kind])}", look.language),
            "",
            "",
            "",
            _part(totals[kind], bridge, look),
            "",
        )
        for kind in order
    ]


def _step(row: Moved, bridge: Bridge, names: Mapping[str, str], look: Look) -> Step:
    shown = names.get(row.account_id)
    return Step(
        shown or row.account_id,
        row.account_id if shown else "",
        because_text(row.because, look),
        number(row.numerator_before, look.language),
        number(row.numerator_after, look.language),
        _part(row.part, bridge, look),
        "",
        row.account_id,
    )


def _part(part: Decimal | None, bridge: Bridge, look: Look) -> str:
    return look.dash if part is None else signed(part, bridge.after.unit, look.language)
