"""Experiments as pages show them: what one could show, what was begun, and what it says by now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from holdfast.flow import Workspace
from holdfast.flow.judging.experiments import Experiment, Plan, Reading
from holdfast.web.answers.readers import answer, do_record

__all__ = ["Experiment", "Plan", "Reading"]


@answer
def experiments_of(space: Workspace, known_at: datetime | None) -> Sequence[Experiment]:
    """Every experiment as it was said before it began, the newest first."""
    return space.experiments.all(known_at)


@answer
def reading_of(space: Workspace, experiment_id: str, known_at: datetime | None) -> Reading:
    """What one says as the data end."""
    return space.experiments.read(experiment_id, known_at=known_at)


@answer
def arms_of(space: Workspace, experiment_id: str) -> Mapping[str, str]:
    """The arm of each account that takes part in one."""
    return space.experiments.arms(experiment_id)


@answer
def plan_of(space: Workspace, segment: tuple[str, ...], days: int, share: float) -> Plan:
    """What one could show; raises UsageError for a window or a share that cannot be."""
    return space.experiments.plan(segment=segment, days=days, share=share)


def do_begin(
    name: str, segment: tuple[str, ...], days: int, share: float, least: float | None, by: str
) -> Experiment:
    """Hold accounts out from now on: what is said here is never said anew."""
    made, _ = do_record(
        lambda space: space.experiments.start(
            name, segment=segment, days=days, share=share, least=least, by=by
        )
    )
    return made
