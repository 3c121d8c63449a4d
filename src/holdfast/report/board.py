"""The board: the latest figure of every series, how it moved, and whether to trust it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from holdfast.report.layout import Column, fits, fitted, table, telling
from holdfast.report.phrases import (
    change_text,
    interval_text,
    reason_text,
    segment_text,
    title_text,
    value_text,
    with_commas,
    within_text,
)
from holdfast.report.sparkline import drawn_series
from holdfast.report.targets import target_of, target_text
from holdfast.words import knows, say
from holdfast.words.amounts import amount, period_name, period_short

if TYPE_CHECKING:
    from holdfast.insights.targets import Target
    from holdfast.metrics.figure import Change, Figure, Key, Series
    from holdfast.report.look import Look

MOST_PERIODS, LEAST_NAME = 24, 24
FAMILIES = (
    "signups",
    "customers",
    "revenue",
    "movements",
    "churn",
    "retention",
    "renewals",
    "payments",
    "survival",
    "lifetime",
    "economics",
    "usage",
    "returning",
    "onboarding",
    "trials",
    "feedback",
    "support",
)


OVERLAPPING = {"plan", "interval", "currency"}
"""Segments of which an account may be in several at once (R20)."""


@dataclass(frozen=True)
class Line:
    """How a metric stands on the board: its title, its family and which way is better."""

    title: str
    family: str = ""
    better: str = ""


@dataclass(frozen=True)
class Board:
    """Figures of one or more periods of one grain, with their changes by `Figure.key`.

    The last period of each series is the one shown; the others draw the trend. `lines` is
    keyed by the metric's name and gives the order of the rows. `targets` are marked beside the
    figures that they are of.
    """

    figures: Sequence[Figure]
    changes: Mapping[Key, Sequence[Change]] = field(default_factory=dict)
    lines: Mapping[str, Line] = field(default_factory=dict)
    heading: str = ""
    targets: Sequence[Target] = ()

    def render(self, look: Look) -> RenderableType:
        """The board for a terminal of that look."""
        if not self.figures:
            return Text(say("board.nothing", look.language))
        series = _by_series(self.figures)
        latest = self._ordered(_told([each[-1] for each in series.values()]))
        rows, breaks = self._rows(latest, look)
        columns = telling(self._columns(rows, series, look, whole=True))
        if not fits(columns, look.width):
            columns = fitted(self._columns(rows, series, look, whole=False), look.width)
        names = {column.name for column in columns}
        return Group(*self._head(latest, look), table(columns, look, breaks), *_notes(latest, names, look))

    def _head(self, latest: Sequence[Figure], look: Look) -> list[Text]:
        last = max(latest, key=lambda each: each.period_end)
        period = period_name(last.grain, last.period_label, look.language)
        head = [Text(period[:1].upper() + period[1:], style="bold")]
        said = [within_text(last, look), look.shown(self.heading)]
        return [*head, *(Text(line, style="dim") for line in said if line)]

    def _rows(self, latest: Sequence[Figure], look: Look) -> tuple[list[Figure | Text], list[int]]:
        rows: list[Figure | Text] = []
        breaks: list[int] = []
        for family, members in groupby(latest, key=lambda each: self.line(each).family):
            rows.append(Text(_family(family, look), style="bold"))
            for _, parts in groupby(members, key=lambda each: each.name):
                split = list(parts)
                if segment_text(split[0], look):
                    rows.append(Text(f"  {self.title(split[0], look)}"))
                rows += split
            breaks.append(len(rows) - 1)
        return rows, breaks

    def _columns(
        self,
        rows: Sequence[Figure | Text],
        series: Mapping[Series, Sequence[Figure]],
        look: Look,
        *,
        whole: bool,
    ) -> list[Column]:
        figures = [row for row in rows if not isinstance(row, Text)]
        made = {
            figure.key: list(self._cells(figure, series[figure.series], look, whole)) for figure in figures
        }
        headers = [
            ("name", say("board.name", look.language), 0),
            ("value", say("board.value", look.language), 0),
            ("previous", self._than(figures, "previous", look), 1),
            ("year_before", self._than(figures, "year_before", look), 3),
            ("trend", say("board.trend", look.language), 2),
            ("interval", say("board.interval", look.language), 4),
        ]
        if any(target_of(figure, self.targets) for figure in figures):
            headers.append(("target", say("board.target", look.language), 2))
        said_twice = headers[2][1] == headers[3][1]  # The year before is the period before.
        return [
            Column(
                name,
                header,
                [_cell(row, made, place) for row in rows],
                rank,
                right=name == "value",
                least=LEAST_NAME if name == "name" else None,
            )
            for place, (name, header, rank) in enumerate(headers)
            if not (said_twice and name == "year_before")
        ]

    def _cells(self, figure: Figure, over_time: Sequence[Figure], look: Look, whole: bool) -> Iterator[Text]:
        line = self.line(figure)
        apart = segment_text(figure, look)
        yield Text(f"    {apart}" if apart else f"  {self.title(figure, look)}")
        yield Text(value_text(figure, look))
        changes = {change.kind: change for change in self.changes.get(figure.key, ())}
        if figure.value is None:
            yield Text(reason_text(figure, look), style="dim")
            yield Text("")
        else:
            for change in (changes.get("previous"), changes.get("year_before")):
                yield Text(
                    change_text(change, figure, look, whole=whole), style=_judgement(change, line.better)
                )
        yield _trend(over_time, look)
        yield Text(interval_text(figure, look), style="dim")
        yield Text(target_text(figure, self.targets, look))

    def _than(self, latest: Sequence[Figure], kind: str, look: Look) -> str:
        for figure in latest:
            for change in self.changes.get(figure.key, ()):
                if change.kind == kind:
                    period = period_short(
                        figure.grain, change.earlier_label, figure.period_label, look.language
                    )
                    return say("than.header", look.language, period=period)
        return say(f"than.{kind}", look.language)

    def line(self, figure: Figure) -> Line:
        """How the figure's metric stands on the board; its name where nothing is said."""
        return self.lines.get(figure.name) or self.lines.get(figure.metric) or Line(figure.name)

    def title(self, figure: Figure, look: Look) -> str:
        """What the metric is called in the reader's language."""
        return title_text(figure.name, look, self.line(figure).title)

    def _ordered(self, latest: Sequence[Figure]) -> list[Figure]:
        places = {name: place for place, name in enumerate(self.lines)}
        declared = dict.fromkeys([*FAMILIES, *(line.family for line in self.lines.values())])
        families = {family: place for place, family in enumerate(declared)}
        return sorted(
            latest,
            key=lambda each: (
                families.get(self.line(each).family, len(families)),
                places.get(each.name, places.get(each.metric, len(places))),
            ),
        )


