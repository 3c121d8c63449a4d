"""What figures can be split by: what accounts are, and what the rows of some timelines are themselves."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.errors import UsageError
from holdfast.metrics.asked import Asked
from holdfast.metrics.catalog import CATALOG, Metric
from holdfast.metrics.counting import SPLITS
from holdfast.segments import check_segments

TRAITS = frozenset(name for names in SPLITS.values() for name in names)


def splits_of(metric: Metric) -> tuple[str, ...]:
    """What the rows of a metric can be split by besides what their accounts are, such as a ticket's topic."""
    if not metric.parts:
        return SPLITS.get(metric.timeline, ())
    first, *others = (splits_of(part) for part in metric.parts)
    return tuple(name for name in first if all(name in each for each in others))


def check_splits(asked: Asked) -> None:
    """Refuse what no account can be, and a trait that the rows of a metric do not have."""
    check_segments([name for name in asked.by if name not in TRAITS], asked.segments)
    for name in asked.by:
        lacking = [metric for metric in asked.metrics if name in TRAITS and name not in splits_of(metric)]
        if lacking:
            having = [metric.full_name for metric in CATALOG.values() if name in splits_of(metric)]
            raise UsageError(
                f"{_listed(lacking)} cannot be split by {name}.", hint=f"By {name}: {', '.join(having)}."
            )


def _listed(metrics: Sequence[Metric]) -> str:
    names = [metric.full_name for metric in metrics]
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
