"""MRR and what moved it, period by period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from holdfast.metrics.figure import Figure

GAINS = ("mrr_new", "mrr_expansion", "mrr_reactivation")
LOSSES = ("mrr_contraction", "mrr_churn")
STEPS = (*GAINS, *LOSSES, "mrr_fx")
CENT = Decimal("0.000001")
"""What counts as nothing between two amounts."""

Months: TypeAlias = "Mapping[str, Mapping[str, Figure]]"


def by_period(movements: Sequence[Figure]) -> dict[str, dict[str, Figure]]:
    """The periods in which MRR and everything that moved it is known, each figure by its name."""
    found: dict[str, dict[str, Figure]] = {}
    for figure in sorted(movements, key=lambda each: each.period_start):
        if figure.value is not None:
            found.setdefault(figure.period_label, {})[figure.metric] = figure
    return {label: each for label, each in found.items() if {"mrr", *STEPS} <= set(each)}


def is_chain(found: Months) -> bool:
    """Whether each period opens as the one before it closed, so that their movements may be added up.

    Trailing periods overlap, and accounts come into a segment and leave it between two periods.
    """
    return all(
        before["mrr"].period_end == after["mrr"].period_start
        and abs(opening_of(after) - Decimal(str(before["mrr"].value))) < CENT
        for before, after in pairwise(found.values())
    )


def opening_of(each: Mapping[str, Figure]) -> Decimal:
    """What a spreadsheet will find as the opening, for programs that count nothing."""
    return Decimal(str(each["mrr"].value)) - sum(signed(each[step]) for step in STEPS)


def signed(figure: Figure) -> Decimal:
    """A movement with its sign: losses are kept as positive numbers."""
    value = Decimal(str(figure.value))
    return -value if figure.metric in LOSSES else value
