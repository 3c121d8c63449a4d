"""What every page shares: the state in its address, its frame, its words, who may see it."""

from __future__ import annotations

from holdfast.web.pages.guarding import page
from holdfast.web.pages.view import View

__all__ = ["View", "page"]
