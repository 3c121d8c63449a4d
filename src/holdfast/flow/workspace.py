"""One workspace as a person uses it: import, ask, explain, check, keep in order."""

from __future__ import annotations

import json
from collections.abc import Mapping as Pairs
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import ibis
import pyarrow as pa

from holdfast.collect import Mapping
from holdfast.flow.aims.actions import Actions
from holdfast.flow.aims.targets import Targets
from holdfast.flow.answering.figures import catch_up, rebuild
from holdfast.flow.answering.membership import KeptSegments
from holdfast.flow.arrivals.again import take_again
from holdfast.flow.arrivals.loading import Loaded
from holdfast.flow.arrivals.telling_of import objects_telling_of
from holdfast.flow.asking import Questions
from holdfast.flow.bringing import importing, replaying
from holdfast.flow.bringing.importing import Import, ImportReport, Progress
from holdfast.flow.judging.coding import Coding
from holdfast.flow.judging.experiments import KeptExperiments
from holdfast.flow.judging.health import KeptHealth
from holdfast.flow.judging.told import do_tell
from holdfast.flow.judging.warning import Warnings
from holdfast.flow.knowing.known import Knowledge
from holdfast.flow.knowing.noting import write_note
from holdfast.flow.knowing.owned import write_rows
from holdfast.flow.knowing.settings import events_of, read_setting
from holdfast.flow.knowing.unseen import refuse_unseen_events
from holdfast.flow.reports import Reports
from holdfast.flow.sources import Sources
from holdfast.flow.sql.asked_in_sql import SECONDS, answer_to, export
from holdfast.flow.upkeep.checks import check_derived
from holdfast.flow.upkeep.disclosing import disclosed
from holdfast.flow.upkeep.recounting import check_remembered
from holdfast.rulebook import Rulebook
from holdfast.timelines.identity import resolved
from holdfast.timelines.lifecycle import lifecycle
from holdfast.timelines.money import DUCKDB
from holdfast.warehouse import Finding, Warehouse


class Workspace(Questions):
    """One business's records and what is counted from them, in one folder."""

    def __init__(self, warehouse: Warehouse) -> None:
        super().__init__(warehouse)
        for statement in DUCKDB:
            warehouse.con.execute(statement)

    @property
    def folder(self) -> Path:
        """Where the workspace is kept."""
        return self._warehouse.folder

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

    def tell_risks(self) -> None:
        """Learn who is likely to leave, and keep what was told for whoever asks: minutes, where many pay."""
        do_tell(self._warehouse)

    def refresh(self, *, whole: bool = False) -> None:
        """Bring kept timelines up to date; with `whole`, make them anew from the records."""
        if whole:
            rebuild(self._warehouse)
        else:
            self.catch_up()

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
    def sources(self) -> Sources:
        """Webhooks and databases that the business declared; pulling what can be asked."""
        return Sources(self._warehouse, self.calendar)

    @cached_property
    def reports(self) -> Reports:
        """What was shown and published: made, run again, led to what is said today."""
        return Reports(self._warehouse)

    @cached_property
    def coding(self) -> Coding:
        """Themes of what customers say: proposed by their words, named, merged, corrected."""
        return Coding(self._warehouse)

    @cached_property
    def experiments(self) -> KeptExperiments:
        """What was tried on some accounts and not on others, and whether it helped."""
        return KeptExperiments(self._warehouse)

    @cached_property
    def health(self) -> KeptHealth:
        """How well accounts do (K33): scores with their parts, what moved them, weights, overrides."""
        return KeptHealth(self._warehouse)

    @cached_property
    def warnings(self) -> Warnings:
        """Early warnings: which are open, which fired before, and what followed them."""
        return Warnings(self._warehouse)

    @cached_property
    def targets(self) -> Targets:
        """What metrics are to reach by when: proposed, set, revised, and how each stands."""
        return Targets(self._warehouse)

    @cached_property
    def actions(self) -> Actions:
        """What is done about causes of loss: added, done, dropped, and what came of each."""
        return Actions(self._warehouse)

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

    def take_again(self) -> Loaded:
        """Read what clients posted and could not be used once more; see `holdfast rejects --again`."""
        taken = take_again(self._warehouse)
        self.catch_up()
        return taken

    def drop_rejects(self, file: Path | str) -> int:
        """Let the rows that a file of rejects lists wait no longer; gives how many."""
        dropped = replaying.drop(self._warehouse, Path(file))
        self.catch_up()
        return dropped

    def whole_until(self, known_at: datetime | None = None) -> dict[str, datetime]:
        """Up to when the records of each table are whole: as an import stated, or its last instant (R19)."""
        return Knowledge(self._warehouse, known_at).watermarks()

    def rulebook(self, at: datetime | None = None) -> Rulebook:
        """The rules in force now, or those that were in force at an instant."""
        return Knowledge(self._warehouse).rulebook(at)

    def settings(self, known_at: datetime | None = None) -> dict[str, Any]:
        """Every setting and rule in force."""
        return Knowledge(self._warehouse, known_at).settings

    def read_settings(self, values: Pairs[str, Any]) -> dict[str, Any]:
        """Settings and rules as they would be kept; refuses events that never occurred."""
        read = {name: read_setting(name, value) for name, value in values.items()}
        for name, value in read.items():
            refuse_unseen_events(self._warehouse, events_of(name, value))
        return read

    def settings_history(self) -> list[dict[str, Any]]:
        """Each time a setting or rule was set: name, value, valid_from, by, recorded_at; the newest first."""
        rows = self._warehouse.history("settings").order_by([ibis.desc("recorded_at"), "name"])
        wanted = rows.select("name", "value", "valid_from", "by", "recorded_at")
        return [{**row, "value": json.loads(row["value"])} for row in wanted.to_pyarrow().to_pylist()]

    def set(
        self, name: str, value: Any, *, valid_from: datetime | None = None, by: str | None = None
    ) -> None:
        """Set a setting or a rule; what it was before stays known. Refuses events that never occurred."""
        self.set_all({name: value}, valid_from, by)
        self.catch_up()

    def check(self) -> list[Finding]:
        """What is wrong with records or with what is derived from them, each with what to do."""
        found = [*self._warehouse.check(), *check_derived(self._warehouse)]
        return found or check_remembered(self._warehouse)

    def compact(self) -> None:
        """Merge small files; no figure changes."""
        self._warehouse.compact()

    def erase(self, kind: str, id: str, *, source: str | None = None) -> None:
        """Blank one user or account in every version of every record; counts and money stay."""
        told = objects_telling_of(self._warehouse, kind, id, source)
        self._warehouse.erase(kind, id, source, told)
        self.catch_up()

    def write_note(self, account_id: str, text: str, *, kind: str = "crm", by: str | None = None) -> None:
        """Keep a note about an account, as learnt now; raises UsageError for what cannot be one."""
        write_note(self._warehouse, account_id, text, kind, by)

    def disclose(self, kind: str, id: str, *, source: str | None = None) -> list[dict[str, Any]]:
        """All that is kept of one user or account, in every version: rows with the `table` of each."""
        with self._warehouse.reading():
            return disclosed(self._warehouse, kind, id, source)

    def set_all(
        self, values: Pairs[str, Any], valid_from: datetime | None = None, by: str | None = None
    ) -> None:
        """Set several settings or rules at once; timelines follow with the next question."""
        rows = [
            {"name": name, "value": json.dumps(value), "valid_from": valid_from, "by": by}
            for name, value in self.read_settings(values).items()
        ]
        with self._warehouse.write() as writing:
            write_rows(writing, "settings", rows)
