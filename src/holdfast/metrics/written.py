"""The formula of a composed metric as text, read off the function that counts it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from holdfast.metrics.catalog import Metric
from holdfast.metrics.composed import Parts, parts_counted
from holdfast.metrics.term import Term
from holdfast.timelines.basis import Basis


@dataclass(frozen=True)
class _Written(Parts):
    """Parts whose values are their own names."""

    def setting(self, name: str) -> Any:
        return None if getattr(self.basis, name) is None else Term(name)


def written(metric: Metric, basis: Basis) -> str:
    """`arpa * gross_margin * customer_lifetime`, over the names of the parts of the metric's figures.

    Empty where the figure carries a numerator and a denominator of its own, and for metrics that are
    not composed.
    """
    if not metric.parts:
        return ""
    parts = {part.full_name: part for part in parts_counted(metric, basis)}
    sums = {name: (Term(name), None) for name in parts}
    value = metric.evidence(_Written(sums, {}, parts, basis, days=1, exact=False))
    return "" if isinstance(value, tuple) else str(value)
