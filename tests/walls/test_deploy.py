"""The files to install by: as far as they can be tried where neither containers nor systemd run."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from holdfast.web.environment import OF_THE_SHELL, VARIABLES
from tests.walls.source import ROOT

FILES = sorted(file for file in (ROOT / "deploy").iterdir() if file.is_file())
UNITS = [file for file in FILES if file.suffix in {".service", ".timer"}]
MOST_EXPOSED = 20
"""Of 100, as `systemd-analyze security` counts; the network is what stays open."""


def test_every_setting_named_is_one() -> None:
    known = {variable.full_name for variable in VARIABLES.values()} | set(OF_THE_SHELL)
    named = {name for file in FILES for name in re.findall(r"HOLDFAST_[A-Z_]+", file.read_text())}
    assert {name.removesuffix("_FILE") for name in named} <= known
    assert "HOLDFAST_DATABASE_URL_FILE" in named


def test_every_command_named_is_one() -> None:
    text = (ROOT / "deploy" / "compose.yaml").read_text()
    options = set(re.findall(r"--(?:no-worker|processes)", text))
    told = subprocess.run(
        [sys.executable, "-m", "holdfast", "serve", "--help"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT / "src",
    ).stdout
    assert options == {"--no-worker", "--processes"}
    assert all(option in told for option in options)


def test_the_image_brings_all_that_the_build_copies() -> None:
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text()
    copied = {
        name
        for line in re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE)
        for name in line.split()
    }
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert copied == allowed
    assert all((ROOT / name).exists() for name in copied)
    assert re.search(r"^USER holdfast$", dockerfile, re.MULTILINE)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_takes_the_units_and_finds_them_closed(tmp_path: Path) -> None:
    """The program stands for ours, which is not installed here."""
    for unit in UNITS:
        (tmp_path / unit.name).write_text(unit.read_text().replace("/opt/holdfast/bin/holdfast", "/bin/true"))
    units = [str(tmp_path / unit.name) for unit in UNITS]
    ran = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    assert [line for line in ran.stderr.splitlines() if str(tmp_path) in line] == []
    service = str(tmp_path / "holdfast.service")
    security = [
        "systemd-analyze",
        "security",
        "--offline=true",
        f"--threshold={MOST_EXPOSED}",
        "--no-pager",
        service,
    ]
    ran = subprocess.run(security, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout[-300:]
