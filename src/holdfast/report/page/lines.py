"""The rows of the page's tables: each KPI with its number, how it moved, and what is behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from markupsafe import Markup

from holdfast.report.board import FAMILIES, Line
from holdfast.report.look import Look
from holdfast.report.page.spark import spark
from holdfast.report.phrases import (
    change_text,
    formula_text,
    interval_text,
    reason_text,
    segment_text,
    title_text,
    value_text,
)
from holdfast.report.rows import exact
from holdfast.words import knows, say
from holdfast.words.amounts import amount, number
from holdfast.words.numerals import in_digits

if TYPE_CHECKING:
    from holdfast.metrics.catalog import Metric
    from holdfast.metrics.figure import Change, Figure, Number, Series
    from holdfast.report.workbook.contents import Contents, Evidence, Row

LISTED = 25
"""Rows listed behind a figure; the others are counted."""


@dataclass(frozen=True)
class Moved:
    """How a figure moved: in short, as a sentence, and whether that is good."""

    said: str = ""
    sentence: str = ""
    tone: str = ""
    sign: str = ""


@dataclass(frozen=True)
class Behind:
    """One account behind a figure with what it adds."""

    id: str
    name: str
    numerator: str
    denominator: str


@dataclass(frozen=True, kw_only=True)
class Told:
    """One KPI as the page shows it."""

    key: str
    name: str
    within: bool
    value: str
    provisional: bool
    reason: str
    previous: Moved
    year_before: Moved
    interval: str
    spark: Markup
    formula: str
    n: str
    target: str
    behind: Sequence[Behind] = ()
    others: str = ""


@dataclass(frozen=True)
class Family:
    """The KPIs of one family under its name."""

    id: str
    name: str
    rows: Sequence[Told]


@dataclass
class Lines:
    """Every series of a report, told in one language."""

    contents: Contents
    language: str
    look: Look = field(init=False)

    def __post_init__(self) -> None:
        self.look = Look(language=self.language)

    @cached_property
    def series(self) -> Mapping[Series, Sequence[Figure]]:
        """The figures of each series, the earliest first."""
        found: dict[Series, list[Figure]] = {}
        for figure in sorted(self.contents.figures, key=lambda each: each.period_start):
            found.setdefault(figure.series, []).append(figure)
        return found

    @cached_property
    def evidence(self) -> Mapping[object, Evidence]:
        """The rows behind figures, by the figure's key."""
        return {each.figure.key: each for each in self.contents.evidence}

    def families(self) -> Iterator[Family]:
        """The families of the board in their order."""
        places = {name: place for place, name in enumerate(self.contents.metrics)}

        def place(figure: Figure) -> tuple[int, int]:
            family = self.metric(figure).family
            return (
                FAMILIES.index(family) if family in FAMILIES else len(FAMILIES),
                places.get(figure.name, 0),
            )

        latest = sorted(self._latest(), key=place)
        for title, members in groupby(latest, key=lambda each: self._family(self.metric(each).family)):
            rows = list(members)
            yield Family(f"family-{self.metric(rows[0]).family}", title, [self.told(each) for each in rows])

    def told(self, figure: Figure) -> Told:
        """One series by its latest figure."""
        apart = segment_text(figure, self.look)
        moves = {change.kind: change for change in self.contents.changes.get(figure.key, ())}
        evidence = self.evidence.get(figure.key)
        return Told(
            key=figure.name,
            name=f"{self.name(figure)}: {apart}" if apart else self.name(figure),
            within=bool(apart),
            value=value_text(figure, self.look).strip(f" {self.look.mark}"),
            provisional=figure.status == "provisional",
            reason=reason_text(figure, self.look) if figure.value is None else "",
            previous=self._moved(figure, moves.get("previous")),
            year_before=self._moved(figure, moves.get("year_before")),
            interval=interval_text(figure, self.look) if figure.value is not None else "",
            spark=spark([each.value for each in self.series[figure.series]]),
            formula=formula_text(self.metric(figure), self.look),
            n=self._n(figure),
            target=self._target(figure),
            behind=[self._behind(row) for row in evidence.rows[:LISTED]] if evidence else (),
            others=self._others(evidence) if evidence else "",
        )

    def metric(self, figure: Figure) -> Metric:
        """The metric that a figure is of."""
        return self.contents.metrics[figure.name]

    def name(self, figure: Figure) -> str:
        """What a metric is called, in English with the name of its variant."""
        metric = self.metric(figure)
        english = f"{metric.title} ({metric.variant})" if metric.variant else metric.title
        return title_text(metric.full_name, self.look, english)

    def _latest(self) -> list[Figure]:
        """The last figure of each series; of a metric's own dimension what says something now."""
        latest = [line[-1] for line in self.series.values()]
        telling = {each.series[:4] for each in latest if each.value is not None}
        return [
            each for each in latest if not each.of or each.value is not None or each.series[:4] not in telling
        ]

    def _family(self, family: str) -> str:
        key = f"family.{family}"
        return say(key, self.language) if knows(key) else family

    def _moved(self, figure: Figure, change: Change | None) -> Moved:
        if change is None or figure.value is None:
            return Moved()
        verdict, better = change.verdict, Line("", better=self.metric(figure).better).better
        tone = ""
        if verdict in {"higher", "lower"} and better in {"higher", "lower"}:
            tone = "good" if verdict == better else "bad"
        return Moved(
            change_text(change, figure, self.look, whole=False),
            change_text(change, figure, self.look, whole=True),
            tone,
            {"higher": "▲", "lower": "▼"}.get(verdict, ""),
        )

    def _n(self, figure: Figure) -> str:
        return "" if figure.n is None else say("page.on", self.language, n=number(figure.n, self.language))

    def _target(self, figure: Figure) -> str:
        for goal in self.contents.goals:
            if goal.figure.key == figure.key:
                value = amount(goal.value, figure.unit, self.language)
                return say("chart.target", self.language, value=value)
        return ""

    def _behind(self, row: Row) -> Behind:
        sums = self._sum(row.numerator), self._sum(row.denominator)
        return Behind(row.account_id or row.subject_id or "", row.account or "", *sums)

    def _sum(self, part: Number | None) -> str:
        return "" if part is None else in_digits(exact(part), self.language)

    def _others(self, evidence: Evidence) -> str:
        more = evidence.others + max(len(evidence.rows) - LISTED, 0)
        return say("workbook.others", self.language, count=number(more, self.language)) if more else ""