def _told(latest: Sequence[Figure]) -> list[Figure]:
    """Without the values of a metric's own dimension that say nothing now, where others of it do."""
    telling = {each.series[:4] for each in latest if each.value is not None}
    return [
        each for each in latest if not each.of or each.value is not None or each.series[:4] not in telling
    ]


def _by_series(figures: Sequence[Figure]) -> dict[Series, list[Figure]]:
    found: defaultdict[Series, list[Figure]] = defaultdict(list)
    for figure in sorted(figures, key=lambda each: each.period_start):
        found[figure.series].append(figure)
    return dict(found)


def _cell(row: Figure | Text, made: Mapping[Key, Sequence[Text]], place: int) -> Text:
    if isinstance(row, Text):
        return row if place == 0 else Text("")
    return made[row.key][place]


def _family(name: str, look: Look) -> str:
    if not name:
        return say("board.other", look.language)
    key = f"family.{name}"
    return say(key, look.language) if knows(key) else name.replace("_", " ").capitalize()


def _trend(over_time: Sequence[Figure], look: Look) -> Text:
    return drawn_series([each.value for each in over_time[-MOST_PERIODS:]], look)


def _judgement(change: Change | None, better: str) -> str:
    if change is None or change.verdict not in {"higher", "lower"} or better not in {"higher", "lower"}:
        return ""
    return "green" if change.verdict == better else "red"


def _why(figure: Figure, look: Look) -> str:
    apart = segment_text(figure, look)
    return f"{with_commas((title_text(figure.name, look), apart), look)}: {reason_text(figure, look)}"


def _today(figure: Figure, look: Look) -> str:
    """What the figure of a closed period would be as the records say it now."""
    now = amount(figure.today, figure.unit, look.language) if figure.today is not None else look.dash
    apart = segment_text(figure, look)
    name = with_commas((title_text(figure.name, look), apart), look)
    return say("board.today", look.language, name=name, value=value_text(figure, look).strip(), today=now)


def _notes(latest: Sequence[Figure], columns: set[str], look: Look) -> list[Text]:
    notes = []
    if "previous" not in columns:
        notes += list(dict.fromkeys(_why(each, look) for each in latest if each.value is None))
    notes += [_today(each, look) for each in latest if each.today is not None]
    if any(OVERLAPPING & set(each.segment) for each in latest):
        notes.append(say("board.overlap", look.language))
    if any(figure.status == "provisional" for figure in latest):
        notes.append(say("board.provisional", look.language, mark=look.mark))
    if "interval" in columns and any(figure.low is not None for figure in latest):
        notes.append(say("board.interval_note", look.language))
    return [Text(look.shown(note), style="dim") for note in notes]
