"""The door: what is answered with 200 is in the spool, and all else is refused in words."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.collect.spool import CannotKeep, sizes
from holdfast.collect.spooled import read
from holdfast.web.api import intake, taking
from holdfast.web.workspaces.keys import do_create
from tests.posting import call


@pytest.fixture(scope="module")
def key(site: Path) -> str:
    return do_create("intake")


def basic(key: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}


def post(client: Client, path: str, body: Any, key: str = "", **headers: str) -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    given_headers = {**(basic(key) if key else {}), **headers}
    return client.post(path, data, content_type="text/plain", headers=given_headers)


def spooled(site: Path) -> int:
    return sum(size for _, size in sizes(site / "spool"))


def error(answer: Any) -> dict[str, Any]:
    told: dict[str, Any] = answer.json()["error"]
    assert set(told) == {"code", "message", "hint", "request"}
    assert told["request"] == answer["X-Request-Id"]
    return told


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/batch/", "/v1/import"])
def test_a_batch_is_in_the_spool_before_the_answer(client: Client, site: Path, key: str, path: str) -> None:
    message = call("track", "a")
    answer = post(client, path, {"batch": [message]}, key)
    assert (answer.status_code, answer.json()) == (200, {"success": True, "status": 1})
    last = read(site / "spool", {}, 10**9).deliveries[-1]
    assert json.loads(last.body)["batch"] == [message]
    assert (last.source, last.headers[":path"]) == ("segment", path)


@pytest.mark.parametrize("path", ["/batch/", "/batch", "/capture/", "/i/v0/e/"])
def test_posthog_s_clients_put_their_key_into_the_body(
    client: Client, site: Path, key: str, path: str
) -> None:
    answer = post(client, path, {"api_key": key, "batch": [{"event": "a", "distinct_id": "u"}]})
    assert answer.status_code == 200
    assert read(site / "spool", {}, 10**9).deliveries[-1].source == "posthog"


def test_gzip_is_taken_with_and_without_its_header(client: Client, site: Path, key: str) -> None:
    body = gzip.compress(json.dumps({"batch": [call("track", "a")]}).encode())
    for headers in ({}, {"content-encoding": "gzip"}):
        assert post(client, "/v1/batch", body, key, **headers).status_code == 200


def test_the_key_is_never_in_the_spool_s_headers_nor_the_log(
    client: Client, site: Path, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        post(client, "/v1/track", {"event": "a"}, key)
    assert key not in caplog.text
    last = read(site / "spool", {}, 10**9).deliveries[-1]
    assert key not in str(last)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "bad_input"),
        (b"\x1f\x8b no gzip", 400, "bad_input"),
        ({"nothing": 1}, 400, "bad_input"),
        (gzip.compress(b"0" * 20_000_000), 413, "too_large"),
        (b"0" * 9_000_000, 413, "too_large"),
        ({"batch": [1] * 10_001}, 413, "too_large"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_words(
    client: Client, site: Path, key: str, body: Any, status: int, code: str
) -> None:
    before = spooled(site)
    answer = post(client, "/v1/batch", body, key)
    assert answer.status_code == status
    assert error(answer)["code"] == code
    assert spooled(site) == before


def test_without_a_key_nothing_is_taken(client: Client, site: Path) -> None:
    before = spooled(site)
    for used in ("", "hfw_not_a_key"):
        answer = post(client, "/v1/batch", {"batch": [call("track", "a")]}, used)
        assert answer.status_code == 401
        assert error(answer)["code"] == "no_key"
    assert spooled(site) == before


def test_a_write_key_reads_nothing(client: Client, key: str) -> None:
    for path in ("/v1/batch", "/v1/track", "/batch/"):
        assert client.get(path, headers=basic(key)).status_code == 405


def test_a_spool_that_cannot_keep_says_when_to_come_again(
    client: Client, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking.SPOOL, "most", 0)
    monkeypatch.setattr(taking.SPOOL, "_looked", -10.0)
    answer = post(client, "/v1/batch", {"batch": [call("track", "a")]}, key)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert error(answer)["code"] == CannotKeep.code


def test_a_key_that_asks_too_often_is_told_when_to_come_again(
    client: Client, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake.DOOR, "rate", 1)
    answers = [post(client, "/v1/batch", {"batch": []}, key) for _ in range(3)]
    assert answers[-1].status_code == 429
    assert answers[-1]["Retry-After"] == "1"


def test_pages_of_any_site_may_send(client: Client) -> None:
    answer = client.options("/v1/t", headers={"origin": "https://shop.example"})
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (204, "*")


def test_an_empty_batch_is_nothing_to_keep(client: Client, site: Path, key: str) -> None:
    before = spooled(site)
    assert post(client, "/v1/batch", {"batch": []}, key).status_code == 200
    assert spooled(site) == before


def test_an_id_of_the_caller_is_kept_where_it_is_one(client: Client) -> None:
    assert client.get("/healthz", headers={"x-request-id": "abc-1"})["X-Request-Id"] == "abc-1"
    assert client.get("/healthz", headers={"x-request-id": 'a"b\n'})["X-Request-Id"] != 'a"b\n'


def test_health_and_counters(client: Client, site: Path, key: str) -> None:
    assert client.get("/healthz").json() == {"lives": True}
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["ready"]) == (200, True)
    post(client, "/v1/batch", {"batch": [call("track", "a")]}, key)
    text = client.get("/metrics").content.decode()
    names = [line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")]
    assert len(names) == len(set(names))
    assert f"holdfast_spool_bytes {spooled(site)}" in text
    assert 'holdfast_requests_total{route="^v1/batch/?$",status="200"}' in text


BODIES = st.recursive(
    st.none() | st.integers() | st.text(max_size=4) | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["batch", "event", "properties", "token", "writeKey", "sentAt", "userId"]), inner
        )
    ),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    body=BODIES | st.binary(max_size=60), path=st.sampled_from(["/v1/batch", "/v1/track", "/batch/", "/e/"])
)
def test_no_body_makes_the_server_fail(client: Client, key: str, body: Any, path: str) -> None:
    assert post(client, path, body, key).status_code in {200, 400, 401}
