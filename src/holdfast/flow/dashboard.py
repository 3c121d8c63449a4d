"""What a workbook of a report is made of, counted from the same records and by the same rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from holdfast.flow.aims.targets import Targets
from holdfast.flow.answering.figures import INSTANT, Desk, Question, asked_of
from holdfast.flow.published.reporting import Report
from holdfast.insights.targets import Target
from holdfast.metrics import CATALOG, Figure
from holdfast.metrics.compare import changes
from holdfast.metrics.written import written
from holdfast.report.workbook import Contents, Evidence, Goal, Row, Stamp
from holdfast.warehouse import Warehouse

BEHIND = (
    "mrr",
    "mrr_new",
    "mrr_expansion",
    "mrr_reactivation",
    "mrr_contraction",
    "mrr_churn",
    "paying_customers",
    "customer_churn_rate",
    "gross_revenue_retention",
    "net_revenue_retention",
)
"""The figures whose rows a workbook lists."""

MOVEMENTS = (
    "mrr",
    "mrr_new",
    "mrr_expansion",
    "mrr_reactivation",
    "mrr_contraction",
    "mrr_churn",
    "mrr_fx",
    "mrr_net_new",
)
COHORTS = {
    "logo": "cohort_retention",
    "gross": "cohort_retention.gross_revenue",
    "net": "cohort_retention.net_revenue",
}
WRITTEN_BY_REPORTS = {"reports", "published_figures", "rulebooks"}
COHORTS_SHOWN = 24
ROWS = 300
"""Rows listed behind one figure; the others are counted and summed."""


def contents(
    warehouse: Warehouse, report: Report, figures: Sequence[Figure], *, rows: int = ROWS
) -> Contents:
    """A report's figures with their changes, MRR's movements, cohorts and the rows behind the latest.

    At most `rows` rows are listed behind a figure; what the others add is summed.
    """
    question = _seen_by(warehouse, report)

    def counted(desk: Desk) -> Contents:
        calendar = desk.known.basis.calendar
        last = max(figures, key=lambda figure: figure.period_end)
        basis = replace(desk.known.basis, rules=report.rulebook)
        return Contents(
            stamp=_stamp(warehouse, report, desk, last, figures),
            metrics=CATALOG,
            figures=figures,
            changes=changes(figures, calendar),
            formulas={name: text for name, metric in CATALOG.items() if (text := written(metric, basis))},
            movements=Desk(warehouse, replace(question, names=MOVEMENTS)).figures(),
            cohorts=_cohorts(warehouse, question, desk, last),
            evidence=list(_evidence(warehouse, question, desk, last, rows)),
            goals=goals(
                Targets(warehouse).all(known_at=report.known_at),
                set(report.question.within),
                [figure for figure in figures if figure.period_label == last.period_label],
            ),
        )

    return asked_of(warehouse, question, counted)


def curve(warehouse: Warehouse, report: Report, figures: Sequence[Figure]) -> list[Figure]:
    """Every step of the survival curve in the last period of a report, as it saw it."""
    last = max(figures, key=lambda figure: figure.period_end).period_label
    seen = _seen_by(warehouse, report)
    return asked_of(
        warehouse, replace(seen, names=("survival",), first=last, last=last), lambda desk: desk.curve()
    )


def _seen_by(warehouse: Warehouse, report: Report) -> Question:
    """The report's question, unsplit; of now where nothing was recorded since, which is quicker."""
    question = replace(report.again, by=(), given={})
    news = warehouse.appended_since(report.known_at) - WRITTEN_BY_REPORTS
    return question if news else replace(question, known_at=None)


def _stamp(
    warehouse: Warehouse, report: Report, desk: Desk, last: Figure, figures: Sequence[Figure]
) -> Stamp:
    basis = desk.known.basis
    local = basis.calendar.to_local
    asked = [CATALOG[name] for name in {figure.name for figure in figures}]
    marks = [desk.as_of(metric) for metric in asked if metric.reads and not metric.given]
    known = [mark for mark in marks if mark not in {datetime.min, datetime.max}]
    return Stamp(
        workspace=warehouse.folder.resolve().name,
        title=report.title,
        report_id=report.report_id,
        grain=last.grain,
        period_label=last.period_label,
        as_of=local(min(known)) if known else None,
        known_at=local(report.known_at),
        made_at=local(report.made_at),
        by=report.by,
        zone=basis.calendar.zone,
        currency=basis.currency,
        rulebook=report.rulebook.version,
        rules=report.rulebook.as_mapping(),
        segment=desk.segments.label,
    )


