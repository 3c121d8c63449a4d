"""The states of one object in the order in which it went through them.

Messages come in any order, again and again. What orders them is the time that Stripe gives an
event, in whole seconds; of several in one second, `previous_attributes` tell which follows which,
and how far the object had come.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from holdfast.collect.sources.source import Body, Message

COURSES = {
    "subscription": "incomplete trialing active past_due unpaid paused canceled incomplete_expired",
    "invoice": "draft open uncollectible paid void",
    "charge": "pending failed succeeded",
    "refund": "pending requires_action succeeded failed canceled",
    "dispute": "needs_response under_review won lost",
    "invoice_payment": "open paid canceled",
}
"""How far an object has come, by its status; it decides where nothing else does."""

FIRST, BETWEEN, LAST = range(3)

LONGEST = 8
"""Of more changes in one second the order is not worked out by what each followed."""


@dataclass(frozen=True)
class State:
    """What an object was from an instant on; `event` is None where it was read and not announced."""

    at: datetime
    body: Body
    previous: Body | None
    event: str | None
    message_id: str


def history(messages: Iterable[Message]) -> list[State]:
    """The states of one object, oldest first, the same for any order of the messages."""
    ordered = sorted({each.message_id: each for each in messages}.values(), key=_place)
    found: list[State] = []
    for _, together in groupby(ordered, key=lambda message: message.at):
        found += _chained([_state(each) for each in together], found[-1] if found else None)
    return found


def earlier(state: State) -> Body | None:
    """What the object was just before an event changed it; None where the event does not say."""
    return None if state.previous is None else overlaid(state.body, state.previous)


def overlaid(body: Body, previous: Body) -> dict[str, Any]:
    """`body` with the values that it had before; objects within it change by their fields."""
    result = dict(body)
    for name, value in previous.items():
        inner = body.get(name)
        both = isinstance(value, Mapping) and isinstance(inner, Mapping)
        result[name] = overlaid(inner, value) if both and inner is not None else value
    return result


def _state(message: Message) -> State:
    body = message.body
    return State(message.at, body["object"], body.get("previous"), body.get("type"), message.message_id)


def _place(message: Message) -> tuple[Any, ...]:
    kind, event = message.object, message.body.get("type")
    course = COURSES.get(kind, "").split()
    status = message.body["object"].get("status")
    come = course.index(status) if status in course else -1
    tries = message.body["object"].get("attempt_count") or 0
    follows = message.body.get("previous") is not None
    return (message.at, _rank(event), bool(event), come, tries, follows, message.message_id)


def _chained(states: list[State], before: State | None) -> list[State]:
    """States of one second so that each is what the next says was before it, where that can be."""
    first = [one for one in states if _rank(one.event) == FIRST]
    last = [one for one in states if _rank(one.event) == LAST]
    between = [one for one in states if _rank(one.event) not in (FIRST, LAST)]
    trail = None
    if 1 < len(between) <= LONGEST:
        trail = _trail(between, first[-1] if first else before)
    return [*first, *(trail or between), *last]


def _rank(event: str | None) -> int:
    """What was read or created comes first in its second, since it can be the rest that followed."""
    if event is None or event.endswith(".created"):
        return FIRST
    return LAST if event.endswith(".deleted") else BETWEEN


def _trail(left: list[State], last: State | None) -> list[State] | None:
    if not left:
        return []
    for place, one in enumerate(left):
        was = earlier(one)
        if last is None or was is None or _told(was) == _told(last.body):
            rest = _trail([*left[:place], *left[place + 1 :]], one)
            if rest is not None:
                return [one, *rest]
    return None


def _told(body: Body) -> Body:
    return {name: value for name, value in body.items() if value is not None}
