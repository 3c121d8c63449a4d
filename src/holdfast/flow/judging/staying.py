"""How long accounts stay by segment: each segment's curve beside the others', and the test of them all."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.errors import UsageError
from holdfast.flow.answering.figures import Desk
from holdfast.metrics.kaplan_meier import Curve
from holdfast.metrics.log_rank import LogRank, log_rank
from holdfast.periods import Period


@dataclass(frozen=True)
class Group:
    """The accounts of one segment, its values in the order of what is split by, and its curve.

    `expected` is how many would have left were all segments alike; None where that cannot be told.
    """

    segment: tuple[str | None, ...]
    curve: Curve
    expected: float | None


@dataclass(frozen=True)
class Staying:
    """How long accounts stayed, as seen at a period's end; `test` is None where nothing tells them apart."""

    by: tuple[str, ...]
    period: Period
    groups: tuple[Group, ...]
    test: LogRank | None


def staying(desk: Desk, by: tuple[str, ...]) -> Staying:
    """The curves of the one survival metric asked for, split `by` something; UsageError where by nothing."""
    if not by:
        raise UsageError("Curves are compared between segments.", hint="Say which: --by plan.")
    period, curves = desk.curves()
    test = log_rank(list(curves.values()))
    expected = test.expected if test else (None,) * len(curves)
    groups = [
        Group(cell, curve, awaited) for (cell, curve), awaited in zip(curves.items(), expected, strict=True)
    ]
    return Staying(by, period, tuple(groups), test)
