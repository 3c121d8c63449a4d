"""Whatever a document shows is run: console blocks as commands, python blocks as doctests."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.walls.source import ROOT

FENCE = re.compile(r"^```(\w+)?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
EXIT = re.compile(r"\n?\[exit (\d+)\]\s*$")
KINDS = {"console", "python", "text", "toml", "sql", "json", "csv"}
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@dataclass(frozen=True)
class Shown:
    """A command of a document with what it is said to print and how it is said to end."""

    command: str
    prints: str
    ends: int


def blocks(page: Path, kind: str) -> list[str]:
    return [text for found, text in FENCE.findall(page.read_text()) if found == kind]


def commands(block: str) -> Iterator[Shown]:
    """The commands of a console block; `...` in what they print stands for anything."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, rest = part.partition("\n")
        ends = EXIT.search(rest)
        yield Shown(command, EXIT.sub("", rest).strip(), int(ends[1]) if ends else 0)


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.fixture
def place(
    page: Path, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A folder with a demo workspace where the page speaks of one, and `holdfast` on the path."""
    if "demo-workspace" in page.read_text():
        demo: Path = request.getfixturevalue("demo")
        shutil.copytree(demo, tmp_path / demo.name)
    programs = tmp_path / ".programs"
    programs.mkdir()
    shim = programs / "holdfast"
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m holdfast "$@"\n')
    shim.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("HOLDFAST_WORKSPACE", raising=False)
    return tmp_path


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "console")], ids=named)
def test_commands_print_what_the_page_shows(page: Path, place: Path) -> None:
    for shown in (each for block in blocks(page, "console") for each in commands(block)):
        ran = subprocess.run(
            shown.command,
            shell=True,
            cwd=place,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert ran.returncode == shown.ends, f"$ {shown.command}\n{ran.stdout}"
        wanted = re.escape(shown.prints).replace(re.escape("..."), ".*")
        if shown.prints:
            printed = "\n".join(line.rstrip() for line in ran.stdout.strip().splitlines())
            assert re.fullmatch(wanted, printed, re.DOTALL), f"$ {shown.command}\n{printed}"


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python")], ids=named)
def test_python_answers_what_the_page_shows(page: Path, place: Path) -> None:
    names: dict[str, Any] = {}
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    for number, block in enumerate(blocks(page, "python")):
        assert ">>>" in block, "a python block is a session"
        test = doctest.DocTestParser().get_doctest(block, names, f"{named(page)}[{number}]", str(page), 0)
        heard: list[str] = []
        runner.run(test, out=heard.append, clear_globs=False)
        names = test.globs
        assert not heard, "".join(heard)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_block_says_what_it_is(page: Path) -> None:
    assert {kind for kind, _ in FENCE.findall(page.read_text())} <= KINDS


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", FENCE.sub("", page.read_text()))
    inside = [link for link in links if "://" not in link]
    assert [link for link in inside if not (page.parent / link).exists()] == []


def test_every_make_target_a_page_names_is_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    told = {
        name
        for page in PAGES
        for name in re.findall(r"`?make ([a-z]+)\b(?=[`\s]*(?:#|`|$|  ))", page.read_text())
    }
    assert {"demo", "test"} <= told
    assert told <= targets


def test_every_room_has_its_page() -> None:
    rooms = {path.stem for path in (ROOT / "src/holdfast").iterdir() if path.is_dir() or path.suffix == ".py"}
    rooms -= {"__init__", "__main__", "__pycache__", "py"}
    pages = {path.stem for path in (ROOT / "docs/rooms").glob("*.md")}
    assert rooms - pages <= {"criterion", "errors", "extensions", "installation", "rulebook"}
    assert pages <= rooms
