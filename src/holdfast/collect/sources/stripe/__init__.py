"""Stripe: customers, subscriptions with their history, invoices, payments, refunds, disputes."""

from __future__ import annotations

from holdfast.collect.sources.source import Source
from holdfast.collect.sources.stripe.kept import SHARED
from holdfast.collect.sources.stripe.pull import pull
from holdfast.collect.sources.stripe.receive import authentic, messages
from holdfast.collect.sources.stripe.translate import PARTED, of_accounts, of_shared

STRIPE = Source("stripe", SHARED, PARTED, authentic, messages, of_accounts, of_shared, pull)
