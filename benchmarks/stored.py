"""Records and derived tables of a workspace as Parquet files, for other engines to load."""

from __future__ import annotations

from pathlib import Path

from benchmarks.by_hand import ByHand, statements
from benchmarks.company import Company

ORDERS = {"events": "user_id, occurred_at", "activity_days": "day, user_id", "account_months": "period_start"}
"""How a table is laid down, where that helps."""


def store(company: Company, hand: ByHand, folder: Path) -> dict[str, Path]:
    """Write every table that other engines read; gives the file of each."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for table, query in statements(Path(__file__).with_name("stored.sql"), hand.names):
        files[table] = folder / f"{table}.parquet"
        company.warehouse.con.execute(f"copy ({query}) to '{files[table]}' (format parquet)")
    return files
