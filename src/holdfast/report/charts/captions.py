"""What a chart's caption says: what is shown, in which unit, over which periods, as of when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from holdfast.words import knows, say
from holdfast.words.amounts import date, period_name
from holdfast.words.numerals import in_digits
from holdfast.words.reading import in_toman

if TYPE_CHECKING:
    from holdfast.metrics.figure import Figure


def caption(
    figures: Sequence[Figure], language: str, *, as_of: datetime | None, marks: Sequence[str] = ()
) -> tuple[str, ...]:
    """Two lines: unit, periods and as of; then what the `marks` of this chart mean."""
    joint = say("chart.joint", language)
    first = joint.join(_first(figures, language, as_of))
    second = joint.join(marks)
    return tuple(line for line in (first, second) if line)


def marks_of(
    figures: Sequence[Figure], language: str, *, band: bool, provisional: str = "chart.dashed"
) -> list[str]:
    """The marks that a chart of these figures needs explained."""
    found = ["chart.band"] if band and any(each.low is not None for each in figures) else []
    found += [provisional] if any(each.status == "provisional" for each in figures) else []
    found += ["chart.gap"] if any(each.value is None for each in figures) else []
    return [say(key, language) for key in found]


def unit_name(unit: str, language: str) -> str:
    """A unit as a person says it; a currency by its code."""
    key = f"unit_name.{'toman' if in_toman(unit, language) else unit}"
    return say(key, language) if knows(key) else unit


def _first(figures: Sequence[Figure], language: str, as_of: datetime | None) -> Iterator[str]:
    ordered = sorted(figures, key=lambda each: each.period_start)
    first, last = (period_name(each.grain, each.period_label, language) for each in (ordered[0], ordered[-1]))
    unit = unit_name(ordered[0].unit, language)
    if first == last:
        yield say("chart.caption_one", language, unit=unit, period=first)
    else:
        yield say("chart.caption", language, unit=unit, first=first, last=last)
    if as_of is not None:
        day, clock = date(as_of.date(), language), in_digits(f"{as_of:%H:%M}", language)
        yield say(
            "chart.as_of", language, moment=day if clock == in_digits("00:00", language) else f"{day} {clock}"
        )
