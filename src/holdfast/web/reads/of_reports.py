"""Questions about reports that were kept: all of them, one run again, what moved since."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from holdfast.web.answers import asked as answers
from holdfast.web.reads import shapes
from holdfast.web.reads.read import ACCOUNTS, FIGURES, Answer, Paged, Read

Id = Annotated[str, Meta(description="The report's id, or how it begins.", min_length=4)]


class OneReport(Paged, frozen=True, kw_only=True):
    """Which report is wanted."""

    report_id: Id


def reports(_: Paged) -> Answer:
    """The reports that were kept, the newest first."""
    return Answer(answers.reports(), ("report_id",))


def report(asked: OneReport) -> Answer:
    """A report with its figures counted again from what it saw; refused where a digit is another now."""
    told, figures = answers.report_again(asked.report_id)
    return Answer(figures, ("metric", "variant", "period_start", "segment", "of"), {"report": told})


def since(asked: OneReport) -> Answer:
    """For each figure of a report that is another now, the accounts that moved it."""
    told, rows = answers.report_bridge(asked.report_id)
    return Answer(rows, ("metric", "period", "account_id", "because"), {"report": told})


BESIDES = {"report": shapes.Report}
READS = (
    Read("reports", "reports", FIGURES, Paged, shapes.Report, reports),
    Read("report", "reports/{report_id}", FIGURES, OneReport, shapes.Figure, report, BESIDES),
    Read("since_report", "reports/{report_id}/since", ACCOUNTS, OneReport, shapes.MovedSince, since, BESIDES),
)
