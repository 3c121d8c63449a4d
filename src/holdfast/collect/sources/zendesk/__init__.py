"""Zendesk: organizations, users, tickets with their replies and changes, satisfaction, what agents began."""

from __future__ import annotations

from holdfast.collect.sources.source import Source
from holdfast.collect.sources.zendesk.pull import pull
from holdfast.collect.sources.zendesk.receive import authentic, messages
from holdfast.collect.sources.zendesk.translate import PARTED, of_accounts, of_shared

ZENDESK = Source(
    "zendesk", frozenset(), PARTED, authentic, messages, of_accounts, of_shared, pull, by_object=True
)
