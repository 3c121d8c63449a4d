"""Reports: figures kept as they were shown, run again to the last digit, and what moved since (R19)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal

from holdfast.errors import UsageError
from holdfast.flow.answering.comparing import chain
from holdfast.flow.answering.figures import Desk, Question
from holdfast.flow.knowing.owned import fresh_id, write_rows
from holdfast.metrics import Figure, find
from holdfast.metrics.bridge import Bridge, bridge
from holdfast.metrics.figure import Number
from holdfast.metrics.intervals import MANY, SMALL
from holdfast.rulebook import Rulebook
from holdfast.warehouse import Warehouse, Writing

Kind = Literal["shown", "closed", "restated"]
AS_KEPT = (
    *("metric", "grain", "period_label", "period_start", "period_end"),
    *("unit", "n", "low", "high", "status", "reason"),
)
"""What a figure has as `published_figures` keeps it."""

ASKED = ("names", "grain", "first", "last", "by", "segment", "given", "board")


@dataclass(frozen=True)
class Report:
    """One report as it was kept: what was asked, what was known, by which rules, and by whom."""

    report_id: str
    kind: Kind
    title: str
    question: Question
    known_at: datetime
    rulebook: Rulebook
    made_at: datetime
    by: str | None = None
    reason: str | None = None

    @property
    def resampled_below(self) -> int:
        """On fewer subjects than so many the intervals of its figures are drawn by resampling (R22)."""
        return MANY if self.kind == "shown" else SMALL

    @property
    def again(self) -> Question:
        """The question that gives the same figures for ever."""
        return replace(self.question, known_at=self.known_at, rulebook=self.rulebook)


def make(
    warehouse: Warehouse,
    question: Question,
    *,
    kind: Kind = "shown",
    title: str = "",
    by: str | None = None,
    reason: str | None = None,
) -> tuple[Report, list[Figure]]:
    """Answer a question, and keep it with its figures."""
    with warehouse.reading():
        desk = Desk(warehouse, question)
        periods = desk.period_labels()
        known = replace(question, first=periods[0], last=periods[-1])
        seen = _seen(warehouse, question)
        report = Report(fresh_id(), kind, title, known, seen, desk.rules, _now(), by, reason)
        figures = desk.figures(report.resampled_below)
        rows = [figure_row(figure, desk, report) for figure in figures]
    with warehouse.write() as writing:
        _write_rulebook(warehouse, writing, report.rulebook)
        write_rows(writing, "reports", [_report_row(report)])
        write_rows(writing, "published_figures", rows)
    return report, figures


def find_report(warehouse: Warehouse, report_id: str) -> Report:
    """The report with this id, or whose id begins so; raises UsageError where there is none."""
    found = [report for report in reports(warehouse) if report.report_id.startswith(report_id)]
    if len(found) != 1:
        problem = "No report has" if not found else f"{len(found)} reports have"
        raise UsageError(f"{problem} the id {report_id}.", hint="holdfast report --list shows them.")
    return found[0]


def reports(warehouse: Warehouse) -> list[Report]:
    """Every report kept, the newest first."""
    rulebooks = {row["version"]: row["rules"] for row in warehouse.rows("rulebooks")}
    rows = warehouse.rows("reports")
    found = [_report(row, Rulebook.from_mapping(json.loads(rulebooks[row["rulebook"]]))) for row in rows]
    return sorted(found, key=lambda report: report.made_at, reverse=True)


def kept_figures(warehouse: Warehouse, report: Report) -> list[dict[str, Any]]:
    """The figures of a report as they were kept."""
    rows = warehouse.records("published_figures")
    kept: list[dict[str, Any]] = rows.filter(rows.report_id == report.report_id).to_pyarrow().to_pylist()
    return kept


def shown_figures(warehouse: Warehouse, report: Report) -> list[Figure]:
    """The figures of a report as it showed them; nothing is counted, and composed ones have no parts."""
    return [figure_of(row) for row in kept_figures(warehouse, report)]


def shown_as_of(warehouse: Warehouse) -> dict[str, datetime]:
    """For each report the data's own end, as its figures had it: the least of their watermarks."""
    rows = warehouse.records("published_figures")
    real = rows.filter((rows.as_of > datetime.min) & (rows.as_of < datetime.max))
    found = real.group_by("report_id").agg(as_of=real.as_of.min()).to_pyarrow().to_pylist()
    return {row["report_id"]: row["as_of"] for row in found}


