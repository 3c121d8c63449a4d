"""The same questions asked of the oracle and of the program, and where their answers differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from holdfast.metrics import CATALOG, Asked, Metric, find, measure
from tests import oracle, program
from tests.histories import AS_OF, History
from tests.vectors.adapter import Figure, current, seen

LABELS: Mapping[str, tuple[str, ...]] = {
    "day": ("2017-10-15", "2017-12-31", "2018-01-01", "2018-02-18"),
    "week": ("2017-W44", "2017-W52", "2018-W01"),
    "month": ("2017-09", "2017-10", "2017-11", "2017-12", "2018-01", "2018-02", "2018-03"),
    "quarter": ("2017-Q4", "2018-Q1"),
    "year": ("2017",),
    "trailing_45_days": ("2018-01-20",),
    "trailing_12_months": ("2018-02",),
}
NAMES = tuple(name for name in oracle.METRICS if name in CATALOG)
WHOLE_MONTHS = ("month", "quarter", "year", "trailing_12_months")
"""The grains at which a lifetime pooled from months has a meaning."""

CURVES = ("survival", "customer_lifetime.km_restricted_mean")
"""Figures of survival; where they cannot be told the others still are."""

Own = tuple[tuple[str, Any], ...]
Key = tuple[str, str, Own]


def metrics(names: Sequence[str]) -> list[Metric]:
    """The metrics of the catalogue with these names."""
    return [find(name) for name in names]


def by_program(
    desk: program.Desk, names: Sequence[str], grain: str, labels: Sequence[str], as_of: datetime = AS_OF
) -> dict[Key, Figure]:
    """What the program answers, by metric, label and the metric's own dimension."""
    periods = [desk.basis.calendar.period(grain, label) for label in labels]
    figures = measure(Asked(metrics(names), periods, (), as_of), desk.layout, desk.basis.rules)
    return {(figure.name, figure.period_label, own(figure.of)): seen(figure) for figure in figures}


def own(of: Mapping[str, Any]) -> Own:
    """A figure's own dimension, such as the horizon of survival, as a key."""
    return tuple(sorted(of.items()))


def desk(history: History) -> program.Desk:
    """The program over the records of a company as they are known in the end."""
    return program.Desk(current(history.records, None), history.settings, history.rules)


def differences(history: History, names: Sequence[str], grain: str) -> dict[Key, tuple[Any, Any]]:
    """Every figure on which oracle and program do not agree, with both answers."""
    company = oracle.Company(history.records, history.settings, history.rules, AS_OF)
    answers = by_program(desk(history), names, grain, LABELS[grain])
    assert {name for name, _, _ in answers} == set(names)
    return {
        key: (ours, theirs)
        for key, theirs in answers.items()
        if not same(ours := oracle.answer(company, key[0], grain, key[1], dict(key[2])), theirs)
    }


def same(ours: oracle.Answer, theirs: Figure) -> bool:
    """Money and counts to the last digit, ratios to a billionth, and the reason where there is no value."""
    if ours.value is None or theirs.value is None:
        return ours.value is None and theirs.value is None and ours.reason == theirs.reason
    if isinstance(ours.value, Decimal | int) and isinstance(theirs.value, Decimal | int):
        return ours.value == theirs.value
    return abs(float(ours.value) - float(theirs.value)) <= 1e-9 * max(1.0, abs(float(ours.value)))
