"""The description of the ways in: a snapshot, true of the server, and what fuzzing by it finds."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as trials
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from holdfast.flow.live import Live
from holdfast.web.api.openapi import ANSWERS, described
from holdfast.web.workspaces.keys import SCOPES, do_create

SNAPSHOT = Path(__file__).parents[2] / "docs" / "openapi.json"
"""Written anew by: ANEW=1 pytest tests/web/test_openapi.py -k this_version"""

SCHEMA = schemathesis.openapi.from_dict(described())
FUZZED = ["/v1/batch", "/v1/track", "/batch", "/capture", "/hooks/stripe", "/hooks/zendesk"]
"""One of each kind of way in; the others are the same views."""
CONFORMS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
READING = schemathesis.openapi.from_dict(described())
READING.config.phases.coverage.enabled = False
SLOW = "/api/v1/checks"
"""It lays everything out again; the page of checks is tried by itself."""


def test_the_description_is_the_one_of_this_version() -> None:
    if os.environ.get("ANEW"):
        SNAPSHOT.write_text(json.dumps(described(), indent=2) + "\n")
    assert json.loads(SNAPSHOT.read_text()) == described()


def test_it_is_served(client: Client) -> None:
    assert client.get("/openapi.json").json() == described()


@pytest.fixture(scope="module")
def key(site: Path) -> str:
    return do_create("intake", "of the fuzzing")


@SCHEMA.include(path=FUZZED).parametrize()
@trials(max_examples=10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_no_body_makes_the_server_fail(case: Any, site: Path, key: str) -> None:
    """Whatever comes, in whatever way: an answer that is described, and never one that blames us."""
    headers = {"Authorization": f"Bearer {key}"}
    answer = case.call(base_url="http://testserver", app=get_wsgi_application(), headers=headers)
    assert str(answer.status_code) in {*ANSWERS, "204"}
    if answer.status_code == 503:
        assert answer.headers["retry-after"]


@pytest.fixture(scope="module")
def reads(site: Path) -> str:
    return do_create("read", "of the fuzzing", SCOPES)


@READING.include(path_regex="^/api/").exclude(path=SLOW).parametrize()
@trials(max_examples=3, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_whatever_is_asked_is_answered_as_described(case: Any, site: Path, reads: str) -> None:
    headers = {"Authorization": f"Bearer {reads}", "Accept-Encoding": "identity"}
    answer = case.call(base_url="http://testserver", app=get_wsgi_application(), headers=headers)
    case.validate_response(answer, checks=CONFORMS)


def test_a_good_message_beside_bad_ones_is_kept(client: Client, site: Path, key: str) -> None:
    odd: list[Any] = [None, 7, "x", [], {}, {"type": "no"}, {"type": "track"}, {"type": "track", "event": 7}]
    good = {"type": "track", "event": "Kept", "userId": "beside", "messageId": "beside-1"}
    for place in range(len(odd) + 1):
        body = {
            "batch": [*odd[:place], good | {"messageId": f"beside-{place}"}, *odd[place:]],
            "writeKey": key,
        }
        assert client.post("/v1/batch", body, content_type="application/json").status_code == 200
    with Live(site) as live:
        while live.load() is not None:
            pass
        events = live.records("events")
        assert events.filter(events.user_id == "beside").count().to_pyarrow().as_py() == len(odd) + 1
