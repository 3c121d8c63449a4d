"""Any service that posts signed JSON: a webhook that the business declares itself."""

from __future__ import annotations

from functools import partial

from holdfast.collect.sources.source import Source, Told
from holdfast.collect.sources.webhook.declaration import Webhook, webhook
from holdfast.collect.sources.webhook.receive import messages
from holdfast.collect.sources.webhook.translate import of_objects
from holdfast.tables import table as declared

__all__ = ["Webhook", "source_of_webhook", "webhook"]


def source_of_webhook(hook: Webhook) -> Source:
    """The source that a declared webhook is."""
    return Source(
        name=hook.name,
        shared=frozenset(),
        parted={table: declared(table).key[0] for table in hook.tables},
        authentic=hook.signature.made_by,
        messages=partial(messages, hook),
        of_accounts=partial(of_objects, hook),
        of_shared=lambda _messages: Told(),
        by_object=True,
    )
