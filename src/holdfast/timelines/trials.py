"""Trials and what became of them (K26)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

TIMELINES: dict[str, Callable[..., Any]] = {}
"""Timelines by the name that metrics call them; each takes a layout and periods."""
