"""Which phases follow each other as one subscription of ours.

A subscription of Stripe bills several items at once; phases of one subscription of ours never
overlap. Items that follow each other share a lane, items side by side have one each; the first is
called like Stripe's subscription, so that its invoices lead to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from holdfast.collect.sources.stripe.discounts import TakenOff
from holdfast.collect.sources.stripe.prices import Priced


@dataclass(frozen=True)
class Phase:
    """One item at one price in one status."""

    item: str
    start: datetime
    end: datetime | None
    status: str
    cost: Priced
    off: TakenOff | None


@dataclass(frozen=True)
class Lane:
    """Phases that never overlap, oldest first."""

    name: str
    phases: list[Phase]


def joined(phases: Sequence[Phase]) -> list[Phase]:
    """Phases of an item that touch and say the same are one."""
    found: list[Phase] = []
    for phase in sorted(phases, key=lambda each: (each.item, each.start)):
        last = found[-1] if found else None
        if last and last.end == phase.start and replace(last, start=phase.start, end=phase.end) == phase:
            found[-1] = replace(last, end=phase.end)
        else:
            found.append(phase)
    return found


def lanes_of(subscription_id: str, phases: Sequence[Phase]) -> list[Lane]:
    """The phases in as few lanes as hold them, each item whole in one."""
    runs: dict[str, list[Phase]] = {}
    for phase in sorted(phases, key=lambda each: each.start):
        runs.setdefault(phase.item, []).append(phase)
    lanes: list[Lane] = []
    for run in sorted(runs.values(), key=lambda each: (each[0].start, each[0].item)):
        free = (lane for lane in lanes if _over_by(lane.phases[-1].end, run[0].start))
        lane = next(free, None)
        if lane is None:
            name = f"{subscription_id}+{len(lanes)}" if lanes else subscription_id
            lane = Lane(name, [])
            lanes.append(lane)
        lane.phases.extend(run)
    return lanes


def _over_by(end: datetime | None, start: datetime) -> bool:
    return end is not None and end <= start
