"""One delivery of a declared webhook, taken apart into its messages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from holdfast.collect.sources.moments import moment
from holdfast.collect.sources.source import Message
from holdfast.collect.sources.told import Unfit
from holdfast.collect.sources.webhook.declaration import Webhook, as_text, canonical
from holdfast.errors import BadInput

RECEIVED = ":received"
"""The header under which the loader says when a delivery came, ISO 8601."""

MESSAGE = "message"
"""The kind of object that messages of declared webhooks are of."""


def messages(hook: Webhook, body: bytes, headers: Mapping[str, str]) -> list[Message]:
    """The messages of a delivery; raises BadInput where its form is not as declared.

    A message without an id of its own bears the hash of what it says, so that a repeat is one. The
    time of one that names none is that of its arrival.
    """
    try:
        whole = json.loads(body)
    except ValueError as problem:
        raise BadInput(f"The body is no JSON: {problem}.", hint="Post JSON.") from problem
    received = datetime.fromisoformat(headers[RECEIVED]) if RECEIVED in headers else datetime.min
    return [_message(hook, each, received) for each in _each(hook, whole)]


def _each(hook: Webhook, whole: Any) -> list[Any]:
    if hook.each is None:
        return [whole]
    found = hook.each.of(whole)
    if not isinstance(found, list):
        raise BadInput(f"{hook.each.place} ({hook.each.text}) finds no list.", hint='Such as "events[]".')
    outer = {key: expression.of(whole) for key, expression in hook.outer.items()}
    return [outer | each if isinstance(each, dict) else outer | {"value": each} for each in found]


def _message(hook: Webhook, body: Any, received: datetime) -> Message:
    name = as_text(hook.id.of(body)) if hook.id else None
    name = name or hashlib.sha256(canonical(body).encode("utf-8", "replace")).hexdigest()
    about = as_text(hook.object.of(body)) if hook.object else None
    account = as_text(hook.account.of(body)) if hook.account else None
    return Message(name, MESSAGE, about or name, _at(hook, body) or received, account, None, {"told": body})


def _at(hook: Webhook, body: Any) -> datetime | None:
    if hook.at is None:
        return None
    try:
        found = moment(hook.at.of(body), "at")
    except Unfit as unfit:
        raise BadInput(f"{hook.at.place} ({hook.at.text}): {unfit.problem}.", hint=unfit.wanted) from None
    if found is None:
        raise BadInput(f"{hook.at.place} ({hook.at.text}) finds no time.", hint="Leave `at` out, or mend it.")
    return found
