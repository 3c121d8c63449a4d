"""Libraries of services, brought when one is first spoken to: a question to the workspace needs none."""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any


@cache
def brought(name: str) -> Any:
    """The module of this name; raises ImportError where it is not installed."""
    return importlib.import_module(name)
