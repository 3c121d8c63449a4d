"""No secret is written: not into the log, and not into the reason of a job."""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from holdfast.installation import SECRETS, Database
from holdfast.web.environment import secrets_told
from holdfast.web.jobs import claims
from holdfast.web.logs import JsonLines, concealed, hide

SECRET = "Zm9vYmFyQmF6"

SAID = (
    f"connection to postgresql://holdfast:{SECRET}@db:5432/acme failed",
    f"conninfo: host=db password={SECRET} dbname=acme",
    f'{{"error": "no", "api_key": "{SECRET}"}}',
    f"401 for Authorization: Bearer {SECRET}==",
    f"Invalid API Key provided: sk_live_{SECRET}",
    f"No such key: rk_test_{SECRET}",
    f"whsec_{SECRET} signed nothing, hfw_{SECRET}x neither",
    f"https://zendesk.example/api?token={SECRET}&page=2",
)


@pytest.mark.parametrize("said", SAID)
def test_what_looks_like_a_secret_is_not_written(said: str) -> None:
    shown = concealed(said)
    assert SECRET not in shown
    assert "***" in shown


def test_what_is_none_stays_as_it_was() -> None:
    for said in (
        "hfw_Ab12cd... is let in no longer.",
        "The password of the export is wrong; the token has ended.",
        "https://example.com/a:b/c@d is no page",
        "rows 1:20 of task_basic_facts",
    ):
        assert concealed(said) == said


def test_a_line_of_the_log_holds_no_secret_wherever_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the message, in a field, in an object, in what an error says: what was told is known by itself."""
    monkeypatch.setattr("holdfast.web.logs.HIDDEN", set())
    hide([SECRET, "short"])
    try:
        os.environ[f"it was {SECRET}"]
    except KeyError:
        record = logging.makeLogRecord(
            {
                "msg": "said %s",
                "args": (SECRET,),
                "exc_info": sys.exc_info(),
                "problem": SECRET,
                "at": Path(SECRET),
            }
        )
    line = JsonLines().format(record)
    assert SECRET not in line
    assert json.loads(line)["says"] == "said ***"
    assert concealed("short") == "short"


def test_the_reason_of_a_job_holds_no_secret(site: Path) -> None:
    now = datetime(2020, 1, 1, tzinfo=UTC)
    claims.do_enqueue("unheard of", due_at=now)
    job = claims.do_claim("a worker", now)
    assert job is not None
    claims.do_fail(job, SAID[0], now, permanent=True)
    (kept,) = [each for each in claims.jobs(now) if each.id == job.id]
    assert kept.problem == "connection to postgresql://holdfast:***@db:5432/acme failed"


def test_what_the_installation_was_told_is_known_as_secret(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("of-a-file\n")
    url = "postgresql://u:of-shop@h/n"
    declared = f'[desk]\nsigning_secrets = ["new", "old"]\n[shop]\nurl = "{url}"\n'
    (tmp_path / SECRETS).write_text('[stripe]\nkey = "in-secrets"\n' + declared)
    told = {
        "HOLDFAST_STRIPE_KEY_FILE": str(tmp_path / "key"),
        "HOLDFAST_STRIPE_SIGNING_SECRETS": "one,two",
        "HOLDFAST_DATABASE_URL": "postgresql://u:of%2Fdb@h/n",
        "HOLDFAST_LOG_LEVEL": "INFO",
    }
    found = {"of-a-file", "one", "two", "of/db", "in-secrets", "new", "old", "of-shop", url}
    assert set(secrets_told(tmp_path, told)) - {""} == found


def test_a_database_is_shown_without_its_password() -> None:
    assert SECRET not in repr(Database.read(f"postgresql://u:{SECRET}@h/n"))
