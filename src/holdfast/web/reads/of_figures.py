"""Questions about figures: the catalogue, KPIs, the rows behind one, the bridge between two, cohorts."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from holdfast.cli.questions import Typed
from holdfast.errors import unknown
from holdfast.metrics import CATALOG, find
from holdfast.metrics.cohorts import KINDS, cohort
from holdfast.metrics.splits import splits_of
from holdfast.report.bridged import as_rows as bridge_as_rows
from holdfast.report.catalogue import metrics_as_rows
from holdfast.report.rows import figures_as_rows
from holdfast.web.answers import asked as answers
from holdfast.web.answers import rulebook_of
from holdfast.web.reads import shapes
from holdfast.web.reads.paging import TableRows
from holdfast.web.reads.parameters import Board, Cells, Named, One, Two
from holdfast.web.reads.read import ACCOUNTS, FIGURES, Answer, Paged, Read, Row

OF_FIGURE = ("metric", "variant", "period_start", "segment", "of")
OF_ROW = ("part", "account_id", "subject_id", "period_start", "excluded_because")
BY_SIZE = [("numerator", "descending"), ("account_id", "ascending")]


def metrics(_: Paged) -> Answer:
    """Every metric and variant: formula, unit, which way is better, the rules that it is counted by."""
    return Answer([_told(name) for name in CATALOG], ("name", "variant"))


def metric(asked: Named) -> Answer:
    """One metric: what it means, what it reads, what it can be split by, its variants."""
    found = find(asked.name)
    more = {
        "reads": [*found.reads, *found.also_reads],
        "rules": dict(found.rules),
        "splits": list(splits_of(found)),
        "variants": [each.full_name for each in CATALOG.values() if each.name == found.name and each.variant],
    }
    return Answer([{**_told(found.full_name), **more}])


def kpis(asked: Board) -> Answer:
    """Figures beside their targets: the metrics named, or those of a role's board, or all, by period."""
    typed = Typed(
        asked.metric,
        asked.grain,
        asked.first,
        asked.last,
        asked.by,
        asked.as_of,
        asked.known_at,
        None,
        asked.rulebook,
        asked.segment,
        asked.board,
    )
    return Answer(answers.kpis(typed), OF_FIGURE)


def explain(asked: One) -> Answer:
    """The rows behind one figure, those that add most first, then those left out, each with its rule."""
    found = answers.evidence(_typed(asked, asked.name, asked.period, asked.period))
    counted = found.rows.sort_by(BY_SIZE) if found.rows.num_rows else found.rows
    rows = pa.concat_tables([counted, found.left_out], promote_options="permissive")
    (figure,) = figures_as_rows([found.figure])
    return Answer(TableRows(rows), OF_ROW, {"figure": figure, "agrees": found.agrees})


def compare(asked: Two) -> Answer:
    """One figure counted two ways, and the accounts that lead from one to the other, largest part first."""
    typed = Typed(
        (asked.name,),
        asked.grain,
        asked.period,
        asked.period,
        known_at=asked.known_at,
        rulebook=asked.rulebook,
        segment=asked.segment,
    )
    found = answers.bridge(typed, asked.variant, asked.against)
    before, after = figures_as_rows([found.before, found.after])
    besides = {"before": before, "after": after, "difference": found.difference, "reason": found.reason}
    return Answer(bridge_as_rows(found), ("account_id", "because"), besides)


def cohorts(asked: Cells) -> Answer:
    """What is left of the accounts that first paid in each period, by their age."""
    if asked.kind not in KINDS:
        raise unknown("kind of cohort", asked.kind, KINDS)
    typed = _typed(asked, cohort(asked.kind).full_name, asked.first, asked.last)
    return Answer(answers.kpis(typed), OF_FIGURE)


def _typed(asked: Any, name: str, first: str | None, last: str | None) -> Typed:
    return Typed(
        (name,),
        asked.grain,
        first,
        last,
        asked.by,
        asked.as_of,
        asked.known_at,
        None,
        asked.rulebook,
        asked.segment,
    )


def _told(name: str) -> Row:
    found = CATALOG[name]
    (row,) = metrics_as_rows([found])
    return row | {"rulebook": found.rulebook(rulebook_of()).version}


class WholeMetric(shapes.Metric):
    """The same, with what it reads, its own rules, what it can be split by, and its variants."""

    reads: list[str]
    rules: dict[str, Any]
    splits: list[str]
    variants: list[str]


READS = (
    Read("metrics", "metrics", FIGURES, Paged, shapes.Metric, metrics),
    Read("metric", "metrics/{name}", FIGURES, Named, WholeMetric, metric),
    Read("kpis", "kpis", FIGURES, Board, shapes.FigureBesideTarget, kpis),
    Read(
        "explain",
        "kpis/{name}/rows",
        ACCOUNTS,
        One,
        shapes.EvidenceRow,
        explain,
        {"figure": shapes.Figure, "agrees": bool},
    ),
    Read(
        "compare",
        "kpis/{name}/compare",
        ACCOUNTS,
        Two,
        shapes.Moved,
        compare,
        {"before": shapes.Figure, "after": shapes.Figure},
    ),
    Read("cohorts", "cohorts/{kind}", FIGURES, Cells, shapes.FigureBesideTarget, cohorts),
)
