"""Questions about what a business defined and wants: the workspace, its segments and its targets."""

from __future__ import annotations

from dataclasses import fields

from holdfast.web.answers import About, about
from holdfast.web.answers import asked as answers
from holdfast.web.reads import shapes
from holdfast.web.reads.parameters import KnownAt
from holdfast.web.reads.read import FIGURES, Answer, Asked, Paged, Read

OF_WORKSPACE = tuple(each.name for each in fields(About) if each.name not in {"calendar", "segments"})


class Standings(Paged, frozen=True, kw_only=True):
    """Since when targets are looked at."""

    known_at: KnownAt = None


def workspace(_: Asked) -> Answer:
    """The workspace: zone, currency, rulebook, up to when its data are whole, when the last record came."""
    found = about()
    told = {name: getattr(found, name) for name in OF_WORKSPACE}
    return Answer([told | {"zone": found.zone}])


def segments(_: Paged) -> Answer:
    """The segments with their rules, and how many accounts are in each now."""
    return Answer(answers.segments(), ("segment",))


def targets(asked: Standings) -> Answer:
    """The targets, how each stands, and what is to be expected."""
    return Answer(answers.targets(asked.known_at), ("target_id",))


READS = (
    Read("workspace", "workspace", FIGURES, Asked, shapes.Workspace, workspace),
    Read("segments", "segments", FIGURES, Paged, shapes.Segment, segments),
    Read("targets", "targets", FIGURES, Standings, shapes.Target, targets),
)
