"""Why contracts were not renewed, beside a renewal rate; flagged where that is short of its target (C77)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from holdfast.metrics import find
from holdfast.report.layout import Column, fitted, table
from holdfast.report.phrases import title_text, value_text
from holdfast.report.targets import target_of, wanted
from holdfast.words import knows, say

if TYPE_CHECKING:
    from holdfast.insights.targets import Target
    from holdfast.metrics import Figure
    from holdfast.report.look import Look

BECAUSE = "lost_because"


def why_lost(figure: Figure, lost: Sequence[Figure], targets: Sequence[Target], look: Look) -> RenderableType:
    """The reasons of what was lost in the figure's period, what cost most first; flagged where it is low.

    `lost` are `lost_renewals` and `lost_renewals.mrr` by reason.
    """
    worth = {each.segment.get(BECAUSE): each for each in lost if each.name == "lost_renewals.mrr"}
    counts = [each for each in lost if each.name == "lost_renewals" and each.value]
    if not counts:
        return Group()

    def amount(count: Figure) -> Decimal:
        return Decimal(str(worth[count.segment.get(BECAUSE)].value or 0))

    counts.sort(key=amount, reverse=True)

    def column(name: str, cells: Sequence[str], *, right: bool = False) -> Column:
        return Column(name, say(f"lost.{name}", look.language), [Text(cell) for cell in cells], right=right)

    columns = [
        column("reason", [_reason(each.segment.get(BECAUSE), look) for each in counts]),
        column("contracts", [value_text(each, look).strip(" *") for each in counts], right=True),
        column(
            "mrr",
            [value_text(worth[each.segment.get(BECAUSE)], look).strip(" *") for each in counts],
            right=True,
        ),
    ]
    title = title_text("lost_renewals", look, find("lost_renewals").title)
    return Group(
        *_flag(figure, targets, look),
        Text(""),
        Text(say("lost.title", look.language, name=title), style="bold"),
        table(fitted(columns, look.width), look),
    )


def _flag(figure: Figure, targets: Sequence[Target], look: Look) -> list[Text]:
    target = target_of(figure, targets)
    if target is None or figure.value is None or target.is_reached_by(Decimal(str(figure.value))):
        return []
    said = say("lost.low", look.language, target=wanted(target, look), owner=target.owner)
    return [Text(""), Text(said, style="bold")]


def _reason(told: str | None, look: Look) -> str:
    key = f"lost.because.{told or 'unknown'}"
    return say(key, look.language) if knows(key) else str(told)
