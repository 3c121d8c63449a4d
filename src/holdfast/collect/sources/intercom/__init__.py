"""Intercom: companies, contacts, conversations with their parts, ratings."""

from __future__ import annotations

from holdfast.collect.sources.intercom.pull import pull
from holdfast.collect.sources.intercom.receive import authentic, messages
from holdfast.collect.sources.intercom.translate import PARTED, of_accounts, of_shared
from holdfast.collect.sources.source import Source

INTERCOM = Source(
    "intercom", frozenset(), PARTED, authentic, messages, of_accounts, of_shared, pull, by_object=True
)
