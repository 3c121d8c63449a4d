"""Whether what is remembered of the default board is what counting it again gives."""

from __future__ import annotations

from holdfast.errors import UsageError
from holdfast.flow.answering.figures import Desk, Question
from holdfast.warehouse import Finding, Warehouse

EXAMPLES = 5


def check_remembered(warehouse: Warehouse) -> list[Finding]:
    """A finding where a figure remembered of the last months differs from the same counted again."""
    if warehouse.remembered.is_empty:
        return []
    with warehouse.reading():
        try:
            shown, again = (Desk(warehouse, Question(anew=anew)).figures() for anew in (False, True))
        except UsageError:  # nothing to count yet
            return []
    wrong = [one for one, other in zip(shown, again, strict=True) if one != other]
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
