"""Several processes on one workspace: imports that are killed, and boards read while others import."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import holdfast
from holdfast.flow import Workspace
from tests.flow import exports

ROWS = 3000
PRICES = (120, 150)
READER = """
import sys
import holdfast
seen = set()
with holdfast.open(sys.argv[1], read_only=sys.argv[2] == 'reads') as space:
    while 150 * 8 not in seen:
        (mrr,) = space.kpis(['mrr'], first='2025-03', last='2025-03')
        (accounts,) = space.kpis(['paying_customers'], first='2025-03', last='2025-03')
        assert accounts.value == 8
        seen.add(int(mrr.value))
        print(mrr.value, flush=True)
assert seen <= {800, 960, 1200}, seen
"""


def killed_after(process: Any, seconds: float) -> None:
    time.sleep(seconds)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()


def seconds_of(process: Any) -> float:
    """How long an import takes when it is let be."""
    began = time.monotonic()
    _, problem = process.communicate(timeout=120)
    assert process.returncode == 0, problem
    return time.monotonic() - began


def rows_by_import(space: Workspace) -> tuple[dict[str, int], set[str]]:
    """How many accounts of each file are stored, by the first part of their id, and which imports are."""
    rows = space.records("accounts")
    counted = (
        rows.group_by(file=rows.account_id.split("-")[0]).agg(rows=rows.count()).to_pyarrow().to_pylist()
    )
    files = space.records("imports").files.to_pyarrow().to_pylist()
    return {row["file"]: row["rows"] for row in counted}, {file[2:-6] for file in files}


def names(file: str) -> list[str]:
    return [f"{file}-{number}" for number in range(ROWS)]


@pytest.mark.trial
def test_an_import_that_is_killed_leaves_all_or_nothing(
    tmp_path: Path, sized: Callable[[Any, Any], Any], record_property: Callable[[str, object], None]
) -> None:
    folder, chance, stored = tmp_path / "w", random.Random(3), 0
    holdfast.create(folder).close()
    first = exports.accounts(tmp_path / "first.csv", names("first"))
    lasts = seconds_of(exports.holdfast("import", "accounts", first, "-w", folder, "-q"))
    kills: int = sized(4, 16)
    for kill in range(kills):
        file = exports.accounts(tmp_path / f"f{kill}.csv", names(f"f{kill}"))
        process = exports.holdfast("import", "accounts", file, "-w", folder, "-q")
        killed_after(process, lasts * chance.uniform(0.2, 1))
        with holdfast.open(folder, read_only=True) as space:
            rows, imports = rows_by_import(space)
        assert set(rows.values()) == {ROWS}
        assert rows.keys() == imports
        stored = len(rows)
    last = exports.accounts(tmp_path / "last.csv", names("last"))
    seconds_of(exports.holdfast("import", "accounts", last, "-w", folder, "-q"))
    with holdfast.open(folder) as space:
        assert rows_by_import(space)[0].keys() >= {"first", "last"}
        assert {finding.code for finding in space.check()} <= {"orphan_files"}
    record_property("kills", kills)
    record_property("imports that were stored before the kill", stored - 1)


@pytest.mark.trial
def test_a_board_read_while_others_import_is_that_of_before_or_after(
    tmp_path: Path, sized: Callable[[Any, Any], Any], record_property: Callable[[str, object], None]
) -> None:
    boards = 0
    for turn in range(sized(1, 4)):
        folder = tmp_path / f"w{turn}"
        holdfast.create(folder).close()
        seconds_of(priced(tmp_path, folder, 100))
        readers = [exports.python("-c", READER, folder, how) for how in ("reads", "writes too")]
        for price in PRICES:
            seconds_of(priced(tmp_path, folder, price))
        for reader in readers:
            out, problem = reader.communicate(timeout=120)
            assert reader.returncode == 0, problem
            boards += len(out.split())
    record_property("boards read", boards)


def priced(files: Path, folder: Path, price: int) -> Any:
    """A process that imports eight accounts which all pay one price."""
    file = exports.phases(files / f"{price}.csv", {f"a{number}": str(price) for number in range(8)})
    whole = ("--through", "2025-04-10", "-q")
    return exports.holdfast("import", "subscription_phases", file, "-w", folder, *whole)
