"""Every way of counting one metric, side by side for one period."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.errors import UsageError
from holdfast.flow import Workspace
from holdfast.metrics import CATALOG, Figure, Metric, find
from holdfast.web.answers.readers import answer
from holdfast.web.answers.standpoint import Standpoint


@dataclass(frozen=True)
class Variant:
    """One way of counting, with its figure, or with why there is none."""

    metric: Metric
    figure: Figure | None
    needs: str = ""


@answer
def variants(space: Workspace, at: Standpoint, name: str) -> list[Variant]:
    """The metric and its variants in the standpoint's period, the default first."""
    base = find(name).name
    return [_variant(space, at, metric) for metric in CATALOG.values() if metric.name == base]


def _variant(space: Workspace, at: Standpoint, metric: Metric) -> Variant:
    try:
        figures = space.kpis(
            [metric.full_name],
            grain=at.grain,
            first=at.period,
            last=at.period,
            segment=at.segment,
            known_at=at.known_at,
        )
    except UsageError as problem:
        return Variant(metric, None, problem.message)
    return Variant(metric, figures[0] if figures else None)
