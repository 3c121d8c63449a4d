"""Help answers at once and with examples; a mistake gets words and a code, never a trace."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import holdfast as package
from holdfast.cli import app
from tests.cli.shell import ROOT, holdfast

COMMANDS = [command.name or "" for command in app.registered_commands]
HEAVY = ("duckdb", "ibis", "pandas", "pyarrow", "numpy", "scipy", "rich", "babel", "holdfast.flow")


def test_the_commands_are_those_that_were_promised() -> None:
    promised = (
        "init import template rejects pull check kpis explain compare cohorts metrics settings refresh "
    )
    promised += (
        "survival weigh surveys choose report close restate snapshot chart sql compact disclose erase demo "
    )
    promised += "simulate serve work mcp jobs backup restore"
    assert set(COMMANDS) == set(promised.split())


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from holdfast.cli import app; "
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0; "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == "[]"


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = f"import sys, holdfast; print([name for name in {HEAVY!r} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                         env={**os.environ, "PYTHONPATH": str(ROOT / "src")})  # fmt: skip
    assert ran.stdout.strip() == "[]"


def test_a_workspace_opens_without_what_few_commands_need() -> None:
    slow = ("scipy.stats", "scipy.optimize", "statsmodels", "altair", "vl_convert", "django")
    code = f"import sys, holdfast.flow.workspace; print([name for name in {slow!r} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                         env={**os.environ, "PYTHONPATH": str(ROOT / "src")})  # fmt: skip
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    answer = CliRunner().invoke(app, [command, "--help"])
    assert answer.exit_code == 0
    assert "Examples:" in answer.output
    assert f"holdfast {command}" in answer.output


def test_the_first_help_names_every_command_and_where_to_start() -> None:
    answer = CliRunner().invoke(app, ["--help"])
    assert all(f"\n  {command} " in answer.output for command in COMMANDS)
    assert "Start here" in answer.output


def test_the_version_is_the_package_s() -> None:
    assert CliRunner().invoke(app, ["--version"]).output.strip() == f"holdfast {package.__version__}"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["kpis"], 4, "workspace"),
        (["kpis", "--workspace", "nowhere"], 4, "nowhere"),
        (["kpsi"], 2, "kpsi"),
        (["kpis", "--formt", "json"], 2, "--format"),
        (["metrics", "customer_churn_ratee"], 2, "Did you mean 'customer_churn_rate'?"),
        (["template", "acounts"], 2, "Did you mean 'accounts'?"),
        (["import", "accounts"], 2, "Name a table and its files"),
        (["init", "/proc/nowhere"], 1, "/proc/nowhere"),
        (["rejects", "--mapping", "mapping.toml"], 2, "--replay"),
        (["explain", "mrr", "--period", "2025-04", "--rows", "-1"], 2, "--rows"),
        (["import", "accounts", "--folder", "."], 2, "name their tables themselves"),
    ],
)
def test_a_mistake_has_words_and_a_code(arguments: list[str], code: int, words: str, tmp_path: Path) -> None:
    ran = holdfast(*arguments, cwd=tmp_path)
    told = ran.stderr.decode()
    assert ran.returncode == code, told
    assert words in told
    assert "Traceback" not in told
    assert ran.stdout == b""


def test_templates_and_the_catalogue_need_no_workspace(tmp_path: Path) -> None:
    assert (
        holdfast("template", "accounts", cwd=tmp_path)
        .stdout.decode()
        .splitlines()[-1]
        .startswith("account_id,")
    )
    assert b"subscription_phases" in holdfast("template", cwd=tmp_path).stdout
    page = holdfast("metrics", "customer_churn_rate", cwd=tmp_path).stdout.decode()
    assert "Formula:" in page
    assert "customer_churn_rate." in page


@pytest.mark.parametrize(
    ("shell", "sign"), [("bash", "complete -o"), ("zsh", "#compdef"), ("fish", "complete --")]
)
def test_completion_can_be_shown_for_a_shell(shell: str, sign: str, tmp_path: Path) -> None:
    named = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    shown = holdfast("--show-completion", shell, cwd=tmp_path, env=named).stdout.decode()
    assert sign in shown
    assert "holdfast" in shown


def test_completion_knows_tables_and_metrics(tmp_path: Path) -> None:
    def completed(line: str) -> str:
        env = {
            "_HOLDFAST_COMPLETE": "complete_bash",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(line.split()) - 1),
        }
        ran = subprocess.run(
            [sys.executable, "-c", "from holdfast.cli import app; app(prog_name='holdfast')"],
            env={**os.environ, "PYTHONPATH": str(ROOT / "src"), **env},
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
        )
        return ran.stdout

    assert "subscription_phases" in completed("holdfast template subs")
    assert "customer_churn_rate" in completed("holdfast explain customer_ch")
