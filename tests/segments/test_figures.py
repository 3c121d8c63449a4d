"""Figures within a segment are those of its accounts alone, and in and out of it are the whole (R20, R21)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from holdfast.errors import UsageError
from holdfast.metrics import CATALOG, Asked, Figure, Metric, explain, find, measure
from holdfast.metrics.listing import listed
from holdfast.segments import Moments, Segments, members, rule
from tests import program
from tests.agreement import at_work, talking
from tests.agreement.again import Told
from tests.histories import AS_OF, History, large
from tests.oracle.facts import Facts, People

ZONE, MONTH = "America/Sao_Paulo", "2017-12"
RULES = {"steady": rule("status = paying and mrr >= 20"), "german": rule("country = DE")}
KINDS: dict[str, Callable[[int, str], History]] = {
    "paying": large,
    "working": at_work.at_work,
    "talking": talking.talking,
}
FAMILIES = {
    "paying": ("signups", "customers", "revenue", "movements", "churn", "retention", "lifetime", "cohorts"),
    "working": ("usage", "returning"),
    "talking": ("feedback", "support"),
}
KIND_OF = {family: kind for kind, families in FAMILIES.items() for family in families}
SUMS = [
    metric
    for metric in CATALOG.values()
    if metric.family in KIND_OF and metric.statistic == "sums" and not (metric.parts or metric.given)
]
ONE_OF_EACH = list({(metric.timeline, metric.at, metric.pooled): metric for metric in SUMS}.values())
"""A metric of each timeline: what is kept or split is the timeline's rows."""

MOVING = [
    metric
    for metric in SUMS
    if KIND_OF[metric.family] == "paying"
    and metric.at != "entry"
    and "events" not in metric.reads
    and not metric.pooled
]
"""Metrics of what accounts pay, each looked at once; those that pool months are at each month's end."""

DAILY = "customer_churn_rate.daily_sum"
"""Each day is divided by itself, so that its parts do not add up."""


@cache
def told(kind: str) -> Told:
    made: History = KINDS[kind](4, ZONE)
    return Told(made, AS_OF)


@cache
def figures(kind: str, by: tuple[str, ...] = (), within: str = "") -> list[Figure]:
    """A metric of each timeline of a kind of company in one month."""
    here, asked = told(kind).desk, [metric for metric in ONE_OF_EACH if KIND_OF[metric.family] == kind]
    kept = Segments(RULES, {within: RULES[within]} if within else {})
    period = here.basis.calendar.period("month", MONTH)
    return measure(Asked(asked, [period], by, AS_OF, kept), here.layout, here.basis.rules)


def of(metric: Metric, found: Sequence[Figure]) -> list[Figure]:
    return [figure for figure in found if figure.name == metric.full_name]


def inside(kind: str, name: str, at: str) -> set[str]:
    """The members of a segment at an end of the month; of attributes that do not change, at any instant."""
    here = told(kind).desk
    period = here.basis.calendar.period("month", MONTH)
    moments = Moments.of_periods([period], "opening" if at == "entry" else at, here.basis.calendar)
    found = members(RULES[name], moments, here.layout(here.basis.rules)).to_pyarrow()
    return set(found["account_id"].to_pylist())


def exact(number: Any) -> Decimal:
    return Decimal(str(number or 0))


@cache
def alone(at: str) -> program.Desk:
    """The company as if the members of a segment at one end had been all its accounts."""
    company, kept = told("paying"), inside("paying", "steady", at)
    records = {
        table: [row for row in rows if "account_id" not in row or company.company.identity.of(row) in kept]
        for table, rows in company.records.items()
        if table != "events"
    }
    return program.Desk(records, company.history.settings, company.history.rules)