def differing(report: Report, figures: Sequence[Figure], kept: Sequence[Mapping[str, Any]]) -> list[str]:
    """Where figures run again are not those that were kept, in words; empty where they are the same."""
    told = {key_of(row): row for row in kept}
    problems = []
    for figure in figures:
        row = told.pop(key_of(numbers_of(figure)), None)
        if row is None:
            problems.append(f"{figure.name} {figure.period_label} was not in report {report.report_id}")
        elif any(row[name] != value for name, value in numbers_of(figure).items()):
            problems.append(
                f"{figure.name} {figure.period_label} was {row['value']} and is now {figure.value}"
            )
    return problems + [f"{row['metric']} {row['period_label']} is gone" for row in told.values()]


def since(warehouse: Warehouse, report: Report) -> Iterator[Bridge]:
    """For each figure of a report that the records and rules now say otherwise, the bridge to it."""
    question = replace(report.question, known_at=None, rulebook=None)
    now = {figure.key: figure for figure in Desk(warehouse, question).figures()}
    for before in Desk(warehouse, report.again).figures():
        after = now.get(before.key)
        if after is not None and (after.value, after.reason) != (before.value, before.reason):
            yield bridge(list(chain(warehouse, report.again, question, before)))


def figure_row(figure: Figure, desk: Desk, report: Report) -> dict[str, Any]:
    """A figure as `published_figures` keeps it."""
    metric = find(figure.name)
    return {
        "figure_id": fresh_id(),
        **numbers_of(figure),
        "period_start": figure.period_start,
        "period_end": figure.period_end,
        "unit": figure.unit,
        "status": figure.status,
        "as_of": desk.as_of(metric),
        "known_at": report.known_at,
        "rulebook": metric.rulebook(report.rulebook).version,
        "by": report.by,
        "report_id": report.report_id,
    }


def numbers_of(figure: Figure) -> dict[str, Any]:
    """What tells a figure from others and what it says, as `published_figures` keeps it."""
    return {
        "metric": figure.metric,
        "variant": figure.variant,
        "grain": figure.grain,
        "period_label": figure.period_label,
        "segment": json.dumps(dict(figure.segment), sort_keys=True),
        "of": json.dumps(dict(figure.of), sort_keys=True),
        "value": _text(figure.value),
        "numerator": _text(figure.numerator),
        "denominator": _text(figure.denominator),
        "n": figure.n,
        "low": _nine_places(figure.low),
        "high": _nine_places(figure.high),
        "reason": figure.reason,
    }


def figure_of(row: Mapping[str, Any]) -> Figure:
    """A figure as `published_figures` keeps it, to be shown."""
    told: dict[str, Any] = {name: row[name] for name in AS_KEPT}
    told |= {name: _number(row[name]) for name in ("value", "numerator", "denominator")}
    told |= {name: json.loads(row[name] or "{}") for name in ("segment", "of")}
    return Figure(**told, variant=row["variant"] or "")


def key_of(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """What tells a kept figure from every other of its report."""
    return tuple(row[name] or "" for name in ("metric", "variant", "grain", "period_label", "segment", "of"))


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _nine_places(bound: Number | None) -> Decimal | None:
    return None if bound is None else Decimal(str(bound)).quantize(Decimal("1e-9"))


def _seen(warehouse: Warehouse, question: Question) -> datetime:
    newest = warehouse.known_at() or datetime.min
    return min(question.known_at or newest, newest)


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _report_row(report: Report) -> dict[str, Any]:
    asked = {name: getattr(report.question, name) for name in ASKED} | {"segment": report.question.within}
    return {
        "report_id": report.report_id,
        "kind": report.kind,
        "title": report.title or None,
        "question": json.dumps(asked, sort_keys=True),
        "as_of": report.question.as_of,
        "known_at": report.known_at,
        "rulebook": report.rulebook.version,
        "reason": report.reason,
        "by": report.by,
    }


def _report(row: Mapping[str, Any], rulebook: Rulebook) -> Report:
    asked = json.loads(row["question"])
    asked |= {name: tuple(asked.get(name, ())) for name in ("names", "by", "segment")}
    return Report(
        report_id=row["report_id"],
        kind=row["kind"],
        title=row["title"] or "",
        question=Question(**asked, as_of=row["as_of"]),
        known_at=row["known_at"],
        rulebook=rulebook,
        made_at=row["recorded_at"],
        by=row["by"],
        reason=row["reason"],
    )


def _write_rulebook(warehouse: Warehouse, writing: Writing, rulebook: Rulebook) -> None:
    rows = warehouse.records("rulebooks")
    known = rows.filter(rows.version == rulebook.version).count().to_pyarrow().as_py()
    if not known:
        rules = json.dumps(rulebook.as_mapping(), sort_keys=True)
        write_rows(writing, "rulebooks", [{"version": rulebook.version, "rules": rules}])
