"""Targets as pages show them: how each stands, what was said of it, what is proposed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from holdfast.flow import Workspace
from holdfast.flow.aims.aiming import Aim
from holdfast.insights.proposals import Proposal
from holdfast.insights.targets import Standing, Target
from holdfast.web.answers.readers import answer

__all__ = ["Aim", "Proposal", "Standing", "Target"]


@answer
def targets_of(space: Workspace, known_at: datetime | None, *, dropped: bool = False) -> Sequence[Standing]:
    """How each target stands, the nearest date first; those dropped too where they are wanted."""
    return space.targets.standings(known_at=known_at, dropped=dropped)


@answer
def versions_of(space: Workspace, target_id: str) -> Sequence[Target]:
    """Every version of a target, the oldest first."""
    return space.targets.versions(target_id)


@answer
def proposal_of(space: Workspace, aim: Aim) -> Proposal:
    """Two values that a target may have; raises UsageError where the past is too short to draw from."""
    return space.targets.propose(aim)
