"""Questions put again and again: a table for each series, a row a wave, and the same as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from holdfast.metrics import find
from holdfast.report.layout import Column, fitted, table
from holdfast.report.phrases import change_text, interval_text, title_text, value_text
from holdfast.report.rows import exact, instant
from holdfast.words import say
from holdfast.words.amounts import bare, date, period_name

if TYPE_CHECKING:
    from holdfast.metrics.waves import Wave
    from holdfast.report.look import Look

COLUMNS = (
    *("metric", "variant", "survey", "scale", "wave", "period", "first_answer", "last_answer", "answers"),
    *("invited", "response_rate", "value", "unit", "low", "high", "than", "difference", "verdict", "reason"),
)

Waves = Mapping[str, Sequence[Sequence["Wave"]]]


def waves_listed(found: Waves, look: Look) -> RenderableType:
    """Each series under its name, the oldest wave first; says so where nobody answered yet."""
    parts: list[RenderableType] = []
    for name, every in found.items():
        for waves in every:
            title, rows = series_told(name, waves, look)
            parts += [Text(title, style="bold"), _table(rows, look), Text("")]
    return Group(*parts[:-1]) if parts else Text(say("waves.none", look.language))


def waves_as_rows(found: Waves) -> list[dict[str, Any]]:
    """One row per wave with the columns of `COLUMNS`."""
    return [_as_row(wave) for every in found.values() for waves in every for wave in waves]


def _title(name: str, wave: Wave, look: Look) -> str:
    of = wave.figure.of
    told = [say("waves.survey", look.language, survey=of.get("survey"))]
    if "scale" in of:
        told.append(say("waves.scale", look.language, scale=of["scale"]))
    return " · ".join((title_text(name, look, find(name).title), *told))


@dataclass(frozen=True)
class Row:
    """One wave as a person reads it; `than` is how it differs from the wave before."""

    wave: str
    when: str
    value: str
    than: str
    interval: str
    answers: str
    rate: str


def series_told(name: str, waves: Sequence[Wave], look: Look) -> tuple[str, Sequence[Row]]:
    """What one series is called, and its waves, the oldest first."""
    return _title(name, waves[0], look), [_told(wave, look) for wave in waves]


def _told(wave: Wave, look: Look) -> Row:
    return Row(
        wave=_name(wave, look),
        when=_when(wave, look),
        value=value_text(wave.figure, look),
        than=_moved(wave, look),
        interval=interval_text(wave.figure, look),
        answers=bare(wave.figure.n or 0, "", look.language),
        rate=_rate(wave, look),
    )


def _table(rows: Sequence[Row], look: Look) -> RenderableType:
    def column(name: str, rank: int = 0, *, right: bool = False) -> Column:
        cells = [Text(getattr(row, name)) for row in rows]
        return Column(name, say(f"waves.{name}", look.language), cells, rank, right)

    columns = [
        column("wave"),
        column("when", 3),
        column("value", right=True),
        column("than", 1),
        column("interval", 2),
        column("answers", right=True),
        column("rate", 4, right=True),
    ]
    return table(fitted(columns, look.width), look)


def _name(wave: Wave, look: Look) -> str:
    return wave.label if wave.named else period_name("month", wave.label, look.language)


def _when(wave: Wave, look: Look) -> str:
    if not wave.named:
        return ""
    first, last = (date(at.date(), look.language) for at in (wave.first, wave.last))
    return first if first == last else say("waves.between", look.language, first=first, last=last)


def _moved(wave: Wave, look: Look) -> str:
    return "" if wave.change is None else change_text(wave.change, wave.figure, look, whole=False)


def _rate(wave: Wave, look: Look) -> str:
    return "" if wave.rate is None else value_text(wave.rate, look).strip(" *")


def _as_row(wave: Wave) -> dict[str, Any]:
    figure, rate, change = wave.figure, wave.rate, wave.change
    return dict.fromkeys(COLUMNS) | {
        "metric": figure.metric,
        "variant": figure.variant,
        "survey": figure.of.get("survey"),
        "scale": figure.of.get("scale"),
        "wave": wave.label if wave.named else None,
        "period": None if wave.named else wave.label,
        "first_answer": instant(wave.first),
        "last_answer": instant(wave.last),
        "answers": figure.n,
        "invited": None if rate is None else rate.denominator,
        "response_rate": None if rate is None or rate.value is None else exact(rate.value),
        "value": None if figure.value is None else exact(figure.value),
        "unit": figure.unit,
        "low": figure.low,
        "high": figure.high,
        "than": None if change is None else change.earlier_label,
        "difference": None if change is None or change.difference is None else exact(change.difference),
        "verdict": None if change is None else change.verdict,
        "reason": None if change is None else change.reason,
    }