@pytest.mark.parametrize("at", ["opening", "closing"])
def test_figures_within_a_segment_are_those_of_its_accounts_alone(at: str) -> None:
    there, asked = alone(at), [metric for metric in MOVING if metric.at == at]
    period = there.basis.calendar.period("month", MONTH)
    counted = measure(Asked(asked, [period], (), AS_OF), there.layout, there.basis.rules)
    here, within = told("paying").desk, Segments({}, {"steady": RULES["steady"]})
    kept = measure(Asked(asked, [period], (), AS_OF, within), here.layout, here.basis.rules)
    assert {tuple(figure.segment.items()) for figure in kept} == {(("segment", "steady"),)}
    assert len(kept) > 5
    wrong = [
        (one, other) for one, other in zip(kept, counted, strict=True) if replace(one, segment={}) != other
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "metric", [each for each in ONE_OF_EACH if each.full_name != DAILY], ids=lambda metric: metric.full_name
)
def test_a_figure_within_a_segment_is_the_sum_of_the_rows_of_its_members(metric: Metric) -> None:
    kind = KIND_OF[metric.family]
    here, kept = told(kind).desk, inside(kind, "german", metric.at)
    period = here.basis.calendar.period("month", MONTH)
    for figure in of(metric, figures(kind, within="german"))[:1]:
        asked = Asked([metric], [period], (), AS_OF)
        one = replace(metric, of=(figure.of,)) if metric.of_columns else metric
        layout = replace(here.layout(one.rulebook(here.basis.rules)), as_of=AS_OF)
        rows = listed(one, layout, asked)[0].to_pylist()
        sums = [
            sum((exact(row[side]) for row in rows if row["account_id"] in kept), Decimal(0))
            for side in ("numerator", "denominator")
        ]
        assert exact(figure.numerator) == sums[0]
        if not metric.per_day:
            assert exact(figure.denominator) == sums[1]


def test_in_and_out_of_a_segment_are_the_whole_and_in_is_what_is_kept() -> None:
    apart = 0
    for kind in KINDS:
        parts, kept = figures(kind, by=("segment.german",)), figures(kind, within="german")
        for whole in figures(kind):
            shares = [each for each in parts if (each.name, each.of) == (whole.name, whole.of)]
            if whole.name == DAILY or any(each.reason for each in (whole, *shares)):
                continue
            apart += len(shares) > 1
            assert {tuple(each.segment.values()) for each in shares} <= {("in",), ("out",)}
            for side in ("numerator", "denominator"):
                if side == "numerator" or not find(whole.name).per_day:
                    added = sum(exact(getattr(each, side)) for each in shares)
                    assert added == exact(getattr(whole, side)), whole
            inner = [sums(each) for each in shares if each.segment == {"segment.german": "in"}]
            same = [sums(each) for each in kept if (each.name, each.of) == (whole.name, whole.of)]
            assert inner == same or (not inner and [each[3] for each in same] == [0])
    assert apart > 10


def sums(figure: Figure) -> tuple[Any, ...]:
    return figure.value, figure.numerator, figure.denominator, figure.n


def test_cohorts_are_looked_at_as_they_enter() -> None:
    company = told("paying")
    people = People(company.company)
    period = company.desk.basis.calendar.period("month", MONTH)
    asked = Asked([find("cohort_retention")], [period], (), AS_OF, Segments({}, {"r": rule("mrr >= 50")}))
    found = measure(asked, company.desk.layout, company.desk.basis.rules)
    starts = {
        account: min(start for start, _ in story.spans)
        for account, story in company.company.stories.items()
        if story.spans
    }
    entered = [
        account
        for account, start in starts.items()
        if period.start <= start < period.end
        and (Facts(people, account, start, start + timedelta(microseconds=1)).mrr or 0) >= 50
    ]
    assert 0 < len(entered) < sum(period.start <= start < period.end for start in starts.values())
    assert {figure.denominator for figure in found if figure.of["age"] == 0} == {len(entered)}


def test_a_cost_belongs_to_no_segment() -> None:
    here = told("paying").desk
    period = here.basis.calendar.period("month", MONTH)
    asked = Asked([find("acquisition_cost")], [period], (), AS_OF, Segments({}, {"g": RULES["german"]}))
    (figure,) = measure(asked, here.layout, here.basis.rules)
    assert (figure.value, figure.reason) == (None, "not_allocated")


def test_evidence_within_a_segment_is_of_its_members() -> None:
    here, kept = told("paying").desk, inside("paying", "steady", "opening")
    period = here.basis.calendar.period("month", MONTH)
    both = Segments(RULES, {name: RULES[name] for name in ("steady", "german")})
    asked = Asked([], [], ("segment.german",), AS_OF, both)
    found = explain(find("customer_churn_rate"), period, asked, here.layout, here.basis.rules)
    assert found.agrees
    assert found.figure.segment == {"segment": "steady and german"}
    rows = found.rows.to_pylist()
    assert 0 < len(rows) == found.figure.denominator
    assert {row["account_id"] for row in rows} <= kept & inside("paying", "german", "opening")
    assert {row["by_segment_german"] for row in rows} == {"in"}


def test_an_unknown_segment_is_refused_with_the_nearest() -> None:
    here = told("paying").desk
    asked = Asked([find("mrr")], [], ("segment.stedy",), AS_OF, Segments(RULES))
    with pytest.raises(UsageError, match=r"No segment is called 'segment\.stedy'") as refused:
        measure(asked, here.layout, here.basis.rules)
    assert "segment.steady" in str(refused.value.hint)
