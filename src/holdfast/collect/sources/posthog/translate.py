"""PostHog's events as what they tell: acts, identities, traits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from holdfast.collect.sources.delivery import NONE, Delivery
from holdfast.collect.sources.moments import happened, moment, sent
from holdfast.collect.sources.naming import identity, is_object, named, properties, traits
from holdfast.collect.sources.posthog.receive import posted
from holdfast.collect.sources.told import ACCOUNT, Act, Told, Unfit

ACCOUNTS = ("company", "organization", "organisation", "account", "customer", "workspace", "team")
"""Types of groups that are accounts, the likeliest first."""

MACHINES = {"$feature_flag_called", "$web_vitals", "$performance_event", "$snapshot", "$exception"}
"""Events that a library sends by itself; no user is active by them."""


class Capture(msgspec.Struct, gc=False):
    """One message; only what is read of it, and of any type, so that a wrong field spoils no other."""

    event: Any = None
    distinct_id: Any = None
    uuid: Any = None
    timestamp: Any = None
    properties: msgspec.Raw = NONE
    set_: msgspec.Raw = msgspec.field(default=NONE, name="$set")
    set_once: msgspec.Raw = msgspec.field(default=NONE, name="$set_once")


class Said(msgspec.Struct, gc=False):
    """What of a message's properties is read."""

    distinct_id: Any = None
    alias: Any = None
    groups: Any = msgspec.field(default=None, name="$groups")
    profile: Any = msgspec.field(default=None, name="$process_person_profile")
    identified: Any = msgspec.field(default=None, name="$is_identified")
    before: Any = msgspec.field(default=None, name="$anon_distinct_id")
    group_type: Any = msgspec.field(default=None, name="$group_type")
    group_key: Any = msgspec.field(default=None, name="$group_key")
    group_set: Any = msgspec.field(default=None, name="$group_set")
    set_: Any = msgspec.field(default=None, name="$set")
    set_once: Any = msgspec.field(default=None, name="$set_once")


READ = msgspec.json.Decoder(Capture)
READ_SAID = msgspec.json.Decoder(Said)
NOTHING_SAID = Said()


class Captured(msgspec.Struct, frozen=True, gc=False):
    """One message with what every one says: who, at which account, when by which clock."""

    message: Capture
    said: Said
    id: str
    person: str | None
    known: bool
    account: str | None
    stamped: datetime
    at: datetime


def translate(delivery: Delivery, told: Told) -> None:
    """Add what a delivery tells to `told`; a message that cannot be used spoils no other."""
    read = posted(delivery.body, delivery.headers)
    sent_at = sent(read.sent_at)

    def take(place: int, message: msgspec.Raw) -> None:
        captured = _captured(READ.decode(message), delivery, place, sent_at)
        KINDS.get(named(captured.message.event), _act)(captured, delivery, told)

    told.each(delivery, read.messages, take, "capture", lambda place: bytes(read.messages[place - 1]))


def _captured(message: Capture, delivery: Delivery, place: int, sent_at: datetime | None) -> Captured:
    said = _said(message.properties)
    stamped = moment(message.timestamp) or delivery.received_at
    person = message.distinct_id if message.distinct_id is not None else said.distinct_id
    unknown = said.profile is False or said.identified is False
    return Captured(
        message=message,
        said=said,
        id=identity(message.uuid, "uuid") or f"{delivery.id}-{place}",
        person=identity(person, "distinct_id"),
        known=not unknown,
        account=_account(said.groups),
        stamped=stamped,
        at=happened(stamped, sent_at, delivery.received_at),
    )


def _said(raw: msgspec.Raw) -> Said:
    """What the properties say of whom it concerns; raises Unfit where they are no object."""
    if is_object(raw):
        return READ_SAID.decode(raw)
    traits(raw, "properties")
    return NOTHING_SAID


def _account(groups: Any) -> str | None:
    """The account among the groups of an event: that of the likeliest type, or the only one there is."""
    if not isinstance(groups, Mapping) or not groups:
        return None
    kind = next((kind for kind in ACCOUNTS if kind in groups), None)
    if kind is None and len(groups) == 1:
        kind = next(iter(groups))
    return identity(groups[kind], "$groups") if kind else None


def _act(captured: Captured, delivery: Delivery, told: Told) -> None:
    name = named(captured.message.event)
    told.events.append(
        Act(
            event_id=captured.id,
            stamped_on=captured.stamped.date(),
            user_id=captured.person if captured.known else None,
            anonymous_id=None if captured.known else captured.person,
            account_id=captured.account,
            name=name,
            occurred_at=captured.at,
            received_at=delivery.received_at,
            origin="server" if name in MACHINES else None,
            properties=properties(captured.message.properties),
        )
    )
    if captured.account:
        told.at_account(captured.person if captured.known else None, captured.account, captured.at)
    if captured.known and captured.person:
        _person(captured, told)


def _person(captured: Captured, told: Told) -> None:
    told_of = _set_of(captured)
    if captured.person and told_of:
        told.user(captured.person, told_of, captured.at)


def _set_of(captured: Captured) -> dict[str, Any]:
    """What the message sets of its person, in either of the two places; what is set once comes first."""
    found: dict[str, Any] = {}
    message, said = captured.message, captured.said
    for name, raw, inside in (
        ("$set_once", message.set_once, said.set_once),
        ("$set", message.set_, said.set_),
    ):
        found |= traits(raw, name) | (inside if isinstance(inside, dict) else {})
    return found


def _identify(captured: Captured, _delivery: Delivery, told: Told) -> None:
    if captured.person is None:
        raise Unfit("distinct_id", None, "$identify names no user", "a distinct_id")
    if before := identity(captured.said.before, "$anon_distinct_id"):
        told.visitor(before, captured.person, captured.at)
    said = _set_of(captured)
    if captured.account:
        told.account(captured.account, {}, captured.at)
        said[ACCOUNT] = captured.account
    told.user(captured.person, said, captured.at)


def _alias(captured: Captured, _delivery: Delivery, told: Told) -> None:
    after = identity(captured.said.alias, "alias")
    before = identity(captured.said.distinct_id, "distinct_id") or captured.person
    if before is None or after is None:
        raise Unfit("alias", None, "$create_alias names no two ids", "a distinct_id and an alias")
    told.visitor(before, after, captured.at)


def _group(captured: Captured, _delivery: Delivery, told: Told) -> None:
    kind, said = captured.said.group_type, captured.said.group_set
    account = identity(captured.said.group_key, "$group_key")
    if account is None:
        raise Unfit("$group_key", None, "$groupidentify names no group", "a $group_key: the account's id")
    if kind not in ACCOUNTS:
        raise Unfit(
            "$group_type", kind, "groups of this type are no accounts", f"one of {', '.join(ACCOUNTS)}"
        )
    told.account(account, said if isinstance(said, dict) else {}, captured.at)


KINDS: dict[str, Callable[[Captured, Delivery, Told], None]] = {
    "$identify": _identify,
    "$set": lambda captured, _delivery, told: _person(captured, told),
    "$create_alias": _alias,
    "$groupidentify": _group,
}
