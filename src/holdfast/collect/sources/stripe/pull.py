"""Reading all that Stripe has, and from then on only what is new.

First every list of objects is read, page by page, newest first; where the reading stopped is kept
with each page, so that it goes on there. Then the events since: Stripe keeps them for thirty days,
so where the last reading was longer ago the lists are read again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from holdfast.collect.sources.source import Message, Page, instant
from holdfast.collect.sources.stripe.asking import Asker, NotExpanded, NotThere
from holdfast.collect.sources.stripe.kept import of_event, of_object

SIZE = 100
"""The most that Stripe gives at once."""

EVENTS = "events"
KEPT_FOR = timedelta(days=29)
"""Events of longer ago may be gone at Stripe, which keeps them for thirty days."""

OVERLAP = timedelta(minutes=5)
"""Events are read again from so long before: they may be listed a little after their time."""


@dataclass(frozen=True)
class Listed:
    """A list of objects: what is asked with it, and the list there was before it."""

    name: str
    asked: Mapping[str, Any] = field(default_factory=dict)
    once: str | None = None


LISTS = (
    Listed("products"),
    Listed("prices", {"expand": ["data.tiers", "data.currency_options"]}, once="plans"),
    Listed("coupons", {"expand": ["data.currency_options"]}),
    Listed("customers", {"expand": ["data.invoice_settings.default_payment_method"]}),
    Listed(
        "subscriptions",
        {
            "status": "all",
            "expand": ["data.default_payment_method", "data.discounts.source.coupon"],
        },
    ),
    Listed("invoices", {"expand": ["data.discounts.source.coupon"]}),
    Listed("invoice_payments"),
    Listed("charges"),
    Listed("refunds"),
    Listed("disputes"),
)


def pull(key: str, url: str | None, cursors: Mapping[str, Any]) -> Iterator[Page]:
    """Pages of what was not read yet, as the cursors of earlier pages say."""
    return pages(Asker.with_key(key, url), cursors)


def pages(asker: Asker, cursors: Mapping[str, Any]) -> Iterator[Page]:
    """The same, by an asker: lists that are not read whole, then events."""
    _, now = asker.get("/v1/events", limit=1)
    since = cursors.get(EVENTS)
    if since is None or instant(since.get("begun") or since["since"]) + KEPT_FOR < now:
        since, cursors = {"since": 0, "begun": _seconds(now)}, {}
        yield Page(EVENTS, [], {EVENTS: since} | {listed.name: {} for listed in LISTS}, now)
    begun = instant(since.get("begun") or since["since"])
    for listed in LISTS:
        yield from _list(asker, listed, cursors.get(listed.name) or {}, begun)
    yield from _events(asker, since, now)


def _list(asker: Asker, listed: Listed, cursor: Mapping[str, Any], begun: datetime) -> Iterator[Page]:
    if cursor.get("done"):
        return
    after, more = cursor.get("after"), True
    while more:
        body, at = _page(asker, listed, after)
        found = [_whole(asker, each) for each in body["data"]]
        more = bool(body.get("has_more")) and bool(found)
        after = found[-1]["id"] if found else after
        value = {"after": after} if more else {"done": True}
        messages = [message for each in found for message in of_object(each, at)]
        yield Page(listed.name, messages, {listed.name: value}, begun)


def _page(asker: Asker, listed: Listed, after: str | None) -> tuple[dict[str, Any], datetime]:
    """A page of a list, from the object `after` on; empty where there is no such list."""
    place = {"starting_after": after} if after else {}
    plain = {name: value for name, value in listed.asked.items() if name != "expand"}
    try:
        return asker.get(f"/v1/{listed.name}", limit=SIZE, **listed.asked, **place)
    except NotExpanded:
        return asker.get(f"/v1/{listed.name}", limit=SIZE, **plain, **place)
    except NotThere:
        if listed.once:
            return asker.get(f"/v1/{listed.once}", limit=SIZE, **place)
        return {"data": []}, datetime.min


def _events(asker: Asker, cursor: Mapping[str, Any], now: datetime) -> Iterator[Page]:
    """Events since the cursor, newest first; read whole, they are read up to when this began."""
    first = cursor["since"] and cursor["since"] - int(OVERLAP.total_seconds())
    asked: dict[str, Any] = {"created": {"gte": first}} if first else {}
    begun, after, more = cursor.get("begun") or _seconds(now), cursor.get("after"), True
    while more:
        place = {"starting_after": after} if after else {}
        body, _ = asker.get("/v1/events", limit=SIZE, **asked, **place)
        found = body["data"]
        more = bool(body.get("has_more")) and bool(found)
        after = found[-1]["id"] if found else after
        going = {"since": cursor["since"], "begun": begun, "after": after}
        value = going if more else {"since": begun}
        yield Page(EVENTS, _messages(asker, found), {EVENTS: value}, instant(begun))


def _messages(asker: Asker, events: list[dict[str, Any]]) -> list[Message]:
    whole = [
        event | {"data": event["data"] | {"object": _whole(asker, event["data"]["object"])}}
        for event in events
    ]
    return [message for event in whole if (message := of_event(event))]


def _whole(asker: Asker, body: dict[str, Any]) -> dict[str, Any]:
    """An object with all that stands in its lists: Stripe writes out only the first of many lines."""
    for name in ("lines", "items"):
        inner = body.get(name)
        if isinstance(inner, dict) and inner.get("has_more") and inner.get("data"):
            data, place = list(inner["data"]), inner["url"]
            while inner["has_more"]:
                inner, _ = asker.get(place, limit=SIZE, starting_after=data[-1]["id"])
                data += inner["data"]
            body = body | {name: inner | {"data": data}}
    return body


def _seconds(at: datetime) -> int:
    return int(at.replace(tzinfo=UTC).timestamp())
