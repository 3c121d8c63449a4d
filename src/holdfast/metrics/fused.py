"""Many metrics of one timeline summed in one pass: each value worked out once a row, then added up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

import ibis

from holdfast.metrics.catalog import Evidence, Metric

SQUARES = 1e12
"""Squares are added as whole parts of this many: exactly, so that the order of rows does not matter."""


@dataclass(frozen=True)
class Sums:
    """What one metric adds up to in one period and segment.

    `squares` are the sums over rows of numerator squared, denominator squared and their
    product. `pending` counts subjects whose window is not over, `no_rate` is the first day
    whose exchange rate is missing.
    """

    numerator: Any
    denominator: Any
    n: int
    squares: tuple[float, float, float] | None = None
    pending: int = 0
    no_rate: Any = None


Plan = dict[str, str]
"""For each field of `Sums`, the name of the aggregate that is it."""


def planned(fused: Fused, metric: Metric, rows: Any, as_of: Any) -> Plan:
    """What the sums of a metric are made of, asked of `fused`."""
    made = metric.made(rows)
    counts = _counts(made, as_of)
    numerator = _where(counts, made.numerator)
    plan = {"numerator": fused.add(_total, numerator)}
    if made.denominator is None:
        plan["n"] = fused.add(_not_zero, numerator)
    else:
        denominator = _where(counts, made.denominator)
        plan["denominator"] = fused.add(_total, denominator)
        plan["n"] = fused.add(_not_zero, denominator)
        if metric.interval == "ratio":
            plan |= _squares(fused, numerator, denominator)
    if made.matures is not None:
        plan["pending"] = fused.add(_total, _waits(made, as_of))
    if metric.rates:
        lacking = [rows[name] for name in metric.rates]
        first = ibis.least(*lacking) if lacking[1:] else lacking[0]
        plan["no_rate"] = fused.add(_least, _where(counts, first, None))
    return plan


def added(fused: Fused, metric: Metric, rows: Any, as_of: Any) -> Plan:
    """What a subject adds to both sums of a metric, as doubles, and how many of its rows add anything."""
    made = metric.made(rows)
    counts = _counts(made, as_of)
    numerator, denominator = _where(counts, made.numerator), _where(counts, made.denominator)
    return {
        "numerator": fused.add(_double, numerator),
        "denominator": fused.add(_double, denominator),
        "adds": fused.add(_total, (numerator != 0) | (denominator != 0)),
    }


def read(row: Mapping[str, Any], plan: Plan) -> Sums:
    """The sums of a metric from a row of aggregates."""
    squares = None
    if "num2" in plan:
        num2, den2, cross = (float(row[plan[name]] or 0) / SQUARES for name in ("num2", "den2", "cross"))
        squares = (num2, den2, cross)
    return Sums(
        numerator=row[plan["numerator"]],
        denominator=row[plan["denominator"]] if "denominator" in plan else None,
        n=int(row[plan["n"]] or 0),
        squares=squares,
        pending=int(row[plan["pending"]] or 0) if "pending" in plan else 0,
        no_rate=row[plan["no_rate"]] if "no_rate" in plan else None,
    )


class Fused:
    """Aggregates by name over values by name; what several metrics ask for is there once."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}
        self._aggregates: dict[str, Callable[[Any], Any]] = {}
        self._names: dict[Any, str] = {}

    def add(self, make: Callable[..., Any], *values: Any) -> str:
        """The name of the aggregate `make` of the columns of `values`."""
        columns = tuple(self._named(value.op(), "v", self._values, value) for value in values)

        def made(laid: Any) -> Any:
            return make(*(laid[column] for column in columns))

        return self._named((make, columns), "a", self._aggregates, made)

    def over(self, rows: Any, keys: Sequence[str]) -> Any:
        """The aggregates by `keys`. Values stand in a step of their own, or engines work them out again."""
        laid = rows.select(*keys, **self._values)
        return laid.group_by(list(keys)).agg(**{name: made(laid) for name, made in self._aggregates.items()})

    def _named(self, key: Any, letter: str, into: dict[str, Any], made: Any) -> str:
        name = self._names.setdefault(key, f"{letter}{len(self._names)}")
        into.setdefault(name, made)
        return name


def _counts(made: Evidence, as_of: Any) -> Any:
    """Whether a row counts; None where every row does."""
    barred = _barred(made)
    if made.matures is not None:
        barred.append(_later(made, as_of))
    return ~reduce(or_, barred) if barred else None


def _waits(made: Evidence, as_of: Any) -> Any:
    """Whether a row would count, were its window over."""
    speaks = made.numerator > 0
    if made.denominator is not None:
        speaks = (made.denominator > 0) | speaks
    waits = _later(made, as_of) & speaks
    return reduce(lambda still, rule: still & ~rule, _barred(made), waits)


def _barred(made: Evidence) -> list[Any]:
    return [condition.fill_null(False) for _, condition in made.excluded]


def _later(made: Evidence, as_of: Any) -> Any:
    return (made.matures > ibis.literal(as_of)).fill_null(False)


def _where(counts: Any, value: Any, otherwise: Any = 0) -> Any:
    return value if counts is None else ibis.ifelse(counts, value, ibis.literal(otherwise).cast(value.type()))


def _squares(fused: Fused, numerator: Any, denominator: Any) -> Plan:
    over, under = numerator.cast("float64"), denominator.cast("float64")
    return {
        "num2": fused.add(products, over, over),
        "den2": fused.add(products, under, under),
        "cross": fused.add(products, over, under),
    }


def _total(value: Any) -> Any:
    return value.sum()


def _double(value: Any) -> Any:
    return value.sum().cast("float64")


def _not_zero(value: Any) -> Any:
    return (value != 0).sum()


def _least(value: Any) -> Any:
    return value.min()


def products(one: Any, other: Any) -> Any:
    """The sum of the products of two columns of doubles in whole parts of `SQUARES`, in whatever order."""
    return (one * other * SQUARES).cast("decimal(38, 0)").sum().cast("decimal(38, 0)")
