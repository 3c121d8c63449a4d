"""What a demo ends by: its pages, for whoever watches a terminal."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from holdfast.cli.demonstrating import ENDINGS
from holdfast.cli.terminal import Terminal
from holdfast.web.commands import serve_demo
from holdfast.web.serving import free_port
from tests.web.conftest import free_port as any_port


def test_the_next_port_is_taken_where_one_is_in_use() -> None:
    first = any_port()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first))
        taken.listen()
        assert first < free_port(first) < first + 10


def test_a_demo_ends_by_its_pages_and_not_without_a_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert serve_demo in ENDINGS
    serve_demo(tmp_path, Terminal())
    assert capsys.readouterr().out == ""
