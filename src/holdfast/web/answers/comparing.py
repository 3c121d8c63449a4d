"""One figure counted two ways, with the accounts that lead from one to the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from holdfast.flow import Workspace
from holdfast.metrics.bridge import Bridge
from holdfast.web.answers.explaining import names_of
from holdfast.web.answers.readers import answer
from holdfast.web.answers.ruling import Wanted, values_of
from holdfast.web.answers.standpoint import Standpoint


@dataclass(frozen=True)
class Bridged:
    """A bridge, and the names of the accounts on it."""

    bridge: Bridge
    names: Mapping[str, str]


@answer
def bridge_of(
    space: Workspace,
    at: Standpoint,
    name: str,
    *,
    variant: str | None = None,
    known_at: datetime | None = None,
    against: str | None = None,
    tried: Wanted = (),
) -> Bridged:
    """The figure of the standpoint beside a variant, what was known earlier, another period, or settings."""
    ways = {"variant": variant, "known_at": known_at, "against": against, "tried": values_of(tried)}
    bridge = space.compare(name, at.grain, at.period, segment=at.segment, **ways)  # type: ignore[arg-type]
    return Bridged(bridge, names_of(space, [asdict(row) for row in bridge.rows[:200]]))
