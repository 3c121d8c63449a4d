"""A figure of retention cost with each kind of cost counted otherwise, for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from holdfast.report.layout import Column, table
from holdfast.words import amount, money, say

if TYPE_CHECKING:
    from holdfast.metrics.figure import Figure
    from holdfast.metrics.shared_costs import SharedCost
    from holdfast.report.look import Look


def costs_otherwise(figure: Figure, costs: Sequence[SharedCost], look: Look) -> RenderableType:
    """A line for each kind of cost: what it is, and the figure with none, half and all of it.

    The figure is composed; its first part is the money spent.
    """

    def header(name: str) -> str:
        return say(f"costs.{name}", look.language)

    def column(name: str, values: Sequence[Decimal]) -> Column:
        cells = [Text(amount(value, figure.unit, look.language)) for value in values]
        return Column(name, header(name), cells, right=True)

    currency = figure.parts[0].unit
    names = [Text(say(f"category.{cost.category}", look.language)) for cost in costs]
    columns = [
        Column("category", header("category"), names),
        Column(
            "cost", header("cost"), [Text(money(c.cost, currency, look.language)) for c in costs], right=True
        ),
        column("none", [cost.none for cost in costs]),
        column("half", [cost.half for cost in costs]),
        column("whole", [cost.whole for cost in costs]),
        Column("now", header("now"), [Text(header("all" if c.counted else "nothing")) for c in costs]),
    ]
    return Group(Text(""), Text(header("title"), style="bold"), table(columns, look))
