"""Recurring issues: themes that several accounts spoke of lately, and those that more do than before (K31).

A theme is what someone found in a comment, a note or a ticket, or the topic a ticket was given.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import ibis

from holdfast.metrics.intervals import Bounds, difference, wilson
from holdfast.timelines.layout import Layout
from holdfast.timelines.themes import said_items, themes_of_items

DAYS = timedelta(days=30)
LEAST_ACCOUNTS = 3
"""Accounts in 30 days from which on an issue recurs."""


@dataclass(frozen=True)
class Said:
    """That an account spoke of a theme, in a record at an instant."""

    account_id: str
    theme: str
    record: str
    at: datetime


@dataclass(frozen=True)
class Theme:
    """A theme of the last 30 days: the accounts that spoke of it, in `records`, and those of the 30 before.

    `change` is that of the share of customers at the opening of each window, with Newcombe's `bounds`
    (R23); None where there were no customers.
    """

    name: str
    accounts: tuple[str, ...]
    before: int
    records: tuple[str, ...]
    change: float | None
    bounds: Bounds | None

    @property
    def is_recurring(self) -> bool:
        """Whether three accounts or more spoke of it."""
        return len(self.accounts) >= LEAST_ACCOUNTS

    @property
    def is_rising(self) -> bool:
        """Whether more customers speak of it than before, beyond chance."""
        return self.bounds is not None and self.bounds[0] > 0


def said_since(layout: Layout, since: datetime, until: datetime) -> list[Said]:
    """Everything of a theme that customers said in `[since, until)`."""
    items = said_items(layout)
    items = items.filter(items.left_out.isnull() & items.account_id.notnull())
    items = items.filter((items.said_at >= ibis.literal(since)) & (items.said_at < ibis.literal(until)))
    found = themes_of_items(layout)
    rows = items.join(found, items.subject_id == found.ref)
    told: list[Mapping[str, Any]] = (
        rows.select("account_id", "theme", "subject_id", "said_at").to_pyarrow().to_pylist()
    )
    return [
        Said(row["account_id"], row["theme"].strip().lower(), row["subject_id"], row["said_at"])
        for row in told
    ]


def recurring(
    said: Iterable[Said], at: datetime, now: Collection[str], before: Collection[str]
) -> tuple[Theme, ...]:
    """The themes of the 30 days before `at`, those of most accounts first.

    `now` are the customers 30 days before it, `before` those of 60 days before.
    """
    lately: dict[str, list[Said]] = defaultdict(list)
    earlier: dict[str, set[str]] = defaultdict(set)
    for each in said:
        if each.at >= at - DAYS:
            lately[each.theme].append(each)
        else:
            earlier[each.theme].add(each.account_id)
    found = [_theme(name, rows, earlier[name], now, before) for name, rows in lately.items()]
    return tuple(sorted(found, key=lambda each: (-len(each.accounts), each.name)))


def _theme(
    name: str, rows: list[Said], earlier: Collection[str], now: Collection[str], before: Collection[str]
) -> Theme:
    accounts = tuple(sorted({each.account_id for each in rows}))
    records = tuple(sorted({each.record for each in rows}))
    if not now or not before:
        return Theme(name, accounts, len(earlier), records, None, None)
    first, second = len({*accounts} & {*now}), len({*earlier} & {*before})
    shares = first / len(now), second / len(before)
    bounds = difference(shares[0], wilson(first, len(now)), shares[1], wilson(second, len(before)))
    return Theme(name, accounts, len(earlier), records, shares[0] - shares[1], bounds)
