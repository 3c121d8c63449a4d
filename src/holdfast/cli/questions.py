"""What a board is asked with, shared by the commands that show one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from holdfast.cli.options import grain_of, instant, names_of_boards, names_of_metrics, rules_of
from holdfast.errors import UsageError

if TYPE_CHECKING:
    from holdfast.flow import Question, Workspace
    from holdfast.flow.answering.figures import Seen

Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME", help="A metric, or a variant as name.variant.", autocompletion=names_of_metrics
    ),
]
Period = Annotated[str, typer.Option("--period", help="The period, such as 2025-04 or 2025-Q2.")]
Names = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="NAME", help="Metrics, or variants as name.variant; the board without.",
        autocompletion=names_of_metrics, show_default=False,
    ),
]  # fmt: skip
First = Annotated[
    str | None, typer.Option("--from", help="The first period, such as 2025-01.", show_default=False)
]
Last = Annotated[str | None, typer.Option("--to", help="The last period, included.", show_default=False)]
Given = Annotated[
    list[str] | None,
    typer.Option(
        "--given",
        help="A number entered by hand, as NAME=VALUE, for variants that take it.",
        show_default=False,
    ),
]


RoleBoard = Annotated[
    str | None,
    typer.Option(
        "--board",
        help="The board of a role: leadership, success, product or billing; all KPIs without.",
        autocompletion=names_of_boards,
        show_default=False,
    ),
]


@dataclass(frozen=True)
class Typed:
    """The options of a board as they were typed."""

    names: Sequence[str] | None = None
    grain: str | None = None
    first: str | None = None
    last: str | None = None
    by: Sequence[str] | None = None
    as_of: str | None = None
    known_at: str | None = None
    given: Sequence[str] | None = None
    rulebook: str | None = None
    segment: Sequence[str] | None = None
    board: str | None = None

    def question(self, space: Workspace) -> Question:
        """The question they make, in the words and zone of a workspace."""
        from holdfast.flow import Question

        if self.names and self.board:
            raise UsageError("Names and --board both say what to show.", hint="Leave one of them out.")
        return Question(
            names=tuple(self.names or ()),
            grain=grain_of(self.grain, self.last or self.first),
            first=self.first,
            last=self.last,
            by=tuple(self.by or ()),
            segment=tuple(self.segment or ()),
            board=self.board or "",
            given=dict(_pair(each) for each in self.given or ()),
            **self.seen(space),
        )

    def seen(self, space: Workspace) -> Seen:
        """From where the figures are looked at."""
        return {
            "as_of": instant(self.as_of, "--as-of", space.calendar),
            "known_at": instant(self.known_at, "--known-at", space.calendar),
            "rulebook": rules_of(self.rulebook, space),
        }


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"--given cannot be {text!r}.", hint="A name and a number, such as customers=1000.")
    return name, value
