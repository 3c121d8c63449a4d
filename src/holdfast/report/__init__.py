"""SHOWN: figures, changes and explanations as a terminal table, JSON or CSV.

Nothing is computed here: whether a change is one is decided in `metrics`, and rounding is for
the eye. Every renderer takes a `Look`, which says what the reader's terminal can show.
"""

from __future__ import annotations

from holdfast.report.board import Board, Line
from holdfast.report.look import Look

__all__ = ["Board", "Line", "Look"]
