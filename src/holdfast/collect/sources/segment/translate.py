"""Segment's calls as what they tell: acts, identities, traits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from holdfast.collect.sources.delivery import NONE, Delivery
from holdfast.collect.sources.moments import happened, moment, sent
from holdfast.collect.sources.naming import identity, is_object, named, properties, traits
from holdfast.collect.sources.segment.receive import MANY, kind_of, posted
from holdfast.collect.sources.told import ACCOUNT, Act, Told, Unfit

SERVER = "server"
CLIENTS = {"browser": "client", "mobile": "client", "client": "client"}


class Context(msgspec.Struct, gc=False):
    """What of a call's context is read."""

    groupId: Any = None  # noqa: N815 - Segment's names
    traits: msgspec.Raw = NONE
    active: Any = None


class Call(msgspec.Struct, gc=False):
    """One call; only what is read of it, and of any type, so that a wrong field spoils no other."""

    type: Any = None
    action: Any = None
    userId: Any = None  # noqa: N815
    user_id: Any = None
    anonymousId: Any = None  # noqa: N815
    groupId: Any = None  # noqa: N815
    previousId: Any = None  # noqa: N815
    messageId: Any = None  # noqa: N815
    event: Any = None
    name: Any = None
    category: Any = None
    channel: Any = None
    timestamp: Any = None
    originalTimestamp: Any = None  # noqa: N815
    sentAt: Any = None  # noqa: N815
    receivedAt: Any = None  # noqa: N815
    properties: msgspec.Raw = NONE
    traits: msgspec.Raw = NONE
    context: Any = None


NO_CONTEXT = Context()


class PlainCall(Call, gc=False):
    """A call whose context is as it should be, as nearly every call's is."""

    context: Context | None = None


class PlainBatch(msgspec.Struct):
    """A batch of nothing but such calls: read at once, it takes a third of the time."""

    batch: list[PlainCall]


class LooseCall(Call, gc=False):
    """Any call."""

    context: msgspec.Raw = NONE


READ_PLAIN = msgspec.json.Decoder(PlainBatch)
READ_CALL = msgspec.json.Decoder(LooseCall)
READ_CONTEXT = msgspec.json.Decoder(Context)


class Spoken(msgspec.Struct, frozen=True, gc=False):
    """One call with what every kind of call says: who, at which account, when by which clock."""

    call: Call
    id: str
    user: str | None
    visitor: str | None
    account: str | None
    context: Context
    stamped: datetime
    at: datetime


def translate(delivery: Delivery, told: Told) -> None:
    """Add what a delivery tells to `told`; a message that cannot be used spoils no other."""
    read, path = posted(delivery.body, delivery.headers), kind_of(delivery.headers)
    sent_at = sent(read.sent_at)

    def take(place: int, message: PlainCall | msgspec.Raw) -> None:
        call, context = _opened(message)
        spoken = _spoken(call, context, delivery, place, sent_at)
        _kind_of(call, path)(spoken, delivery, told)

    plain = _plain(delivery.body) if path in MANY else None
    calls: Sequence[PlainCall | msgspec.Raw] = plain or read.messages
    told.each(delivery, calls, take, "call", lambda place: bytes(read.messages[place - 1]))


def _plain(body: bytes) -> list[PlainCall] | None:
    """The calls of a batch in which nothing is out of place, None for any other."""
    try:
        return READ_PLAIN.decode(body).batch
    except (msgspec.DecodeError, RecursionError):
        return None


def _opened(message: PlainCall | msgspec.Raw) -> tuple[Call, Context]:
    if isinstance(message, PlainCall):
        return message, message.context or NO_CONTEXT
    call = READ_CALL.decode(message)
    return call, READ_CONTEXT.decode(call.context) if is_object(call.context) else NO_CONTEXT


def _spoken(
    call: Call, context: Context, delivery: Delivery, place: int, batch_sent_at: datetime | None
) -> Spoken:
    told_at = moment(call.timestamp)
    stamped = moment(call.originalTimestamp, "originalTimestamp") or told_at or delivery.received_at
    if call.receivedAt is not None and told_at:
        at = happened(told_at, None, delivery.received_at)  # a server before us has corrected it
    else:
        sent_at = batch_sent_at if call.sentAt is None else moment(call.sentAt, "sentAt")
        at = happened(stamped, sent_at, delivery.received_at)
    user = call.userId if call.userId is not None else call.user_id
    group = call.groupId if call.groupId is not None else context.groupId
    return Spoken(
        call=call,
        id=identity(call.messageId, "messageId") or f"{delivery.id}-{place}",
        user=identity(user, "userId"),
        visitor=identity(call.anonymousId, "anonymousId"),
        account=identity(group, "groupId"),
        context=context,
        stamped=stamped,
        at=at,
    )


