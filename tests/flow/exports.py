"""CSV exports of a few accounts, and processes that import and read them."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

PRICED = "phase_id,subscription_id,account_id,plan,start_at,status,currency,unit_amount,interval"


def accounts(path: Path, names: Iterable[str], country: str = "DE") -> Path:
    """Accounts of one country."""
    return _written(
        path, "account_id,created_at,country", (f"{n},2025-01-05T00:00:00Z,{country}" for n in names)
    )


def phases(path: Path, prices: Mapping[str, str], start: str = "2025-01-10T00:00:00Z") -> Path:
    """One monthly subscription per account, from January on."""
    rows = (f"p{n},s{n},{n},pro,{start},active,USD,{price},month" for n, price in prices.items())
    return _written(path, PRICED, rows)


def columns(path: Path) -> list[str]:
    """The header of a CSV file."""
    with path.open(newline="") as file:
        return next(csv.reader(file))


def holdfast(*arguments: str | Path) -> subprocess.Popen[str]:
    """The program as a process of its own."""
    return python("-m", "holdfast", *arguments)


def python(*arguments: str | Path) -> subprocess.Popen[str]:
    """Another Python process, with its output as text."""
    command = [sys.executable, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _written(path: Path, header: str, rows: Iterable[str]) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n")
    return path
