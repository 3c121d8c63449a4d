"""The weights of health as known: the profiles that a workspace keeps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from holdfast.metrics.health.weights import Profile
from holdfast.warehouse import Warehouse

PROFILES = "health_profiles"


def kept_profiles(warehouse: Warehouse, known_at: datetime | None) -> tuple[Profile, ...]:
    """The profiles that were set, each as known last; those that Holdfast brings are not among them."""
    rows = warehouse.rows(PROFILES, known_at)
    return tuple(map(_profile, sorted(rows, key=lambda row: row["name"])))


def _profile(row: Mapping[str, Any]) -> Profile:
    weights = {name: Fraction(text) for name, text in json.loads(row["weights"]).items()}
    version = f"{row['recorded_at'].isoformat()}Z"
    return Profile(row["name"], weights, row["rule"], row["place"] or 0, version)