def _act(spoken: Spoken, delivery: Delivery, told: Told, name: str, details: str | None) -> None:
    told.events.append(
        Act(
            event_id=spoken.id,
            stamped_on=spoken.stamped.date(),
            user_id=spoken.user,
            anonymous_id=spoken.visitor,
            account_id=spoken.account,
            name=name,
            occurred_at=spoken.at,
            received_at=delivery.received_at,
            origin=_origin(spoken),
            properties=details,
        )
    )
    if spoken.user and spoken.visitor:
        told.visitor(spoken.visitor, spoken.user, spoken.at)
    if spoken.account:
        told.at_account(spoken.user, spoken.account, spoken.at)


def _origin(spoken: Spoken) -> str | None:
    """`server` where the call itself says that its user was not active, `client` where a client made it.

    The libraries of servers send what users do as well, so that a server's channel says nothing.
    """
    if spoken.context.active is False:
        return SERVER
    channel = spoken.call.channel
    return CLIENTS.get(channel) if isinstance(channel, str) else None


def _track(spoken: Spoken, delivery: Delivery, told: Told) -> None:
    _act(spoken, delivery, told, named(spoken.call.event), properties(spoken.call.properties))


def _page(spoken: Spoken, delivery: Delivery, told: Told) -> None:
    _view(spoken, delivery, told, "page")


def _screen(spoken: Spoken, delivery: Delivery, told: Told) -> None:
    _view(spoken, delivery, told, "screen")


def _view(spoken: Spoken, delivery: Delivery, told: Told, name: str) -> None:
    shown = {
        key: value
        for key, value in (("category", spoken.call.category), ("name", spoken.call.name))
        if value is not None
    }
    details = traits(spoken.call.properties, "properties") | shown
    _act(spoken, delivery, told, name, msgspec.json.encode(details).decode() if details else None)


def _identify(spoken: Spoken, _delivery: Delivery, told: Told) -> None:
    if spoken.user is None:
        raise Unfit("userId", None, "identify names no user", "a userId; traits of visitors are not kept")
    said = _traits(spoken)
    if spoken.visitor:
        told.visitor(spoken.visitor, spoken.user, spoken.at)
    account = spoken.account or _company(said)
    if account:
        told.account(account, {}, spoken.at)
        said[ACCOUNT] = account
    told.user(spoken.user, said, spoken.at)


def _group(spoken: Spoken, _delivery: Delivery, told: Told) -> None:
    if spoken.account is None:
        raise Unfit("groupId", None, "group names no account", "a groupId: the account's id")
    told.account(spoken.account, _traits(spoken, with_context=False), spoken.at)
    if spoken.user:
        told.user(spoken.user, {ACCOUNT: spoken.account}, spoken.at)
        if spoken.visitor:
            told.visitor(spoken.visitor, spoken.user, spoken.at)


def _alias(spoken: Spoken, _delivery: Delivery, told: Told) -> None:
    before = identity(spoken.call.previousId, "previousId") or spoken.visitor
    if before is None or spoken.user is None:
        raise Unfit("previousId", None, "alias names no two ids", "a previousId and a userId")
    told.visitor(before, spoken.user, spoken.at)


KINDS: dict[str, Callable[[Spoken, Delivery, Told], None]] = {
    "track": _track,
    "page": _page,
    "screen": _screen,
    "identify": _identify,
    "group": _group,
    "alias": _alias,
}


def _kind_of(call: Call, path: str) -> Callable[[Spoken, Delivery, Told], None]:
    said = call.type if call.type is not None else call.action
    kind = path if said is None and path not in MANY else said
    if not isinstance(kind, str) or kind not in KINDS:
        raise Unfit("type", kind, "this is no kind of call", f"one of {', '.join(KINDS)}")
    return KINDS[kind]


def _traits(spoken: Spoken, *, with_context: bool = True) -> dict[str, Any]:
    """Traits of the call, and those that RudderStack's clients put into its context."""
    said = traits(spoken.call.traits)
    return traits(spoken.context.traits) | said if with_context else said


def _company(said: dict[str, Any]) -> str | None:
    company = said.get("company")
    return identity(company.get("id"), "company.id") if isinstance(company, dict) else None
