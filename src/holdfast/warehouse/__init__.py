"""Kept: append-only tables with two clocks, and what is derived from them.

The warehouse knows no business rule. It stores what sources tell, gives it back as it is
known now or was known at any moment, keeps derived tables, checks what it holds, and erases
a person on request.
"""

from __future__ import annotations

from holdfast.warehouse.batch import NOTHING, Appended
from holdfast.warehouse.compact import Compacted
from holdfast.warehouse.erase import Erased
from holdfast.warehouse.findings import Finding
from holdfast.warehouse.memory import sufficing
from holdfast.warehouse.sealed import Answer
from holdfast.warehouse.store import Warehouse
from holdfast.warehouse.writing import Writing

__all__ = [
    "NOTHING",
    "Answer",
    "Appended",
    "Compacted",
    "Erased",
    "Finding",
    "Warehouse",
    "Writing",
    "sufficing",
]
