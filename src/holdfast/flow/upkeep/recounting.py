"""Whether what is remembered of the default board is what counting it again gives."""

from __future__ import annotations

from holdfast.errors import UsageError
from holdfast.flow.answering.figures import Desk, Question
from holdfast.metrics import Figure
from holdfast.warehouse import Finding, Warehouse

EXAMPLES = 5


def check_remembered(warehouse: Warehouse) -> list[Finding]:
    """A finding where a figure remembered of the last months differs from the same counted again."""
    if warehouse.remembered.is_empty:
        return []
    with warehouse.reading():
        try:
            shown, again = (
                _by_name(Desk(warehouse, Question(anew=anew)).figures()) for anew in (False, True)
            )
        except UsageError:  # nothing to count yet
            return []
    wrong = [shown.get(each) or again[each] for each in shown | again if shown.get(each) != again.get(each)]
    if not wrong:
        return []
    return [
        Finding(
            code="remembered",
            severity="error",
            table="",
            count=len(wrong),
            message="figures remembered that are not what counting them again gives",
            what_to_do=f"Remove {warehouse.remembered.place}; figures are then counted again.",
            examples=tuple(f"{figure.name} {figure.period_label}" for figure in wrong[:EXAMPLES]),
        )
    ]


def _by_name(figures: list[Figure]) -> dict[str, Figure]:
    """The figures by what each is of; one that only one of two sides has is told apart so, too."""
    return {repr((each.name, each.period_label, dict(each.segment), dict(each.of))): each for each in figures}
