"""Two groups of accounts side by side on every KPI."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import pyarrow.compute as pc
from django.http import Http404, HttpResponse

from holdfast.errors import unknown
from holdfast.metrics import CATALOG, Change, Figure
from holdfast.metrics.boards import BOARDS
from holdfast.report.board import FAMILIES
from holdfast.report.look import Look
from holdfast.report.phrases import (
    change_text,
    interval_text,
    reason_text,
    segment_text,
    title_text,
    value_text,
)
from holdfast.web.answers.segments import Side, members_of, segments_of, side_by_side
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import show
from holdfast.web.segments.inside import known
from holdfast.words import say
from holdfast.words.amounts import signed

EVERY = "all"
EVERYONE, REST = "-all", "-rest"
"""What a group may be besides a segment; no segment is called so."""


@dataclass(frozen=True)
class Row:
    """One KPI of both groups; `said` is how the first differs, in words that know chance."""

    key: str
    name: str
    one: str
    one_interval: str
    other: str
    other_interval: str
    said: str
    tone: str
    sign: str


@dataclass(frozen=True)
class Pair:
    """What the address asks to see: a segment beside a group, on a role's board or all of it."""

    one: str
    other: str
    board: str

    @property
    def group(self) -> str:
        """The other group as a question says it, but for those who are not in the first."""
        return "" if self.other == EVERYONE else self.other


@page()
def beside(view: View) -> HttpResponse:
    """A segment beside another one, beside all who are not in it, or beside everyone."""
    names = [each.name for each in segments_of(view.known_at)]
    pair = _pair(view, names) if names else None
    return show(
        view,
        "segments/beside.html",
        names=names,
        boards=(*BOARDS, EVERY),
        pair=pair,
        other_name=_called(pair.other, view.language) if pair else "",
        both=_both(view, pair) if pair else 0,
    )


@page(noted=False)
def beside_figures(view: View) -> HttpResponse:
    """The figures alone: the page asks for them once it stands, since counting them may take a while."""
    names = [each.name for each in segments_of(view.known_at)]
    if not names:
        raise Http404
    pair = _pair(view, names)
    group = f"not ({known(view, pair.one).rule})" if pair.other == REST else pair.group
    sides = side_by_side(view.at, "" if pair.board == EVERY else pair.board, pair.one, group)
    return show(
        view,
        "segments/figures.html",
        pair=pair,
        other_name=_called(pair.other, view.language),
        families=[(family, list(rows)) for family, rows in _families(sides, Look(language=view.language))],
    )


def _pair(view: View, names: Sequence[str]) -> Pair:
    asked = view.request.GET
    pair = Pair(asked.get("one", names[0]), asked.get("other", REST), asked.get("board", next(iter(BOARDS))))
    for name in (pair.one, pair.other):
        if name not in (EVERYONE, REST):
            known(view, name)
    if pair.board not in (*BOARDS, EVERY):
        raise unknown("board", pair.board, (*BOARDS, EVERY))
    return pair


def _called(other: str, language: str) -> str:
    if other == REST:
        return say("web.segments.rest", language)
    return say("web.everyone", language) if other == EVERYONE else other


def _both(view: View, pair: Pair) -> int:
    """How many accounts are in both groups."""
    if pair.other in (EVERYONE, REST):
        return 0
    moment = view.about.closing(view.at.grain, view.at.period)
    mine, theirs = (members_of(view.at, name, moment).rows["account_id"] for name in (pair.one, pair.other))
    return pc.sum(pc.is_in(mine, value_set=theirs.combine_chunks())).as_py() or 0


def _families(sides: Sequence[Side], look: Look) -> Iterator[tuple[str, Iterator[Row]]]:
    """The rows by family in the board's order; what neither group has a value of is left out."""
    defined = [
        side for side in sides if any(each and each.value is not None for each in (side.figure, side.other))
    ]
    ordered = sorted(defined, key=lambda each: FAMILIES.index(_family(each)))
    for family, rows in groupby(ordered, key=_family):
        yield family, (_row(each, look) for each in rows)


def _family(side: Side) -> str:
    return CATALOG[side.figure.name].family


def _row(side: Side, look: Look) -> Row:
    figure, other, change = side.figure, side.other, side.change
    metric = CATALOG[figure.name]
    apart = segment_text(figure, look)
    title = title_text(figure.name, look, metric.title)
    said, tone, sign = _apart(figure, change, look)
    return Row(
        key=figure.name,
        name=f"{title}: {apart}" if apart else title,
        one=_value(side, look, own=True),
        one_interval=interval_text(figure, look) if figure.value is not None else "",
        other=_value(side, look, own=False),
        other_interval=interval_text(other, look) if other is not None and other.value is not None else "",
        said=said,
        tone=tone,
        sign=sign,
    )


def _apart(figure: Figure, change: Change | None, look: Look) -> tuple[str, str, str]:
    """How the first group differs, whether that is good, and its sign; a total says only by how much."""
    if change is None:
        return "", "", ""
    if figure.denominator is None and not figure.parts:
        gap = change.difference
        return ("" if gap is None else signed(gap, figure.unit, look.language)), "", ""
    if change.verdict == "same":
        return say("web.segments.same", look.language), "", ""
    better = CATALOG[figure.name].better
    tone = "" if change.verdict == "unknown" or better == "context" else "bad"
    tone = "good" if change.verdict == better else tone
    sign = {"higher": "▲", "lower": "▼"}.get(change.verdict, "")
    return change_text(change, figure, look, whole=False), tone, sign


def _value(side: Side, look: Look, *, own: bool) -> str:
    figure = side.figure if own else side.other
    if figure is None:
        return look.dash
    if figure.value is None:
        return reason_text(figure, look)
    return value_text(figure, look).strip(f" {look.mark}")
