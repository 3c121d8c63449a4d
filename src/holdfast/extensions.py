"""DuckDB's extensions, loaded from the wheels that bring them: no network, nothing written anywhere."""

from __future__ import annotations

from importlib.resources import files

import duckdb


def load(con: duckdb.DuckDBPyConnection, *names: str) -> None:
    """Load extensions by name, each from its package `duckdb_extension_NAME`."""
    for name in names:
        folder = files(f"duckdb_extension_{name}") / "extensions" / f"v{duckdb.__version__}"
        con.load_extension(str(folder / f"{name}.duckdb_extension"))
