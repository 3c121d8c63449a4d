"""Customers as accounts: one row for each change of what is known of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from holdfast.collect.sources.source import Body, moment
from holdfast.collect.sources.stripe.history import State, earlier


def account_rows(
    account_id: str, states: Sequence[State], first_seen: datetime | None
) -> list[dict[str, Any]]:
    """Rows of `accounts`; what was first known holds from the sign-up on.

    Where only other objects name the customer, the account exists since the earliest of them. A
    customer who was deleted stays an account, since its past counts.
    """
    created = next((found for state in states if (found := moment(state.body.get("created")))), first_seen)
    if created is None:
        return []
    bodies: list[tuple[datetime, Body]] = []
    if states:
        before = earlier(states[0])
        bodies = [(created, before)] if before is not None else []
        bodies += [(state.at, state.body) for state in states if not state.body.get("deleted")]
    rows: list[dict[str, Any]] = []
    for at, body in bodies or [(created, {})]:
        row = {"account_id": account_id, "created_at": created, **_attributes(body)}
        if rows and all(rows[-1][name] == value for name, value in row.items()):
            continue
        rows.append(row | {"valid_from": at if rows else created})
    return list({row["valid_from"]: row for row in rows}.values())


def _attributes(body: Body) -> dict[str, Any]:
    metadata = body.get("metadata")
    return {
        "name": body.get("name") or body.get("description") or body.get("email"),
        "country": (body.get("address") or {}).get("country"),
        "language": next(iter(body.get("preferred_locales") or ()), None),
        "attributes": json.dumps(metadata, sort_keys=True, ensure_ascii=False) if metadata else None,
    }
