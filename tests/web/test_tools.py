"""The tools of an assistant: those that a key allows, read-only, with the origin of every figure."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import mcp_types as types
import pytest
from mcp import Client

from holdfast.errors import HoldfastError
from holdfast.web.api.tools import Tools, serve_over_pipes, server_of
from holdfast.web.reads import READS
from holdfast.web.workspaces.keys import do_create, do_revoke
from holdfast.web.workspaces.models import Deed


def asked(key: str, ask: Callable[[Client], Awaitable[Any]]) -> Any:
    """What a client of the official library is answered."""

    async def run() -> Any:
        async with Client(server_of(Tools(key, "http://pages.example"))) as client:
            return await ask(client)

    return anyio.run(run)


def called(key: str, name: str, /, **told: Any) -> types.CallToolResult:
    found: types.CallToolResult = asked(key, lambda client: client.call_tool(name, told))
    return found


def text_of(answer: types.CallToolResult) -> str:
    (said,) = answer.content
    assert isinstance(said, types.TextContent)
    return said.text


@pytest.fixture(scope="module")
def key(site: Path) -> str:
    return do_create("read", "assistant", ["figures"])


def test_the_tools_are_the_questions_that_the_key_allows_and_only_read(key: str) -> None:
    tools = asked(key, lambda client: client.list_tools()).tools
    assert {tool.name for tool in tools} == {read.name for read in READS.values() if read.scope == "figures"}
    for tool in tools:
        assert tool.annotations.read_only_hint
        assert tool.description
        assert tool.input_schema["type"] == "object"


def test_an_answer_is_that_of_the_address_of_the_same_question(key: str, client: Any) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    answer = called(key, "metric", name="mrr")
    assert not answer.is_error
    assert json.loads(text_of(answer)) == client.get("/api/v1/metrics/mrr", headers=headers).json()
    assert answer.structured_content == json.loads(text_of(answer))


def test_what_was_asked_stands_in_the_audit_log(key: str) -> None:
    called(key, "metric", name="arpa")
    deed = Deed.objects.filter(did="read", about="metric").first()
    assert deed is not None
    assert deed.facts == {"name": "arpa", "key": key[:10]}


@pytest.mark.parametrize(
    ("name", "told", "said"),
    [
        ("metric", {"name": "mmr"}, "Did you mean 'mrr'?"),
        ("metric", {"nam": "mrr"}, "Did you mean 'name'?"),
        ("metrcs", {}, "Did you mean 'metric"),
        ("customers", {}, "not accounts"),
        ("kpis", {"rulebook": "/etc/passwd"}, "@2025-04-30"),
    ],
)
def test_what_cannot_be_asked_is_said_with_what_would_be_right(
    key: str, name: str, told: dict[str, Any], said: str
) -> None:
    answer = called(key, name, **told)
    assert answer.is_error
    assert said in text_of(answer)


def test_a_key_that_is_revoked_reads_nothing_more(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("holdfast.web.workspaces.keys.REMEMBERED_SECONDS", 0.0)
    gone = do_create("read", "gone", ["figures"])
    assert not called(gone, "metric", name="mrr").is_error
    do_revoke(gone)
    assert called(gone, "metric", name="mrr").is_error
    with pytest.raises(HoldfastError, match="no key for reading"):
        serve_over_pipes(gone)
