"""Reports that members ask for: made by a worker, because a whole board may take long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import timezone

from holdfast import flow
from holdfast.errors import Sentence, UsageError, unknown
from holdfast.flow import Question
from holdfast.metrics import find
from holdfast.metrics.boards import BOARDS
from holdfast.web.jobs.claims import do_enqueue
from holdfast.web.workspaces.audit import do_note
from holdfast.web.workspaces.models import Member

REPORT = "report"
MOST_LETTERS = 120


@dataclass(frozen=True)
class Wanted:
    """A report that is asked for: a role's board or metrics by name, over periods, of some accounts."""

    grain: str
    first: str
    last: str
    title: str = ""
    board: str = ""
    names: Sequence[str] = ()
    segment: Sequence[str] = ()

    @property
    def facts(self) -> dict[str, Any]:
        """What a job keeps of it."""
        told = {"grain": self.grain, "first": self.first, "last": self.last, "board": self.board}
        return {**told, "title": self.title, "names": list(self.names), "segment": list(self.segment)}


def do_ask(wanted: Wanted, *, by: Member) -> None:
    """Have a worker make a report; raises UsageError for a board or a metric that there is not."""
    if wanted.board and wanted.board not in BOARDS:
        raise unknown("board", wanted.board, BOARDS)
    if wanted.board and wanted.names:
        raise UsageError(
            Sentence("A board and single KPIs both say what to show."), hint=Sentence("Choose one of them.")
        )
    if len(wanted.title) > MOST_LETTERS:
        raise UsageError(
            Sentence("The name is too long."), hint=Sentence("At most {count} letters.", count=MOST_LETTERS)
        )
    for name in wanted.names:
        find(name)
    do_enqueue(REPORT, {**wanted.facts, "by": by.email}, due_at=timezone.now())
    do_note(by, "asked for", f"report {wanted.title or wanted.last}", wanted.facts)


def make_asked(folder: Path, facts: dict[str, Any]) -> None:
    """Make a report that was asked for, and keep it."""
    asked = {name: facts[name] for name in ("grain", "first", "last", "board")}
    question = Question(**asked, names=tuple(facts["names"]), segment=tuple(facts["segment"]))
    with flow.open(folder) as space:
        space.reports.make(question, title=facts["title"], by=facts["by"])
