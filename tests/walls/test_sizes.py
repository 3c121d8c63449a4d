"""Files and functions stay small; what is over the aim is listed, and the list only shrinks."""

from __future__ import annotations

import tomllib

from tests.walls.source import ROOT, functions, python_files

FILE_AIM, FILE_WALL, FUNCTION_AIM = 300, 500, 40
ALLOWED = tomllib.loads((ROOT / "tests/walls/ratchet.toml").read_text())


def over(found: dict[str, int], allowed: dict[str, int], aim: int) -> list[str]:
    """What is over its allowance, and what the list still allows without need."""
    grown = [f"{name}: {size}" for name, size in found.items() if size > allowed.get(name, aim)]
    idle = [f"{name}: listed with {size} but has {found.get(name, 0)}" for name, size in allowed.items()
            if found.get(name, 0) < size]  # fmt: skip
    return grown + idle


def test_no_file_grows_beyond_the_aim() -> None:
    found = {str(path): len((ROOT / path).read_text().splitlines()) for path in python_files()}
    assert over(found, ALLOWED["files"], FILE_AIM) == []
    assert [name for name, size in found.items() if size > FILE_WALL] == []


def test_no_function_grows_beyond_the_aim() -> None:
    found = {each.place: each.lines for path in python_files() for each in functions(path)}
    assert over(found, ALLOWED["functions"], FUNCTION_AIM) == []
