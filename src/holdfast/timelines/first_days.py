"""New users and what they did in the days after they began (K21, K22)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

TIMELINES: dict[str, Callable[..., Any]] = {}
"""Timelines by the name that metrics call them; each takes a layout and periods."""
