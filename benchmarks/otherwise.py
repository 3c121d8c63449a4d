"""The server with another way of keeping what is posted: a WSGI application for granian.

`BENCH_KEEPS` says which: `nothing`, `rows` (each event a row in PostgreSQL, one commit a request) or
`copy` (the same by COPY). All else, from the key to the answer, is the server itself.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from importlib import import_module
from typing import Any

import msgspec
import psycopg

from holdfast.web.wsgi import application

HERE = threading.local()


def _rows(body: bytes) -> list[tuple[str, str, str, str, str]]:
    told: dict[str, Any] = msgspec.json.decode(body)
    return [
        (
            each["messageId"],
            each["userId"],
            each["event"],
            each["timestamp"],
            msgspec.json.encode(each).decode(),
        )
        for each in told["batch"]
    ]


def _connection() -> psycopg.Connection[Any]:
    if not hasattr(HERE, "open"):
        HERE.open = psycopg.connect(os.environ["BENCH_DATABASE"])
    held: psycopg.Connection[Any] = HERE.open
    return held


def nothing(_source: str, _body: bytes, _path: str) -> None:
    """Answer at once."""


def rows(_source: str, body: bytes, _path: str) -> None:
    """Insert the events and commit."""
    con = _connection()
    with con.cursor() as cursor:
        cursor.executemany("insert into posted values (%s, %s, %s, %s, %s)", _rows(body))
    con.commit()


def copy(_source: str, body: bytes, _path: str) -> None:
    """Copy the events in and commit."""
    con = _connection()
    with con.cursor() as cursor, cursor.copy("copy posted from stdin") as into:
        for row in _rows(body):
            into.write_row(row)
    con.commit()


KEEPS: dict[str, Callable[[str, bytes, str], None]] = {"nothing": nothing, "rows": rows, "copy": copy}

if "BENCH_KEEPS" in os.environ:
    # Only now: what answers requests needs Django, which the application has set up.
    vars(import_module("holdfast.web.api.intake"))["keep"] = KEEPS[os.environ["BENCH_KEEPS"]]

__all__ = ["application"]
