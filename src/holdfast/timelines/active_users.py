"""Users and the days they were active on, by the windows that periods end with (K17, K18)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

TIMELINES: dict[str, Callable[..., Any]] = {}
"""Timelines by the name that metrics call them; each takes a layout and periods."""
