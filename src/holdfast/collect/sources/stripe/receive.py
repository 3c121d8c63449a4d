"""Webhooks of Stripe: whether a request is Stripe's, and what it says."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime

from holdfast.collect.sources.brought import brought
from holdfast.collect.sources.source import Message, instant
from holdfast.collect.sources.stripe.kept import of_event
from holdfast.errors import BadInput

HEADER = "stripe-signature"

TOLERANCE_SECONDS = 300
"""How old a signature may be; Stripe signs each delivery anew."""


def authentic(body: bytes, headers: Mapping[str, str], secrets: Collection[str], now: datetime) -> bool:
    """Whether one of the endpoint's secrets signed this body lately; several while one replaces another.

    `now` is a naive UTC instant. The signature is checked by Stripe's own library.
    """
    signed = {name.lower(): value for name, value in headers.items()}.get(HEADER, "")
    return any(_signed(body, signed, secret) for secret in secrets) and _lately(signed, now)


def messages(body: bytes, headers: Mapping[str, str]) -> list[Message]:  # noqa: ARG001 - every source is given them
    """The message of one delivery: none where it is about something that is not read; raises BadInput."""
    try:
        event = json.loads(body)
    except ValueError as problem:
        raise BadInput(
            f"The body is no JSON: {problem}.", hint="Send what Stripe sends, unchanged."
        ) from problem
    if not isinstance(event, dict) or event.get("object") != "event":
        raise BadInput(
            "The body is no event.", hint='Point a webhook endpoint with "snapshot" payloads here.'
        )
    try:
        message = of_event(event)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError) as problem:
        raise BadInput(
            f"The event lacks what every event has: {problem}.", hint="Send it unchanged."
        ) from problem
    return [message] if message else []


def _signed(body: bytes, signed: str, secret: str) -> bool:
    stripe = brought("stripe")
    try:
        stripe.WebhookSignature.verify_header(body, signed, secret)
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False
    return True


def _lately(signed: str, now: datetime) -> bool:
    stamp = next(part[2:] for part in signed.split(",") if part.startswith("t="))
    return (now - instant(stamp)).total_seconds() <= TOLERANCE_SECONDS
