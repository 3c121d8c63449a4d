"""Extensions are taken as they came with the program; a stranger's are not taken at all."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import duckdb
import pytest

from holdfast.warehouse import Warehouse
from holdfast.warehouse.sealed import seal

ASKED = "select current_setting('allow_unsigned_extensions')"


def test_a_connection_that_reads_has_signatures_checked(warehouse: Warehouse, tmp_path: Path) -> None:
    (known,) = Path(str(files("duckdb_extension_excel"))).rglob("excel.duckdb_extension")
    strange = tmp_path / "excel.duckdb_extension"
    changed = bytearray(known.read_bytes())
    changed[len(changed) // 2] ^= 1
    strange.write_bytes(changed)
    assert warehouse.con.execute(ASKED).fetchone() == (True,)
    with Warehouse.open(warehouse.folder, read_only=True) as reader:
        assert reader.con.execute(ASKED).fetchone() == (False,)
        with pytest.raises(duckdb.IOException, match="signature"):
            reader.con.execute(f"load '{strange}'")
        seal(reader.con, reader.folder)
        with pytest.raises(duckdb.Error, match="disabled"):
            reader.con.execute(f"load '{strange}'")
