"""Holdfast measures who stays, who leaves and what it costs, on a company's own records.

`holdfast.open(folder)` opens a workspace and `holdfast.create(folder)` makes one; both give a
`Workspace` whose questions answer with figures, Ibis tables or Arrow tables. Importing the
package loads nothing heavy: the rooms are imported when first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from holdfast.flow import Workspace, create, open

__version__ = "0.1.0"
__all__ = ["Workspace", "__version__", "create", "open"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module("holdfast.flow"), name)
    raise AttributeError(f"module 'holdfast' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
