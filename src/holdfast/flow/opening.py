"""Making a workspace in a folder, and opening the one that is there."""

from __future__ import annotations

from pathlib import Path

from holdfast.flow.knowing.settings import read_setting
from holdfast.flow.workspace import Workspace
from holdfast.warehouse import Warehouse


def create(
    folder: Path | str,
    *,
    zone: str = "UTC",
    currency: str = "USD",
    week_start: int | str = 0,
    fiscal_start: int = 1,
) -> Workspace:
    """Make a workspace in a folder and open it."""
    values = {"zone": zone, "currency": currency, "week_start": week_start, "fiscal_start": fiscal_start}
    for name, value in values.items():
        read_setting(name, value)
    space = Workspace(Warehouse.create(Path(folder)))
    space.set_all(values)
    return space


def open(folder: Path | str, *, read_only: bool = False) -> Workspace:
    """Open the workspace in a folder."""
    return Workspace(Warehouse.open(Path(folder), read_only=read_only))
