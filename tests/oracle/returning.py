"""New users who come back, and those who do not (K21, K22)."""

from __future__ import annotations

from collections.abc import Callable

from tests.oracle.answers import Answer

MEASURES: dict[str, Callable[..., Answer]] = {}
"""Metric -> what gives its answer from a company, a window and the metric's own dimension by name."""
