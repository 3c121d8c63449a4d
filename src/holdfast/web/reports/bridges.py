"""Bridges from the figures of a report to those of today, as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from holdfast.metrics.bridge import Bridge
from holdfast.report.bridged import because_text
from holdfast.report.look import Look
from holdfast.report.phrases import reason_text, segment_text, title_text, value_text
from holdfast.web.answers.reports import Since
from holdfast.words.amounts import period_name, signed

LISTED = 10


@dataclass(frozen=True)
class Step:
    """What one account moved a figure by, and why."""

    account_id: str
    name: str
    because: str
    part: str


@dataclass(frozen=True)
class Moved:
    """One figure that is another today: both values, the difference, the accounts that made it."""

    name: str
    before: str
    after: str
    difference: str
    steps: Sequence[Step]
    more: int


def moved(found: Since, language: str) -> Iterator[Moved]:
    """Each figure that is another, with the accounts that moved it most."""
    look = Look(language=language)
    for bridge in found.bridges:
        figure, difference = bridge.after, bridge.difference
        period = period_name(figure.grain, figure.period_label, language)
        apart = segment_text(figure, look)
        name = " · ".join(part for part in (title_text(figure.name, look), apart, period) if part)
        steps = [
            Step(
                row.account_id,
                found.names.get(row.account_id, row.account_id),
                because_text(row.because, look),
                look.dash if row.part is None else signed(row.part, figure.unit, language),
            )
            for row in bridge.rows[:LISTED]
        ]
        said = "" if difference is None else signed(difference, figure.unit, language)
        more = len(bridge.rows) - len(steps)
        yield Moved(name, *_sides(bridge, look), said, steps, more)


def _sides(bridge: Bridge, look: Look) -> tuple[str, str]:
    """Both values; where one is undefined, why."""
    before, after = (
        value_text(each, look).strip(f" {look.mark}") if each.value is not None else reason_text(each, look)
        for each in (bridge.before, bridge.after)
    )
    return before, after
