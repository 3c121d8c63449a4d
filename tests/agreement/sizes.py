"""How many random companies a test tries: few in `make test`, many in `make trials`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings

WHOLE = settings.default is not None and settings.default.max_examples > 100


def tries(few: int) -> Callable[..., Any]:
    """So many examples, or as many as the profile says where trials run whole."""
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
    many = settings.default.max_examples if WHOLE and settings.default is not None else few
    return settings(max_examples=many, deadline=None, suppress_health_check=quiet)
