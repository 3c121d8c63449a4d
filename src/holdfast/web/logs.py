"""The log: one JSON object a line, with the id of the request that it is about, and no secret in it."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import UTC, datetime

REQUEST: ContextVar[str] = ContextVar("holdfast_request", default="")
"""The id of the request at hand, empty outside of one."""

OWN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


HIDDEN: set[str] = set()
"""Values that are never written: passwords and keys of this installation."""

SHORTEST = 6
"""A shorter value is none that anybody would guard, and would hide parts of plain words."""

NAMES = "pass(?:word|wd|phrase)?|pwd|secret|token|api_?key"
SHAPES = (
    (re.compile(r"(\w+://[^\s/@:]*:)[^\s@]+@"), r"\1***@"),
    (re.compile(rf"(?i)\b((?:{NAMES})[\"']?\s*[=:]\s*[\"']?)[^\s\"',;&)]+"), r"\1***"),
    (re.compile(r"(?i)\b((?:bearer|basic)\s+)[\w+/=.~-]{8,}"), r"\1***"),
    (re.compile(r"\b((?:sk|rk|whsec|hf[a-z])_)\w[\w-]{7,}"), r"\1***"),
)
"""What looks like a secret wherever it stands: in an address, behind its name, by how it begins."""


def hide(values: Iterable[str]) -> None:
    """Never write these values from now on."""
    HIDDEN.update(value for value in values if len(value) >= SHORTEST)


def concealed(text: str) -> str:
    """A text of somebody else's making without the secrets in it."""
    for value in HIDDEN:
        text = text.replace(value, "***")
    for shape, instead in SHAPES:
        text = shape.sub(instead, text)
    return text


class JsonLines(logging.Formatter):
    """A record as a line of JSON: time, level, logger, message, request, and what `extra` says besides."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; fields of `extra` that are no JSON are written as text."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "says": concealed(record.getMessage()),
        }
        if request := REQUEST.get():
            line["request"] = request
        told = {name: value for name, value in vars(record).items() if name not in OWN}
        line |= {name: concealed(value) if isinstance(value, str) else value for name, value in told.items()}
        if record.exc_info:
            line["trace"] = concealed(self.formatException(record.exc_info))
        return json.dumps(line, default=lambda value: concealed(str(value)), ensure_ascii=False)
