"""A report as one self-contained page: the board as tables, interactive charts, cohorts, definitions."""

from __future__ import annotations

from holdfast.report.page.writing import page_of, write

__all__ = ["page_of", "write"]
