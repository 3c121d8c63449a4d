"""Bodies as they come: inflated within bounds, and strict JSON on one line or refused."""

from __future__ import annotations

import gzip
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.collect.sources.delivery import TooLarge, inflated, one_line
from holdfast.errors import BadInput

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def test_gzip_is_known_by_its_first_bytes_whatever_the_headers_say() -> None:
    assert inflated(gzip.compress(b'{"a": 1}')) == b'{"a": 1}'
    assert inflated(b'{"a": 1}') == b'{"a": 1}'


def test_a_bomb_is_refused_before_it_is_whole() -> None:
    with pytest.raises(TooLarge, match="larger than 1,000 bytes"):
        inflated(gzip.compress(b"0" * 50_000_000), limit=1000)
    with pytest.raises(TooLarge):
        inflated(b"0" * 1001, limit=1000)


@pytest.mark.parametrize("body", [b"\x1f\x8bnot gzip", gzip.compress(b"x" * 100, mtime=0)[:-9]])
def test_gzip_that_is_broken_is_said_to_be(body: bytes) -> None:
    with pytest.raises(BadInput, match="gzip"):
        inflated(body)


@pytest.mark.parametrize("body", [b"", b"{", b"[1,]", b'{"a" 1}', b"{}x", b'"\\q"', b"[" * 100_000])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(BadInput, match="not JSON"):
        one_line(body)


def test_what_lenient_clients_send_is_mended() -> None:
    assert json.loads(one_line(b'{"a": NaN, "b": -Infinity, "c": 1}')) == {"a": None, "b": None, "c": 1}
    assert json.loads(one_line(b'{"a": "\xff"}')) == {"a": "\ufffd"}
    assert json.loads(one_line(b'{"a": "\\ud800!"}')) == {"a": "?!"}


def test_lines_within_a_body_are_joined() -> None:
    assert one_line(b'{"a":\r\n 1}') == b'{"a":   1}'


@given(JSON)
def test_every_value_comes_through_on_one_line(value: Any) -> None:
    line = one_line(json.dumps(value, indent=1).encode())
    assert b"\n" not in line
    assert b"\r" not in line
    assert json.dumps(msgspec.json.decode(line), sort_keys=True) == json.dumps(_strict(value), sort_keys=True)


@given(st.binary(max_size=300))
def test_any_bytes_are_json_or_refused(body: bytes) -> None:
    try:
        line = one_line(inflated(body))
    except BadInput:
        return
    msgspec.json.decode(line)


def _strict(value: Any) -> Any:
    """The value with null for every number that JSON has not."""
    return json.loads(json.dumps(value), parse_constant=lambda _: None)
