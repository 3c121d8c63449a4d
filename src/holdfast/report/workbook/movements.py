"""MRR and what moved it, period by period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from holdfast.metrics.figure import Figure

GAINS = ("mrr_new", "mrr_expansion", "mrr_reactivation")
LOSSES = ("mrr_contraction", "mrr_churn")
STEPS = (*GAINS, *LOSSES, "mrr_fx")
Months: TypeAlias = "Mapping[str, Mapping[str, Figure]]"


def by_period(movements: Sequence[Figure]) -> dict[str, dict[str, Figure]]:
    """The last periods on end of which MRR and all that moved it is known, each figure by its name.

    Periods on end begin where the one before ends, so that their movements may be added up.
    """
    found: dict[str, dict[str, Figure]] = {}
    for figure in sorted(movements, key=lambda each: each.period_start):
        if figure.value is not None:
            found.setdefault(figure.period_label, {})[figure.metric] = figure
    return _on_end({label: each for label, each in found.items() if {"mrr", *STEPS} <= set(each)})


def _on_end(found: dict[str, dict[str, Figure]]) -> dict[str, dict[str, Figure]]:
    labels = list(found)
    kept = labels[-1:]
    for before, after in zip(labels[-2::-1], labels[:0:-1], strict=True):
        if found[before]["mrr"].period_end != found[after]["mrr"].period_start:
            break
        kept.insert(0, before)
    return {label: found[label] for label in kept}


def opening_of(each: Mapping[str, Figure]) -> Decimal:
    """What a spreadsheet will find as the opening, for programs that count nothing."""
    return Decimal(str(each["mrr"].value)) - sum(signed(each[step]) for step in STEPS)


def signed(figure: Figure) -> Decimal:
    """A movement with its sign: losses are kept as positive numbers."""
    value = Decimal(str(figure.value))
    return -value if figure.metric in LOSSES else value
