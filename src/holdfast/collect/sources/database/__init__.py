"""Any SQL database or warehouse that the business has: a declared query for each table, read in batches."""

from __future__ import annotations

from holdfast.collect.sources.database.declaration import Database, Pulled, database
from holdfast.collect.sources.database.pull import Asker, Batch, batches, unplaced

__all__ = ["Asker", "Batch", "Database", "Pulled", "batches", "database", "unplaced"]
