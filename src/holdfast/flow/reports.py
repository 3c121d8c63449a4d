"""What a workspace has shown and published, as a person handles it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from holdfast.errors import UsageError
from holdfast.flow.answering.figures import Question, asked_of, catch_up
from holdfast.flow.dashboard import ROWS, contents, curve
from holdfast.flow.published import publishing, reporting
from holdfast.flow.published.reporting import Report
from holdfast.metrics import Figure
from holdfast.metrics.bridge import Bridge
from holdfast.report.workbook import Contents
from holdfast.warehouse import Warehouse

CHECK = "holdfast check says what is wrong with the records; a backup has them whole."


class Reports:
    """Reports of one workspace: made, listed, run again, led to today's figures; periods closed."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    def make(
        self, question: Question, *, title: str = "", by: str | None = None
    ) -> tuple[Report, list[Figure]]:
        """Answer a question, and keep what was asked, known and answered."""
        catch_up(self._warehouse)
        made = reporting.make(self._warehouse, question, title=title, by=by)
        catch_up(self._warehouse)
        return made

    def all(self) -> list[Report]:
        """Every report kept, the newest first."""
        return reporting.reports(self._warehouse)

    def again(self, report_id: str) -> tuple[Report, list[Figure]]:
        """A report with its figures counted again, from what it saw and by its rules.

        `report_id` may be its beginning. Raises UsageError where the figures are not, to the
        last digit, those that were kept.
        """
        report = reporting.find_report(self._warehouse, report_id)
        figures = asked_of(self._warehouse, report.again, lambda desk: desk.figures(report.resampled_below))
        wrong = reporting.differing(report, figures, reporting.kept_figures(self._warehouse, report))
        if wrong:
            raise UsageError(f"Report {report.report_id} cannot be reproduced: {wrong[0]}.", hint=CHECK)
        return report, figures

    def shown(self, report_id: str) -> tuple[Report, list[Figure]]:
        """A report with its figures as it showed them then; nothing is counted.

        `report_id` may be its beginning. Raises UsageError where there is none, or several.
        """
        report = reporting.find_report(self._warehouse, report_id)
        return report, reporting.shown_figures(self._warehouse, report)

    def as_of(self) -> dict[str, datetime]:
        """For each report, by its id, the instant up to which its data were whole when it was made."""
        return reporting.shown_as_of(self._warehouse)

    def contents(self, report: Report, figures: Sequence[Figure], *, rows: int = ROWS) -> Contents:
        """A report with what stands behind it, for a workbook; at most `rows` rows behind a figure."""
        return contents(self._warehouse, report, figures, rows=rows)

    def curve(self, report: Report, figures: Sequence[Figure]) -> list[Figure]:
        """Every step of the survival curve in the report's last period; none where nothing is known."""
        return curve(self._warehouse, report, figures)

    def bridge(self, report_id: str) -> tuple[Report, list[Bridge]]:
        """A report, and for each of its figures that is another now the accounts that moved it."""
        catch_up(self._warehouse)
        report = reporting.find_report(self._warehouse, report_id)
        with self._warehouse.reading():
            return report, list(reporting.since(self._warehouse, report))

    def close(self, label: str, *, grain: str = "month", by: str | None = None) -> Report:
        """Publish all figures of a period; boards show them from then on, whatever is corrected."""
        return publishing.close(self._warehouse, grain, label, by=by)

    def restate(self, label: str, *, reason: str, grain: str = "month", by: str | None = None) -> Report:
        """Publish a closed period again as the records say it now, with the reason."""
        return publishing.restate(self._warehouse, grain, label, reason=reason, by=by)

    def snapshot(self, *, now: datetime | None = None, by: str | None = None) -> Sequence[Report]:
        """Close every month that is due and not closed yet; calling it again closes nothing twice."""
        moment = now or datetime.now(UTC).replace(tzinfo=None)
        return publishing.snapshot(self._warehouse, moment, by=by)
