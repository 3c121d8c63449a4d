"""How many random companies a test tries: few in `make test`, many in `make trials`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import HealthCheck, Phase, settings

WHOLE = settings.default is not None and settings.default.max_examples > 100


COMPANIES = 3
"""How many companies a family of metrics tries in trials; three have three sets of rules."""


def companies(few: Sequence[tuple[int, str]], *zones: str) -> list[tuple[int, str]]:
    """Seed and zone of the companies that a test tries: the few, or in trials others, each zone in turn."""
    if not WHOLE:
        return list(few)
    return [(10 + place, zones[place % len(zones)]) for place in range(COMPANIES)]


def spread(cases: Sequence[Any], ways: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Every case in every way in trials; else each way once, the cases taking turns."""
    if WHOLE:
        return [(case, way) for case in cases for way in ways]
    return [(cases[place % len(cases)], way) for place, way in enumerate(ways)]


def tries(few: int, many: int) -> Callable[..., Any]:
    """So many examples; where one fails it is shown as it was drawn, for to shrink it takes minutes."""
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
    phases = (Phase.explicit, Phase.reuse, Phase.generate)
    return settings(
        max_examples=many if WHOLE else few, deadline=None, suppress_health_check=quiet, phases=phases
    )
