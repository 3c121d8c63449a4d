"""A report as a workbook for spreadsheet programs: a board with charts, and what stands behind it.

Every quotient and sum in it is a live formula over the sums that were counted, written with its
value, so that programs that count nothing show the same figures.
"""

from __future__ import annotations

from holdfast.report.workbook.contents import Contents, Evidence, Goal, Row, Stamp
from holdfast.report.workbook.writing import write

__all__ = ["Contents", "Evidence", "Goal", "Row", "Stamp", "write"]
