"""One series over time: a row per period, for a question about few metrics and many periods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from holdfast.report.layout import Column, fitted, table
from holdfast.report.phrases import (
    change_text,
    interval_text,
    reason_text,
    segment_text,
    title_text,
    value_text,
    within_text,
)
from holdfast.words import say
from holdfast.words.amounts import bare, period_name

if TYPE_CHECKING:
    from holdfast.metrics.figure import Change, Figure, Key
    from holdfast.report.board import Line
    from holdfast.report.look import Look


def over_time(
    figures: Sequence[Figure],
    changes: Mapping[Key, Sequence[Change]],
    lines: Mapping[str, Line],
    look: Look,
) -> RenderableType:
    """Each series under its title with one row per period, the earliest first."""
    parts: list[RenderableType] = [
        Text(kept, style="dim") for kept in {within_text(figure, look) for figure in figures} if kept
    ]
    ordered = sorted(figures, key=lambda each: (each.series, each.period_start))
    for _, members in groupby(ordered, key=lambda each: each.series):
        rows = list(members)
        parts += [
            _title(rows[0], lines, look),
            table(fitted(_columns(rows, changes, look), look.width), look),
        ]
        parts.append(Text(""))
    return Group(*parts[:-1])


def _title(figure: Figure, lines: Mapping[str, Line], look: Look) -> Text:
    line = lines.get(figure.name) or lines.get(figure.metric)
    apart = segment_text(figure, look)
    title = title_text(figure.name, look, line.title if line else None)
    return Text(f"{title}: {apart}" if apart else title, style="bold")


def _columns(rows: Sequence[Figure], changes: Mapping[Key, Sequence[Change]], look: Look) -> list[Column]:
    def moved(figure: Figure, kind: str) -> Text:
        if figure.value is None:
            return Text(reason_text(figure, look) if kind == "previous" else "", style="dim")
        found = [change for change in changes.get(figure.key, ()) if change.kind == kind]
        return Text(change_text(found[0] if found else None, figure, look, whole=False))

    def sums(figure: Figure) -> Text:
        if figure.numerator is None or figure.denominator is None:
            return Text("")
        top, bottom = (bare(part, "", look.language) for part in (figure.numerator, figure.denominator))
        return Text(say("series.of", look.language, numerator=top, denominator=bottom), style="dim")

    periods = [Text(period_name(row.grain, row.period_label, look.language)) for row in rows]
    return [
        Column("period", say("series.period", look.language), periods),
        Column(
            "value",
            say("board.value", look.language),
            [Text(value_text(row, look)) for row in rows],
            right=True,
        ),
        Column("previous", say("than.previous", look.language), [moved(row, "previous") for row in rows], 1),
        Column(
            "year_before",
            say("than.year_before", look.language),
            [moved(row, "year_before") for row in rows],
            3,
        ),
        Column("sums", say("series.sums", look.language), [sums(row) for row in rows], 2, right=True),
        Column(
            "interval",
            say("board.interval", look.language),
            [Text(interval_text(row, look)) for row in rows],
            4,
        ),
    ]
