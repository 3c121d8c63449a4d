"""What a target is set with, as it is typed."""

from __future__ import annotations

from enum import StrEnum
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from holdfast.cli.options import grain_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from holdfast.flow.aims.aiming import Aim


class Direction(StrEnum):
    """Which side of a target is good."""

    HIGHER = "higher"
    LOWER = "lower"


Id = Annotated[str, typer.Argument(metavar="ID", help="The target's id, or how it begins.")]
Value = Annotated[str, typer.Argument(metavar="VALUE", help="The value to reach: 2.5% or 0.025, 50000, 4.2.")]
Way = Annotated[
    Direction | None,
    typer.Option(
        "--direction", help="Which side is good; by default what the catalogue says.", show_default=False
    ),
]
Date = Annotated[str, typer.Option("--date", "--by-date", help="The period to reach it in, such as 2026-06.")]
NewDate = Annotated[
    str | None, typer.Option("--date", "--by-date", help="Another period.", show_default=False)
]
NewValue = Annotated[str | None, typer.Option("--value", help="Another value.", show_default=False)]
NewOwner = Annotated[str | None, typer.Option("--owner", help="Another owner.", show_default=False)]
Owner = Annotated[str, typer.Option("--owner", help="Who answers for it.")]
Reason = Annotated[str, typer.Option("--reason", help="Why it is changed.")]
Because = Annotated[str | None, typer.Option("--reason", help="Why it is set so.", show_default=False)]
Untested = Annotated[
    bool, typer.Option("--untested", help="Also where meeting the criterion was not seen to go with staying.")
]
Who = Annotated[str | None, typer.Option("--who", help="Who says so.", show_default=False)]
All = Annotated[bool, typer.Option("--all", help="Also those that were dropped.")]


def aim_of(
    name: str, date: str, grain: str | None, segment: Sequence[str] | None, direction: Direction | None
) -> Aim:
    """The aim that the options make; a date without a grain has that of its label, a day means its month."""
    from holdfast.flow.aims.aiming import Aim

    return Aim(
        metric=name,
        date=date,
        grain=grain_of(grain, date if len(date) < len("2026-06-30") else None),
        segment=tuple(segment or ()),
        direction=direction.value if direction else None,
    )


def command_for(aim: Aim, value: str) -> str:
    """What sets the target that was proposed."""
    parts = [
        "holdfast targets set",
        aim.metric,
        value,
        "--date",
        aim.date,
        "--grain",
        aim.grain,
        "--owner NAME",
    ]
    parts += [f"--segment {quote(each)}" for each in aim.segment]
    parts += [f"--direction {aim.direction}"] if aim.direction else []
    return " ".join(parts)
