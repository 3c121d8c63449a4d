"""Which revenue was lost and why, and what is done about it, as pages show it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from holdfast.flow import Workspace
from holdfast.flow.aims.actions import Plan
from holdfast.flow.judging.causes import Causes
from holdfast.insights.actions import Result
from holdfast.web.answers.readers import answer
from holdfast.web.answers.standpoint import Standpoint

__all__ = ["Causes", "Plan", "Result"]


@answer
def causes_of(space: Workspace, at: Standpoint) -> Causes:
    """Churned MRR of the standpoint's period by cause, and what is at stake as the data end."""
    return space.causes(grain=at.grain, period=at.period, segment=at.segment, known_at=at.known_at)


@answer
def results_of(space: Workspace, known_at: datetime | None) -> Sequence[Result]:
    """What came of each action that was not dropped, those to be done first."""
    return space.actions.results(known_at=known_at)
