"""One workspace as a person uses it: import, ask, explain, check, keep in order."""

from __future__ import annotations

import json
from collections.abc import Mapping as Pairs
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self, Unpack

import pyarrow as pa

from holdfast.collect import Mapping
from holdfast.flow import importing, replaying
from holdfast.flow.asked_in_sql import SECONDS, answer_to, export
from holdfast.flow.checks import check_derived
from holdfast.flow.choosing import LATER_DAYS, Choice, choose
from holdfast.flow.comparing import Against, Other, compare
from holdfast.flow.figures import Question, Seen, asked_of, catch_up, rebuild
from holdfast.flow.importing import Import, ImportReport, Progress
from holdfast.flow.known import Knowledge
from holdfast.flow.membership import KeptSegments
from holdfast.flow.owned import write_rows
from holdfast.flow.publishing import as_published
from holdfast.flow.reports import Reports
from holdfast.flow.settings import events_of, read_setting
from holdfast.flow.sharing import costs_shared_otherwise
from holdfast.flow.targets import Targets
from holdfast.flow.unseen import refuse_unseen_events
from holdfast.metrics import CATALOG, Change, Explanation, Figure, Metric
from holdfast.metrics.bridge import Bridge
from holdfast.metrics.compare import changes
from holdfast.metrics.shared_costs import SharedCost
from holdfast.periods import Calendar
from holdfast.rulebook import Rulebook
from holdfast.timelines.identity import resolved
from holdfast.timelines.lifecycle import lifecycle
from holdfast.timelines.money import DUCKDB
from holdfast.warehouse import Finding, Warehouse


