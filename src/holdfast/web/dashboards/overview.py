"""The overview: how we stand, whether to trust it, what to look into first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.http import HttpResponse

from holdfast.errors import unknown
from holdfast.metrics.boards import BOARDS
from holdfast.report.page.lines import Lines, Told
from holdfast.web.answers import board, curve, kept, losses
from holdfast.web.dashboards.charted import as_data, charts_of
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import said, show
from holdfast.web.workspaces.roles import Role
from holdfast.words import say
from holdfast.words.amounts import amount

CARDS = 8
NOTED = 6
FOREMOST = {
    "leadership": "net_revenue_retention",
    "success": "customer_churn_rate",
    "product": "activation_rate",
    "billing": "mrr",
}
"""The figure that heads each role's overview, where it is defined."""

OF_ROLES = {Role.ANALYST: "product", Role.MEMBER: "success"}


@dataclass(frozen=True)
class Concern:
    """Something that needs attention: what, why, and where it leads."""

    what: str
    why: str
    path: str = ""
    account: str = ""
    tone: str = ""
    sign: str = ""


@page()
def overview(view: View) -> HttpResponse:
    """A role's board at a glance, its charts, and what needs attention."""
    role = view.request.GET.get("board") or OF_ROLES.get(Role(view.member.role), "leadership")
    if role not in BOARDS:
        raise unknown("board", role, BOARDS)
    contents = board(view.about, view.at, role=role, moved=True)
    lines = Lines(contents, view.language)
    rows = rows_of_board(lines, role)
    steps = curve(view.at) if role in {"leadership", "success"} else []
    return show(
        view,
        "dashboards/overview.html",
        heading=_heading(rows, role, view.language),
        role=role,
        roles=tuple(BOARDS),
        stamp=contents.stamp,
        cards=[row for row in rows if not row.reason][:CARDS],
        rows=[row for row in rows if not row.reason][CARDS:],
        undefined=[row for row in rows if row.reason],
        charts=kept(("charts", role, view.at, view.language), lambda: list(charts_of(role, lines, steps))),
        as_data=as_data,
        concerns=list(_concerns(view, rows)),
    )


def _heading(rows: Sequence[Told], role: str, language: str) -> str:
    """The first thing to know: one figure and how it moved."""
    defined = {row.key: row for row in rows if not row.reason}
    if not defined:
        return say("web.nav.overview", language)
    row = defined.get(FOREMOST[role]) or next(iter(defined.values()))
    if not row.previous.sentence:
        return f"{row.name}: {row.value}"
    values = {"name": row.name, "value": row.value, "change": row.previous.sentence}
    return said(language, "page.lead", **values).rstrip(".।")


def rows_of_board(lines: Lines, role: str) -> list[Told]:
    """The KPIs of a board in its own order, each once: the first of a metric's own dimension."""
    told: dict[str, Told] = {}
    for family in lines.families():
        for row in family.rows:
            told.setdefault(row.key, row)
    return [told[name] for name in BOARDS[role] if name in told]


def _concerns(view: View, rows: Sequence[Told]) -> Iterator[Concern]:
    """KPIs that moved the wrong way more than chance would, then the accounts that took most MRR along."""
    worse = [row for row in rows if row.previous.tone == "bad"]
    for row in worse[:NOTED]:
        yield Concern(
            row.name, row.previous.sentence, f"/kpis/{row.key}/", tone="bad", sign=row.previous.sign
        )
    for loss in losses(view.at)[: NOTED if worse else 2 * NOTED]:
        what = loss.name or loss.account_id
        lost = amount(loss.amount, loss.currency, view.language)
        why = say(f"web.concern.{loss.movement}", view.language, amount=lost)
        yield Concern(what, why, account=loss.account_id)
