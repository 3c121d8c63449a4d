"""The demo workspace."""

from __future__ import annotations

from tests.demo import demo

__all__ = ["demo"]