def _cohorts(warehouse: Warehouse, question: Question, desk: Desk, last: Figure) -> dict[str, list[Figure]]:
    """Each kind of cohort, of as many periods as are shown; trailing and daily boards have monthly ones."""
    calendar = desk.known.basis.calendar
    grain = last.grain if last.grain in {"week", "month", "quarter", "year"} else "month"
    periods = [calendar.containing(grain, last.period_end - INSTANT)]
    while len(periods) < COHORTS_SHOWN:
        periods.insert(0, calendar.previous(periods[0]))
    names = tuple(COHORTS.values())
    asked = replace(question, names=names, grain=grain, first=periods[0].label, last=periods[-1].label)
    found = Desk(warehouse, asked).figures(resampled_below=0)
    return {kind: [figure for figure in found if figure.name == name] for kind, name in COHORTS.items()}


def _evidence(
    warehouse: Warehouse, question: Question, desk: Desk, last: Figure, rows: int
) -> Iterator[Evidence]:
    names = _names(desk)
    asked = replace(question, names=BEHIND, first=last.period_label, last=last.period_label)
    for figure, (counted, left_out) in Desk(warehouse, asked).listings():
        if figure.value is not None:
            yield _listed(figure, counted, left_out, names, rows)


def goals(targets: Iterable[Target], within: AbstractSet[str], shown: Sequence[Figure]) -> list[Goal]:
    """Of the figures shown, all of one period, the next target that is due, of their grain and segments."""
    found: dict[str, Goal] = {}
    by_name = {_named(figure): figure for figure in shown if len(figure.segment) == bool(within)}
    last = shown[0]
    for target in targets:
        is_ahead = target.grain == last.grain and target.due_at >= last.period_end
        if target.metric in by_name and is_ahead and set(target.segment) == within:
            aim = (target.value, target.direction, target.grain, target.period_label, target.owner)
            found.setdefault(target.metric, Goal(by_name[target.metric], *aim))
    return list(found.values())


def _named(figure: Figure) -> str:
    """A figure's metric as targets name it: `survival[months=12]`."""
    own = ",".join(f"{name}={value}" for name, value in figure.of.items())
    return f"{figure.name}[{own}]" if own else figure.name


def _names(desk: Desk) -> dict[str, str]:
    """The name of each account as it is known last."""
    accounts = desk.known.records["accounts"]
    named = accounts.filter(accounts.name.notnull()).select("account_id", "name", "recorded_at")
    rows = named.order_by("recorded_at").to_pyarrow().to_pylist()
    return {row["account_id"]: row["name"] for row in rows}


def _listed(
    figure: Figure, counted: pa.Table, left_out: pa.Table, names: Mapping[str, str], most: int
) -> Evidence:
    """The rows that add most, and what the others add."""
    order = [("numerator", "descending"), ("account_id", "ascending"), ("subject_id", "ascending")]
    rows = counted.sort_by(order)
    others = rows.slice(most)
    return Evidence(
        figure=figure,
        rows=[_row(row, names) for row in rows.slice(0, most).to_pylist()],
        others=others.num_rows,
        rest=Row(None, None, None, _sum(others, "numerator"), _sum(others, "denominator")),
        left_out=_reasons(left_out),
    )


def _row(row: Mapping[str, Any], names: Mapping[str, str]) -> Row:
    account = row["account_id"]
    return Row(account, names.get(account), row["subject_id"], row["numerator"], row["denominator"])


def _sum(rows: pa.Table, column: str) -> Any:
    return pc.sum(rows.column(column)).as_py()


def _reasons(left_out: pa.Table) -> dict[str, int]:
    counts = pc.value_counts(left_out.column("excluded_because")).to_pylist()
    return {each["values"]: each["counts"] for each in sorted(counts, key=lambda each: -each["counts"])}
