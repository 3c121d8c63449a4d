"""Names that say something, imports at the top, and nothing of the machine it was written on."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.walls.source import ONE_WORD_FOR_NOTHING, ROOT, inner_imports, python_files, written_files

MAY_IMPORT_LATE = re.compile(
    r"src/holdfast/(cli(/.*)?|__main__|web/((upkeep|member|alert)_)?commands)(\.py)?$"
)
PLACE_OF_A_MACHINE = re.compile(r"(?<![\w.])/(?:work|farm|home|root|Users)/\w")
OUTSIDE_THE_PROJECT = re.compile(r"\.\./" + "shared")


def test_no_file_or_folder_is_named_for_nothing() -> None:
    named = {part for path in python_files() for part in (*path.parts[:-1], path.stem)}
    assert named & ONE_WORD_FOR_NOTHING == set()


def test_no_room_or_file_is_named_like_a_standard_module() -> None:
    taken = sys.stdlib_module_names - {"__main__", "__init__", "__future__"}
    inside = [path.relative_to("src/holdfast") for path in python_files("src")]
    assert [str(path) for path in inside if {*path.parts[:-1], path.stem} & taken] == []


def test_imports_stand_at_the_top() -> None:
    files = [path for path in python_files("src") if not MAY_IMPORT_LATE.match(str(path))]
    assert [place for path in files for place in inner_imports(path)] == []


def test_nothing_names_a_place_on_the_machine_it_was_written_on() -> None:
    assert [str(path) for path in written_files() if says(path, PLACE_OF_A_MACHINE)] == []
    assert [str(path) for path in written_files() if says(path, OUTSIDE_THE_PROJECT)] == []


def test_locks_pin_by_hash_and_name_no_host() -> None:
    locks = sorted((ROOT / "requirements").glob("*.txt"))
    assert len(locks) >= 3
    for lock in locks:
        text = lock.read_text()
        assert "://" not in text, lock.name
        pinned = [line for line in text.splitlines() if "==" in line]
        assert pinned
        assert all(line.endswith("\\") for line in pinned), f"{lock.name} has a line without a hash"


def says(path: Path, pattern: re.Pattern[str]) -> bool:
    """Whether the file, read as text, has the pattern anywhere."""
    return bool(pattern.search((ROOT / path).read_bytes().decode(errors="ignore")))
