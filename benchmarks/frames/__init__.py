"""pandas over the same records and derived tables, by whole columns and no loop over rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from benchmarks.figures import Answers
from benchmarks.frames.events import active, active_days, drop_off, sessions, usage, usage_of_days
from benchmarks.frames.phases import laid_out, money, money_of_months
from benchmarks.frames.records import activation, authorisation, signups, tickets, trials


class Frames:
    """Every table in memory, texts as categories."""

    def __init__(self, files: Mapping[str, Path], as_of: datetime) -> None:
        self._tables = {
            name: pq.read_table(file).to_pandas(strings_to_categorical=name in ("events", "activity_days"))
            for name, file in files.items()
        }
        self._as_of = pd.Timestamp(as_of)

    def from_records(self) -> Answers:
        """The figures with everything that they stand on laid out anew."""
        phases, spans = laid_out(self._tables)
        found = money(phases, spans, self._tables) | active(self._tables)
        return found | usage(phases, self._tables) | self._of_records()

    def from_derived(self) -> Answers:
        """The figures over what Holdfast keeps derived, and records where it keeps nothing."""
        found = money_of_months(self._tables) | active_days(self._tables)
        return found | usage_of_days(self._tables) | self._of_records()

    def _of_records(self) -> Answers:
        found = signups(self._tables) | sessions(self._tables) | drop_off(self._tables, self._as_of)
        for counted in (activation, authorisation, trials, tickets):
            found |= counted(self._tables, self._as_of)
        return found