class Workspace:
    """One business's records and what is counted from them, in one folder."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        for statement in DUCKDB:
            warehouse.con.execute(statement)

    @property
    def folder(self) -> Path:
        """Where the workspace is kept."""
        return self._warehouse.folder

    @property
    def calendar(self) -> Calendar:
        """The workspace's zone, week and year."""
        return Knowledge(self._warehouse).basis.calendar

    def close(self) -> None:
        """Let the store go."""
        self._warehouse.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def import_files(
        self,
        table: str,
        files: Sequence[Path | str],
        *,
        mapping: Path | Mapping | None = None,
        complete: bool = False,
        through: datetime | None = None,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Import files into a table; the same files again change nothing.

        `mapping` says what the files call things, as a TOML file or a `Mapping`. `complete`
        files hold all there is: a row that is gone has been deleted. `through` says up to when
        the records are whole; without it that is the latest instant in them.
        """
        paths = [Path(file) for file in files]
        asked = Import(table, paths, importing.mapping_for(table, paths, mapping), complete, through)
        report = importing.run(self._warehouse, self.calendar, asked, progress)
        self.catch_up(progress)
        return report

    def import_folder(
        self,
        folder: Path | str,
        *,
        mapping: Path | None = None,
        complete: bool = False,
        through: datetime | None = None,
        progress: Progress | None = None,
    ) -> list[ImportReport]:
        """Import every file of a folder that is named after a table, or that a mapping beside it names."""
        reports = [
            importing.run(self._warehouse, self.calendar, asked, importing.named(progress, asked.table))
            for asked in importing.imports_in(Path(folder), mapping, complete, through)
        ]
        self.catch_up(progress)
        return reports

    def catch_up(self, progress: Progress | None = None) -> None:
        """Bring kept timelines up to date with the records, for what they touch."""
        if progress:
            progress("counting", 0, None, 0)
        catch_up(self._warehouse)
        if progress:
            progress("counting", 1, 1, 0)

    def refresh(self, *, whole: bool = False) -> None:
        """Bring kept timelines up to date; with `whole`, make them anew from the records."""
        if whole:
            rebuild(self._warehouse)
        else:
            self.catch_up()

    def kpis(
        self,
        names: Sequence[str] = (),
        *,
        grain: str = "month",
        first: str | None = None,
        last: str | None = None,
        by: Sequence[str] = (),
        segment: str | Sequence[str] = (),
        given: Pairs[str, str] | None = None,
        **seen: Unpack[Seen],
    ) -> list[Figure]:
        """Figures of the metrics named (all defaults without), from period `first` to `last`, both included.

        Without `first` and `last`: the thirteen periods up to the newest with data. `by` names what
        to split by: an attribute of accounts, `attributes.NAME`, `plan`, `interval`, `currency`,
        `start_month`, `start_year`, or `segment.NAME` for in and out of a named one. `segment` keeps
        to the accounts that are in all of the segments given, each a name or a rule. `given` are
        numbers entered by hand, for the variants that take them. Closed periods give what was
        published, unless `seen` asks for something else: `as_of`, `known_at` or `rulebook`.
        """
        question = Question(tuple(names), grain, first, last, tuple(by), segment, given=given or {}, **seen)
        figures = asked_of(self._warehouse, question, lambda desk: desk.figures())
        return figures if any(seen.values()) else as_published(self._warehouse, figures)

    def changes(self, figures: Sequence[Figure]) -> dict[Any, list[Change]]:
        """How each figure differs from the one before and from last year's, where both are given."""
        return changes(figures, self.calendar)

    def explain(
        self,
        name: str,
        grain: str = "month",
        period: str | None = None,
        *,
        by: Sequence[str] = (),
        segment: str | Sequence[str] = (),
        **seen: Unpack[Seen],
    ) -> Explanation:
        """One figure with the rows that make it and the rows left out, each with its rule."""
        question = Question((name,), grain, period, period, tuple(by), segment, **seen)
        return asked_of(self._warehouse, question, lambda desk: desk.explanation())

    def shared_costs(
        self, name: str, grain: str = "month", period: str | None = None, **seen: Unpack[Seen]
    ) -> list[SharedCost]:
        """A figure of retention cost with none, half and all of each kind of cost counted (K16)."""
        return costs_shared_otherwise(self._warehouse, Question((name,), grain, period, period, **seen))

    def curve(self, question: Question) -> list[Figure]:
        """Every step of a survival metric's curve: figures whose own dimension is `months`."""
        return asked_of(self._warehouse, question, lambda desk: desk.curve())

    def compare(
        self,
        name: str,
        grain: str = "month",
        period: str | None = None,
        *,
        segment: str | Sequence[str] = (),
        **against: Unpack[Other],
    ) -> Bridge:
        """One figure counted two ways, and the accounts that lead from one to the other.

        The other way is one of: a `variant` (or another metric), another `rulebook`, what was
        `known_at` an instant, or the period `against`. The parts of the accounts add up to the
        difference exactly; each names the rule or the corrected record that moved it.
        """
        question = Question((name,), grain, period, period, segment=segment)
        return compare(self._warehouse, question, Against(**against))

    def choose(self, goal: str, *, days: int = LATER_DAYS) -> Choice:
        """At most seven KPIs for a goal in words, each with how it went with staying `days` later."""
        return choose(self._warehouse, goal, days=days)

    def metrics(self) -> list[Metric]:
        """The catalogue."""
        return list(CATALOG.values())

    def records(self, table: str, known_at: datetime | None = None) -> Any:
        """The rows of a table in force, now or as known at an instant, as an Ibis table."""
        return self._warehouse.records(table, known_at)

    def sql(self, text: str, *, known_at: datetime | None = None, seconds: float = SECONDS) -> pa.Table:
        """The answer to one SELECT over the views (docs/views.md); raises where it takes too many seconds."""
        self.catch_up()
        return answer_to(self.folder, text, known_at=known_at, seconds=seconds)

    def export(self, to: Path | str, *names: str, known_at: datetime | None = None) -> dict[str, int]:
        """Write the views named (all without) to a DuckDB file for other tools; gives the rows of each."""
        self.catch_up()
        return export(self.folder, Path(to), known_at=known_at, names=names)

    def lifecycle(self, known_at: datetime | None = None) -> Any:
        """Every move of every subscription (trialing, active, paused, cancelled ...), as an Ibis table."""
        known = Knowledge(self._warehouse, known_at)
        return lifecycle(resolved(known.records["subscription_phases"], known.names))

    @cached_property
    def segments(self) -> KeptSegments:
        """Accounts grouped by rules with names: defined, listed, looked into on a day or over time."""
        return KeptSegments(self._warehouse)

    @cached_property
    def reports(self) -> Reports:
        """What was shown and published: made, run again, led to what is said today."""
        return Reports(self._warehouse)

    @cached_property
    def targets(self) -> Targets:
        """What metrics are to reach by when: proposed, set, revised, and how each stands."""
        return Targets(self._warehouse)

    def rejects(self, *, open_only: bool = True) -> pa.Table:
        """Rows that were not taken, each with file, place, value and what would be right."""
        return replaying.rejects(self._warehouse, open_only)

    def write_rejects(self, to: Path | str) -> int:
        """Write the rejected rows that wait as a CSV to mend and `replay`; gives how many."""
        return replaying.write_rejects(self._warehouse, Path(to))

    def replay(
        self, file: Path | str, *, mapping: Path | None = None, progress: Progress | None = None
    ) -> list[ImportReport]:
        """Take rejected rows again from a file of rejects that a person has mended.

        Where the mapping was mended, name it: they are read by it in place of their first one.
        """
        reports = replaying.replay(self._warehouse, self.calendar, Path(file), mapping, progress)
        self.catch_up(progress)
        return reports

    def drop_rejects(self, file: Path | str) -> int:
        """Let the rows that a file of rejects lists wait no longer; gives how many."""
        dropped = replaying.drop(self._warehouse, Path(file))
        self.catch_up()
        return dropped

    def rulebook(self, at: datetime | None = None) -> Rulebook:
        """The rules in force now, or those that were in force at an instant."""
        return Knowledge(self._warehouse).rulebook(at)

    def settings(self, known_at: datetime | None = None) -> dict[str, Any]:
        """Every setting and rule in force."""
        return Knowledge(self._warehouse, known_at).settings

    def set(
        self, name: str, value: Any, *, valid_from: datetime | None = None, by: str | None = None
    ) -> None:
        """Set a setting or a rule; what it was before stays known. Refuses events that never occurred."""
        self.set_all({name: value}, valid_from, by)
        self.catch_up()

    def check(self) -> list[Finding]:
        """What is wrong with records or with what is derived from them, each with what to do."""
        return [*self._warehouse.check(), *check_derived(self._warehouse)]

    def compact(self) -> None:
        """Merge small files; no figure changes."""
        self._warehouse.compact()

    def erase(self, kind: str, id: str, *, source: str | None = None) -> None:
        """Blank one user or account in every version of every record; counts and money stay."""
        self._warehouse.erase(kind, id, source)
        self.catch_up()

    def set_all(
        self, values: Pairs[str, Any], valid_from: datetime | None = None, by: str | None = None
    ) -> None:
        """Set several settings or rules at once; timelines follow with the next question."""
        rows = []
        for name, value in values.items():
            read = read_setting(name, value)
            refuse_unseen_events(self._warehouse, events_of(name, read))
            rows.append({"name": name, "value": json.dumps(read), "valid_from": valid_from, "by": by})
        with self._warehouse.write() as writing:
            write_rows(writing, "settings", rows)
