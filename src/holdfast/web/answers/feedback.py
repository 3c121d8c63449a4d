"""What customers answered: trends by wave, and answers one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow.compute as pc

from holdfast.flow import Workspace
from holdfast.flow.judging.voices import Voices
from holdfast.metrics.waves import Wave
from holdfast.web.answers.readers import answer
from holdfast.web.answers.standpoint import Standpoint

__all__ = ["GROUPS", "Heard", "Voices", "Wanted", "Wave"]

PAGE_ROWS = 30
GROUPS: Mapping[str, tuple[int, int]] = {"promoters": (9, 10), "passives": (7, 8), "detractors": (0, 6)}
"""Of answers on recommending, from 0 to 10: who would, who is content, who would not (K27)."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Wanted:
    """Which answers are wanted: of a kind, of a group, with words in them, from which place on."""

    kind: str = ""
    group: str = ""
    text: str = ""
    written: bool = False
    offset: int = 0


@dataclass(frozen=True)
class Heard:
    """Some answers: `total` are all that are wanted, `kinds` how many there are of each kind."""

    total: int
    rows: Sequence[Row]
    kinds: Mapping[str, int]


@answer
def voices_until(space: Workspace, at: Standpoint, before: datetime) -> Voices:
    """Every answer of the standpoint's accounts given before an instant, the newest first."""
    return space.voices(before, segment=at.segment, known_at=at.known_at)


@answer
def waves_until(
    space: Workspace, before: datetime, known_at: datetime | None
) -> Mapping[str, Sequence[Sequence[Wave]]]:
    """Each question as a series of its waves, by what was answered before an instant."""
    return space.waves((), as_of=before, known_at=known_at)


def heard(voices: Voices, wanted: Wanted) -> Heard:
    """The answers wanted, as many as a page shows."""
    rows = voices.rows
    kinds = {each["values"]: each["counts"] for each in pc.value_counts(rows["kind"]).to_pylist()}
    if wanted.kind:
        rows = rows.filter(pc.equal(rows["kind"], wanted.kind))
    if wanted.group:
        low, high = GROUPS[wanted.group]
        score = rows["score"].cast("double")
        inside = pc.and_(pc.greater_equal(score, low), pc.less_equal(score, high))
        rows = rows.filter(pc.and_(pc.equal(rows["kind"], "nps"), inside))
    if wanted.written or wanted.text:
        rows = rows.filter(pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(rows["comment"])), 0))
    if wanted.text:
        rows = rows.filter(pc.match_substring(rows["comment"], wanted.text, ignore_case=True))
    return Heard(rows.num_rows, rows.slice(wanted.offset, PAGE_ROWS).to_pylist(), kinds)
