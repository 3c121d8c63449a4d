"""DuckDB's extensions, loaded from the wheels that bring them: no network, nothing written anywhere."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import duckdb

TRUSTED: dict[str, Any] = {"allow_unsigned_extensions": True}
"""How a connection of our own begins. To check a signature, DuckDB hashes the extension, 36 MB, at every
connection: a tenth of a second each. They come as DuckDB's own library does, from wheels pinned by their
hashes, and lie beside it: who could change the one could change the other."""


def load(con: duckdb.DuckDBPyConnection, *names: str) -> None:
    """Load extensions by name, each from its package `duckdb_extension_NAME`."""
    for name in names:
        folder = files(f"duckdb_extension_{name}") / "extensions" / f"v{duckdb.__version__}"
        con.load_extension(str(folder / f"{name}.duckdb_extension"))
