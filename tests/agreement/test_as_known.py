"""Through the whole river: imported, counted, corrected, and asked again as known before."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

import holdfast
from holdfast.metrics import Figure
from tests import oracle
from tests.agreement.telling import LABELS, NAMES, same
from tests.histories import AS_OF, CORRECTED, History, large
from tests.oracle.knowledge import known, recorded
from tests.vectors.adapter import seen

OURS = ("recorded_at", "deleted", "source")
ASKED = tuple(name for name in NAMES if not name.startswith(("survival", "signups", "customer_lifetime")))


def now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def write(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    """A CSV as a company would export it: instants in ISO 8601 with Z, nothing where nothing is known."""
    columns = [name for name in dict.fromkeys(name for row in rows for name in row) if name not in OURS]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([[text(row.get(name)) for name in columns] for row in rows])
    return path


def text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat() + "Z"
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def tables(history: History, known_at: datetime | None) -> Iterable[tuple[str, list[Mapping[str, Any]]]]:
    for table in history.records:
        if rows := known(history.records, table, known_at):
            yield table, rows


def first_told(history: History) -> datetime:
    return max(
        recorded(row) for rows in history.records.values() for row in rows if recorded(row) < CORRECTED
    )


def exported(history: History, folder: Path, known_at: datetime | None) -> Path:
    folder.mkdir()
    for table, rows in tables(history, known_at):
        write(folder / f"{table}.csv", rows)
    return folder


def asked(workspace: holdfast.Workspace, known_at: datetime | None = None) -> list[Figure]:
    first, last = LABELS["month"][0], LABELS["month"][-1]
    return workspace.kpis(ASKED, grain="month", first=first, last=last, as_of=AS_OF, known_at=known_at)


def differing(figures: list[Figure], history: History, known_at: datetime | None) -> list[Any]:
    company = oracle.Company(history.records, history.settings, history.rules, AS_OF, known_at)
    answers = (
        (figure, oracle.answer(company, figure.name, "month", figure.period_label)) for figure in figures
    )
    return [(figure, ours) for figure, ours in answers if not same(ours, seen(figure))]


@dataclass(frozen=True)
class Course:
    """What a workspace answered before a correction, after it, and after it as known before."""

    history: History
    before: datetime
    old: list[Figure]
    new: list[Figure]
    again: list[Figure]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    folder = tmp_path_factory.mktemp("course")
    history = large(11, "Asia/Kolkata", accounts=25)
    before = first_told(history)
    with holdfast.create(folder / "workspace", zone=history.zone, currency="USD") as workspace:
        workspace.import_folder(exported(history, folder / "first", before), complete=True)
        workspace.set("core_events", list(history.settings["core_events"]))
        old, then = asked(workspace), now()
        workspace.import_folder(exported(history, folder / "second", None), complete=True)
        return Course(history, before, old, asked(workspace), asked(workspace, known_at=then))


def test_as_known_before_a_correction_is_the_old_figure_to_the_last_digit(course: Course) -> None:
    assert course.new != course.old
    assert course.again == course.old


def test_what_is_imported_from_files_counts_as_the_oracle_counts_it(course: Course) -> None:
    assert differing(course.old, course.history, course.before) == []
    assert differing(course.new, course.history, None) == []


def test_the_same_files_again_change_no_figure(tmp_path: Path) -> None:
    history = large(12, "UTC", accounts=12, corrected=False)
    with holdfast.create(tmp_path / "workspace", currency="USD") as workspace:
        files = exported(history, tmp_path / "files", None)
        told = workspace.import_folder(files, complete=True)
        workspace.set("core_events", list(history.settings["core_events"]))
        old = asked(workspace)
        again = workspace.import_folder(files, complete=True)
        assert [report.table for report in again] == [report.table for report in told]
        assert {(report.new, report.changed, report.buried) for report in again} == {(0, 0, 0)}
        assert asked(workspace) == old
