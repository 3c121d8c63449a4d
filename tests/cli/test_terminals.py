"""Every terminal: without UTF-8, without colour, narrow, closed early; and the demo itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from holdfast.cli import app
from holdfast.words import say
from tests.cli.shell import ROOT, holdfast

WHOLE = ["kpis"]
SOME = ["kpis", "mrr", "mrr_churn", "arpa", "customer_churn_rate", "survival", "quick_ratio", "csat"]
"""A board with money, shares, a ratio and what is undefined: as wide as the whole, and quicker."""


@pytest.mark.parametrize("arguments", ["kpis", "explain mrr --period 2024-06", "check", "--help"])
def test_a_stream_without_utf8_gets_ascii(demo: Path, arguments: str) -> None:
    env = {"PYTHONIOENCODING": "ascii", "HOLDFAST_WORKSPACE": str(demo)}
    ran = holdfast(*arguments.split(), env=env)
    assert ran.returncode in {0, 6}, ran.stderr.decode()
    assert ran.stdout.isascii()
    assert ran.stderr == b""


@pytest.mark.parametrize("env", [{"LC_ALL": "C"}, {"LC_ALL": "", "LANG": "C"}])
def test_a_person_who_set_the_c_locale_gets_ascii(env: dict[str, str]) -> None:
    assert holdfast("metrics", env=env).stdout.isascii()
    assert not holdfast("metrics", env={"LC_ALL": "C.UTF-8"}).stdout.isascii()


def test_json_keeps_every_sign_in_any_terminal(demo: Path) -> None:
    asked = ["explain", "mrr", "--period", "2024-06", "--format", "json", "-w", demo]
    assert holdfast(*asked, env={"PYTHONIOENCODING": "ascii"}).stdout.isascii()


@pytest.mark.parametrize("width", [40, 60, 80, 100, 132, 200])
def test_no_line_is_wider_than_the_terminal(demo: Path, width: int) -> None:
    board = WHOLE if width == 80 else SOME
    for arguments in (board, ["explain", "mrr", "--period", "2024-06"], ["metrics"]):
        where = ["-w", str(demo)] if arguments != ["metrics"] else []
        answer = CliRunner().invoke(app, [*arguments, *where], env={"COLUMNS": str(width)})
        lines = [line.rstrip() for line in answer.output.splitlines()]
        assert lines
        assert max(map(len, lines)) <= width


def test_a_pipe_gets_no_colour(demo: Path) -> None:
    assert b"\x1b[" not in holdfast(*SOME, "-w", demo).stdout


def test_no_color_is_obeyed_where_colour_is_forced(demo: Path) -> None:
    coloured = holdfast(*SOME, "-w", demo, env={"FORCE_COLOR": "1"}).stdout
    assert b"\x1b[3" in coloured
    calm = holdfast(*SOME, "-w", demo, env={"FORCE_COLOR": "1", "NO_COLOR": "1"}).stdout
    assert b"\x1b[3" not in calm


def test_a_reader_who_leaves_early_is_no_error(demo: Path) -> None:
    asked = f"{sys.executable} -m holdfast explain mrr --period 2024-06 --rows 0 -w {demo}"
    code = f"{asked} | head -n 1; echo ${{PIPESTATUS[0]}}"
    ran = subprocess.run(
        ["bash", "-c", code],
        env={"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin:/bin", "HOME": str(Path.home())},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in ran.stderr
    assert ran.stdout.splitlines()[-1] == "0"


def test_the_demo_runs_from_the_first_line_to_the_last(tmp_path: Path) -> None:
    ran = holdfast("demo", "try", "--accounts", "60", "--months", "5", cwd=tmp_path)
    text = ran.stdout.decode()
    assert ran.returncode == 0, ran.stderr.decode()
    steps = [
        "1. A company with 60 accounts",
        "2. A workspace in try",
        "3. Its board",
        "4. One number",
        "Try next:",
    ]
    assert [text.index(step) for step in steps] == sorted(text.index(step) for step in steps)
    again = holdfast("demo", "try", "--accounts", "60", "--months", "5", cwd=tmp_path)
    assert again.returncode == 2
    assert b"--fresh" in again.stderr
    for line in text.split("Try next:\n", 1)[1].splitlines():
        tried = holdfast(*line.split()[1:], cwd=tmp_path)
        assert tried.returncode in {0, 6}, f"{line}\n{tried.stderr.decode()}"


def test_a_fresh_demo_replaces_nothing_but_a_demo(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters/one.txt").write_text("dear")
    ran = holdfast("demo", "letters", "--fresh", cwd=tmp_path)
    assert ran.returncode == 2
    assert b"was not made by a demo" in ran.stderr
    assert (tmp_path / "letters/one.txt").read_text() == "dear"


def test_simulated_exports_are_files_with_the_truth_beside_them(tmp_path: Path) -> None:
    ran = holdfast("simulate", "exports", "--accounts", "30", "--months", "3", "--seed", "4", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr.decode()
    assert (tmp_path / "exports/accounts.csv").is_file()
    assert any((tmp_path / "exports/truth").iterdir())


@pytest.mark.parametrize(
    ("arguments", "env", "language"),
    [
        ([], {}, "en"),
        ([], {"LANG": "fa_IR.UTF-8"}, "fa"),
        ([], {"LANG": "fa_IR.UTF-8", "LC_MESSAGES": "id_ID.UTF-8"}, "id"),
        ([], {"LANG": "fa_IR.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ([], {"LANG": "de_DE.UTF-8"}, "en"),
        ([], {"LC_ALL": "fa_IR.UTF-8", "HOLDFAST_LANG": "ar"}, "ar"),
        (["--lang", "hi-IN"], {"HOLDFAST_LANG": "ar"}, "hi"),
        (["--lang", "en_GB"], {"LANG": "fa_IR.UTF-8"}, "en"),
    ],
)
def test_the_nearest_word_for_a_language_counts(
    arguments: list[str], env: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "HOLDFAST_LANG"):
        monkeypatch.delenv(name, raising=False)
    page = CliRunner(env=env).invoke(app, ["metrics", *arguments]).output
    assert say("catalogue.title", language) in page


def test_a_language_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    ran = holdfast("metrics", "--lang", "klingon", cwd=tmp_path)
    assert ran.returncode == 2
    assert "No language is called 'klingon'." in ran.stderr.decode()
    assert "Known: ar, en, fa, hi, id." in ran.stderr.decode()


def test_a_terminal_of_ascii_is_spoken_to_in_english() -> None:
    ran = holdfast("metrics", "mrr", "--lang", "fa", env={"LC_ALL": "C"})
    assert say("catalogue.formula", "en") in ran.stdout.decode("ascii")
    assert b"?" not in ran.stdout


def test_a_dumb_terminal_gets_ascii_and_every_column(demo: Path) -> None:
    asked = f"TERM=dumb {sys.executable} -m holdfast kpis mrr --to 2024-06 -q -w {demo}"
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "120"}
    ran = subprocess.run(["script", "-qec", asked, "/dev/null"], env=env, capture_output=True, check=True)
    written = ran.stdout.decode()
    assert written.isascii()
    assert all(words in written for words in ("Metric", "Monthly recurring", "Value", "USD "))
