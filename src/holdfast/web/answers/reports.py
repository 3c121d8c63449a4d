"""Reports that were kept, as pages show them: the figures they showed, counted again, and led to today."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import holdfast
from holdfast.flow import Workspace
from holdfast.flow.published.reporting import Report
from holdfast.metrics import CATALOG, Figure
from holdfast.metrics.bridge import Bridge
from holdfast.report.page import write as write_page
from holdfast.report.rows import COLUMNS, as_csv, figures_as_rows
from holdfast.report.workbook import Contents, Stamp
from holdfast.report.workbook import write as write_workbook
from holdfast.web.answers.about import About
from holdfast.web.answers.explaining import names_of
from holdfast.web.answers.readers import answer, readers

__all__ = ["Again", "Report", "Since", "again", "file_of", "reports_kept", "shown", "since"]

BEHIND = 25
"""Rows listed behind a figure of the page that is taken away."""

ACCOUNTS = 200
"""Accounts of a bridge whose names are looked up."""


@dataclass(frozen=True)
class Again:
    """A report that came out the same when it was counted again: how many figures, and at which instant."""

    figures: int
    at: datetime


@dataclass(frozen=True)
class Since:
    """What moved since a report was made, figure by figure, with the names of the accounts."""

    bridges: Sequence[Bridge]
    names: Mapping[str, str]


@answer
def reports_kept(space: Workspace) -> Sequence[tuple[Report, datetime | None]]:
    """Every report, the newest first, with the instant up to which its data were whole."""
    whole = space.reports.as_of()
    return [(each, whole.get(each.report_id)) for each in space.reports.all()]


@answer
def shown(space: Workspace, told: About, report_id: str) -> tuple[Report, Contents]:
    """One report with the figures it showed, none of them counted anew; raises UsageError for no such id."""
    report, kept = space.reports.shown(report_id)
    figures = [figure for figure in kept if figure.name in CATALOG]
    stamp = _stamp(space, told, report, figures)
    changes = space.changes(figures)
    return report, Contents(stamp=stamp, metrics=CATALOG, figures=figures, changes=changes)


@answer
def again(space: Workspace, report_id: str) -> Again:
    """A report counted again from what it saw; raises UsageError where a digit of it is another."""
    _, figures = space.reports.again(report_id)
    return Again(len(figures), datetime.now(UTC).replace(tzinfo=None))


@answer
def since(space: Workspace, report_id: str) -> Since:
    """What is another figure today, and the accounts that made it so."""
    _, bridges = space.reports.bridge(report_id)
    rows = [asdict(row) for bridge in bridges for row in bridge.rows[:ACCOUNTS]]
    return Since(bridges, names_of(space, rows))


def file_of(report_id: str, form: str, language: str) -> bytes:
    """A report as a file: its figures as CSV, or counted again with all that stands behind them."""
    with readers().workspace() as space:
        if form == "csv":
            return as_csv(figures_as_rows(space.reports.shown(report_id)[1]), COLUMNS).encode()
        report, figures = space.reports.again(report_id)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / f"report.{form}"
            _write(space, report, figures, file, language)
            return file.read_bytes()


def _write(space: Workspace, report: Report, figures: Sequence[Figure], file: Path, language: str) -> None:
    if file.suffix == ".xlsx":
        write_workbook(space.reports.contents(report, figures), file, language)
        return
    contents = space.reports.contents(report, figures, rows=BEHIND)
    steps = space.reports.curve(report, figures)
    write_page(contents, steps, file, language, version=holdfast.__version__)


def _stamp(space: Workspace, told: About, report: Report, figures: Sequence[Figure]) -> Stamp:
    local, last = told.calendar.to_local, max(figures, key=lambda each: each.period_end, default=None)
    whole = space.reports.as_of().get(report.report_id)
    return Stamp(
        workspace=told.name,
        title=report.title,
        report_id=report.report_id,
        grain=last.grain if last else report.question.grain,
        period_label=last.period_label if last else report.question.last or "",
        as_of=local(whole) if whole else None,
        known_at=local(report.known_at),
        made_at=local(report.made_at),
        by=report.by,
        zone=told.zone,
        currency=told.currency,
        rulebook=report.rulebook.version,
        rules=report.rulebook.as_mapping(),
        segment=dict(figures[0].segment) if report.question.within and figures else {},
    )
