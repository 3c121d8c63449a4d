"""Getting started: onboarding, activation and time to value (K23 to K25)."""

from __future__ import annotations

from collections.abc import Callable

from tests.oracle.answers import Answer

MEASURES: dict[str, Callable[..., Answer]] = {}
"""Metric -> what gives its answer from a company, a window and the metric's own dimension by name."""
