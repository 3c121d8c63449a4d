"""Answers to surveys, and the invitations they came from (K27 to K29, K32)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

TIMELINES: dict[str, Callable[..., Any]] = {}
"""Timelines by the name that metrics call them; each takes a layout and periods."""
