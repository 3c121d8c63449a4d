"""The one door by which accounts are grouped: rows of a timeline split by segments or kept to them (R20)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis

from holdfast.errors import unknown
from holdfast.periods import Period
from holdfast.segments.attributes import OF_PHASES, OF_START, PLAIN, with_attributes
from holdfast.segments.membership import members
from holdfast.segments.moments import Moments
from holdfast.segments.rule import Rule
from holdfast.timelines.layout import Layout
from holdfast.timelines.subjects import column_of

INSTANTS = {"opening": "period_start", "closing": "period_end", "entry": "start_at"}
PREFIX = "segment."
INSIDE, OUTSIDE = "in", "out"
WITHIN = "segment"
"""What a figure of some segments alone is told apart by: their names, or rules, joined by `and`."""


@dataclass(frozen=True)
class Segments:
    """The rules in force: `named` may be split by, `within` is what everything is kept to.

    Both are by name; what was asked for by its rule alone is named by its text.
    """

    named: Mapping[str, Rule] = field(default_factory=dict)
    within: Mapping[str, Rule] = field(default_factory=dict)

    @property
    def label(self) -> dict[str, str]:
        """What figures kept to these segments say of themselves; nothing where they are of all."""
        return {WITHIN: " and ".join(self.within)} if self.within else {}


EVERYONE = Segments()


def check_segments(by: Sequence[str], segments: Segments) -> None:
    """Refuse a segment that no account can have, with the nearest right name."""
    named = [PREFIX + name for name in segments.named]
    for name in by:
        if name not in (*PLAIN, *OF_PHASES, *OF_START, *named) and not name.startswith("attributes."):
            raise unknown("segment", name, (*PLAIN, *OF_PHASES, *OF_START, "attributes.NAME", *named))


def grouped(
    rows: Any, layout: Layout, periods: Sequence[Period], by: Sequence[str], segments: Segments, *, at: str
) -> Any:
    """`rows` kept to the segments asked for, with a column for each of `by` (`column_of`).

    `at` is where each account is looked at: `opening` or `closing` of the row's period, or
    `entry` for rows with a `start_at` of their own. By `segment.NAME` a row is in or out; one
    that belongs to no account is out of every segment.
    """
    instant = INSTANTS[at]
    named = [name for name in by if name.startswith(PREFIX)]
    if named or segments.within:
        moments = _moments(rows, layout, periods, at)
        for rule in segments.within.values():
            inside = members(rule, moments, layout)
            rows = rows.semi_join(
                inside, [rows.account_id == inside.account_id, rows[instant] == inside.bound]
            )
        for name in named:
            inside = members(segments.named[name.removeprefix(PREFIX)], moments, layout)
            rows = _told_apart(rows, inside, column_of(name), instant)
    return with_attributes(rows, layout, [name for name in by if name not in named], instant)


def _moments(rows: Any, layout: Layout, periods: Sequence[Period], at: str) -> Moments:
    calendar = layout.basis.calendar
    return Moments.of_entry(rows, calendar) if at == "entry" else Moments.of_periods(periods, at, calendar)


def _told_apart(rows: Any, inside: Any, column: str, instant: str) -> Any:
    found = inside.select(member="account_id", member_at="bound")
    joined = rows.left_join(found, [rows.account_id == found.member, rows[instant] == found.member_at])
    side = ibis.ifelse(joined.member.notnull(), INSIDE, OUTSIDE)
    return joined.mutate(**{column: side}).drop("member", "member_at")
