"""The page of feedback: NPS, CSAT and CES with their intervals and response rate, then each answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse

from holdfast.errors import Sentence, UsageError, unknown
from holdfast.metrics import Figure
from holdfast.periods import Calendar
from holdfast.report.look import Look
from holdfast.report.page.drawn import Drawn, over_time
from holdfast.report.page.lines import Lines
from holdfast.report.waves import Row as WaveRow
from holdfast.report.waves import series_told
from holdfast.web.answers import board, kept
from holdfast.web.answers.feedback import GROUPS, PAGE_ROWS, Wanted, Wave, heard, voices_until, waves_until
from holdfast.web.dashboards.charted import as_data, chart_of
from holdfast.web.feedback.spoken import lately
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import show
from holdfast.words.amounts import date, number

ASKED = ("nps", "csat", "ces")
RATE = "survey_response_rate"
KINDS = ("nps", "csat", "ces2", "ces1", "custom")
LATEST_WAVES = 8


@dataclass(frozen=True)
class Voice:
    """One answer as it is told: what was asked, the score on its scale, the words, who said it when."""

    kind: str
    survey: str
    score: str
    scale: str
    group: str
    comment: str
    account: str
    name: str
    day: str


@dataclass(frozen=True)
class Series:
    """One question over its waves, the newest first."""

    name: str
    rows: Sequence[WaveRow]


@page()
def feedback(view: View) -> HttpResponse:
    """How answers move and what was said, until the period looked at ends."""
    wanted = wanted_of(view)
    before = view.about.closing(view.at.grain, view.at.period)
    found = heard(voices_until(view.at, before), wanted)
    lines = Lines(board(view.about, view.at, (*ASKED, RATE)), view.language)
    cards = [row for family in lines.families() for row in family.rows]
    return show(
        view,
        "feedback/feedback.html",
        wanted=wanted,
        total=found.total,
        kinds=[(kind, found.kinds[kind]) for kind in KINDS if kind in found.kinds],
        groups=tuple(GROUPS),
        voices=[_voice(row, view) for row in found.rows],
        cards=cards,
        charts=kept(("voices", view.at, view.language), lambda: list(_charts(view, lines))),
        as_data=as_data,
        series=list(_series(view)),
        lately=lately(view),
        earlier=max(wanted.offset - PAGE_ROWS, 0) if wanted.offset else None,
        later=wanted.offset + PAGE_ROWS if wanted.offset + PAGE_ROWS < found.total else None,
    )


def wanted_of(view: View) -> Wanted:
    """What the address asks for; raises UsageError for a kind, a group or a place that there is not."""
    asked = view.request.GET
    kind, group, offset = asked.get("kind", ""), asked.get("group", ""), asked.get("from", "0")
    if kind and kind not in KINDS:
        raise unknown("kind", kind, KINDS)
    if group and group not in GROUPS:
        raise unknown("group", group, GROUPS)
    if not offset.isdecimal():
        raise UsageError(
            Sentence("{offset!r} is no place in a list.", offset=offset), hint=Sentence("A whole number.")
        )
    return Wanted(kind, group, asked.get("q", "").strip(), "written" in asked, int(offset))


def _charts(view: View, lines: Lines) -> Iterator[Drawn]:
    """Each question of named waves over the days that they ended on, of others over periods."""
    for name, every in _waves(view).items():
        named = [waves for waves in every if waves[0].named]
        for place, waves in enumerate(named):
            figures = [_dated(wave, view.about.calendar) for wave in waves]
            if len({each.period_label for each in figures}) > 1:
                drawn = over_time(Lines(replace(lines.contents, figures=figures), view.language), figures)
                yield replace(drawn, id=f"{drawn.id}-{place}")
        if len(named) < len(every):
            yield from chart_of(name, lines)


def _dated(wave: Wave, calendar: Calendar) -> Figure:
    """A wave's figure as that of the day on which it was answered last, so that waves make one line."""
    day = calendar.containing("day", wave.last)
    of = {name: value for name, value in wave.figure.of.items() if name != "wave"}
    return replace(
        wave.figure, grain="day", period_label=day.label, period_start=day.start, period_end=day.end, of=of
    )


def _series(view: View) -> Iterator[Series]:
    """The waves of each question; answers of all accounts, since waves are asked of all."""
    look = Look(language=view.language)
    for name, every in _waves(view).items():
        for waves in every:
            title, rows = series_told(name, waves, look)
            yield Series(title, rows[::-1][:LATEST_WAVES])


def _waves(view: View) -> Mapping[str, Sequence[Sequence[Wave]]]:
    return waves_until(view.about.closing(view.at.grain, view.at.period), view.at.known_at)


def _voice(row: Mapping[str, Any], view: View) -> Voice:
    score, low, high = row["score"], row["scale_min"], row["scale_max"]
    scaled = score is not None and low is not None and high is not None
    return Voice(
        kind=row["kind"],
        survey=row["survey_id"],
        score="" if score is None else number(score, view.language),
        scale=f"{number(low, view.language)}–{number(high, view.language)}" if scaled else "",
        group=_group(row),
        comment=(row["comment"] or "").strip(),
        account=row["account_id"] or "",
        name=row["account"] or row["account_id"] or "",
        day=date(view.about.calendar.local_day(row["answered_at"]), view.language),
    )


def _group(row: Mapping[str, Any]) -> str:
    if row["kind"] != "nps" or row["score"] is None:
        return ""
    return next((name for name, (low, high) in GROUPS.items() if low <= row["score"] <= high), "")
