"""Costs spread over the days they are for, and margins that follow from them (K14 to K16)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

TIMELINES: dict[str, Callable[..., Any]] = {}
"""Timelines by the name that metrics call them; each takes a layout and periods."""
