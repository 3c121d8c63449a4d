"""Help in the reader's language: every text of every command, chosen as answers choose it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from io import BytesIO, TextIOWrapper
from typing import Any
from unittest.mock import patch

import pytest
import typer

import holdfast.__main__  # noqa: F401 - the commands of the server too
from holdfast.cli import app
from holdfast.cli.helping import GAP, LABELS, OTHERS
from holdfast.words import LANGUAGES
from holdfast.words.helps import OF_HELP, helped
from holdfast.words.sentences import sentences
from tests.cli.shell import ROOT

HEADINGS = {"Usage", "Options", "Arguments", "Commands", "Show this message and exit."}
LEFT, RIGHT, END = "\u2066", "\u2067", "\u2069"
WORDS_ALONE = "over, under; either, higher, lower; missed, unlikely, met."
"""What is typed, and nothing else: an Indonesian writes it alike."""

TOLD = re.compile(r"^ +(?!holdfast |HOLDFAST_|SERVE)[A-Z].*[a-z] [a-z].*[.:]$|^[A-Z][a-z]+:")
"""A line of English help that is a sentence or a heading."""

every_other = pytest.mark.parametrize("language", OTHERS)


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, (*path, name))


APPLICATION = typer.main.get_command(app)
EVERY = list(commands(APPLICATION))


def texts() -> set[str]:
    """All that help can say: of commands, their parameters, and in and beside their examples."""
    found: set[str | None] = {*HEADINGS, *LABELS}
    for _, command in EVERY:
        found |= {command.help, *(getattr(each, "help", None) for each in command.params)}
        for line in (command.epilog or "").splitlines():
            parts = GAP.split(line.strip())
            found |= {line.strip()[:-1]} if line.endswith(":") else set(parts[2:])
    return {text for text in found if text and text.strip("\b")}


def shown(*arguments: str, **environment: str) -> str:
    """What the shell writes, by one application for all the tests: telling changes nothing of it."""
    written = TextIOWrapper(BytesIO(), encoding="utf-8")
    env = {"LC_ALL": "C.UTF-8", "COLUMNS": "100", **environment}
    with patch.dict(os.environ, env), redirect_stdout(written), redirect_stderr(written):
        with suppress(SystemExit):
            APPLICATION.main(list(arguments), prog_name="holdfast")
        written.flush()
        return written.buffer.getvalue().decode()


def test_the_languages_of_help_are_those_of_the_words() -> None:
    assert ("en", *OTHERS) == LANGUAGES


def test_every_text_of_help_is_in_the_catalogue_and_no_other() -> None:
    known = {english for key, english in sentences("en").items() if key.startswith(OF_HELP)}
    assert sorted(texts() - known) == []
    assert sorted(known - texts()) == []


@every_other
def test_every_text_is_told_with_what_is_typed_as_it_stands(language: str) -> None:
    typed = re.compile(
        r"`[^`]+`|--[a-z-]+|HOLDFAST_[A-Z_]+|(?<![a-z])[a-z]+_[a-z_]+|\d{4}-\d\d|NAME=VALUE|\.svg|\.png"
    )
    for english in texts():
        told = helped(english, language)
        assert told != english or english == WORDS_ALONE
        assert set(typed.findall(told)) == set(typed.findall(english))


@every_other
@pytest.mark.parametrize("path", [path for path, _ in EVERY], ids=" ".join)
def test_no_help_is_half_english(path: tuple[str, ...], language: str) -> None:
    """Of each command all is told: no sentence, heading or label of its English help is left."""
    english = shown(*path, "--help", HOLDFAST_LANG="en")
    told = shown(*path, "--help", HOLDFAST_LANG=language)
    plain = re.sub(f"[{LEFT}{RIGHT}{END}]", "", told)
    assert helped("Options", language) in plain
    assert helped("Usage", language) + ":  holdfast" in plain
    sentences_left = {line.strip() for line in english.splitlines() if TOLD.search(line)}
    assert sentences_left & {line.strip() for line in plain.splitlines()} == set()
    assert not re.search(r"\[(default|env var|required)|Options:|Commands:|Arguments:|Examples:", plain)


def test_the_language_is_that_of_the_option_then_the_variable_then_the_terminal() -> None:
    options = {language: helped("Options", language) for language in OTHERS}
    assert options["hi"] in shown("kpis", "--help", "--lang", "hi", HOLDFAST_LANG="id", LC_ALL="fa_IR.UTF-8")
    assert options["hi"] in shown("kpis", "--lang=hi", "-h", HOLDFAST_LANG="id")
    assert options["id"] in shown("kpis", "--help", HOLDFAST_LANG="id", LC_ALL="fa_IR.UTF-8")
    assert options["fa"] in shown("kpis", "--help", HOLDFAST_LANG="", LC_ALL="fa_IR.UTF-8")
    for tag in ("de_DE.UTF-8", "xx", "en-GB"):
        assert "Options:" in shown("kpis", "--help", HOLDFAST_LANG=tag)
    assert "Options:" in shown("kpis", "--help", HOLDFAST_LANG="fa", LC_ALL="C")
    assert options["id"] in shown("kpis", "--help", HOLDFAST_LANG="id", LC_ALL="C")


def test_a_command_without_arguments_tells_too() -> None:
    assert helped("Commands", "fa") in shown(HOLDFAST_LANG="fa")
    assert helped("Make a key; it is shown this once, and kept hashed.", "ar") in re.sub(
        f"[{LEFT}{RIGHT}{END}]", "", shown("keys", HOLDFAST_LANG="ar", COLUMNS="200")
    )


def test_what_is_read_from_the_right_is_isolated_and_what_is_typed_is_not() -> None:
    told = shown("targets", "set", "--help", HOLDFAST_LANG="fa")
    lines = told.splitlines()
    assert "    holdfast targets set mrr 60000 --date 2026-Q4 --grain quarter --owner bo" in lines
    assert any(line.startswith("  -h, --help") and f"{RIGHT}این" in line for line in lines)
    for line in lines:
        assert line.count(LEFT) + line.count(RIGHT) == line.count(END)
        outside = re.sub(f"{RIGHT}.*?{END}", "", re.sub(f"{LEFT}.*?{END}", "", line))
        assert not re.search("[\u0600-\u06ff]", outside), line
    assert LEFT not in shown("targets", "set", "--help", HOLDFAST_LANG="hi")


def test_help_in_persian_loads_no_engine() -> None:
    heavy = (
        "duckdb",
        "ibis",
        "pandas",
        "pyarrow",
        "numpy",
        "scipy",
        "rich",
        "holdfast.flow",
        "holdfast.report",
    )
    code = (
        "import sys; from typer.testing import CliRunner; from holdfast.cli import app; "
        "assert '\u06af' in CliRunner().invoke(app, ['--help']).output; "
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "HOLDFAST_LANG": "fa", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == "[]"
