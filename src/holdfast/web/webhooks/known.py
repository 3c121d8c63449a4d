"""The webhooks that this installation answers for: copied by the worker, looked up by name."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction

from holdfast.collect.sources import Source
from holdfast.collect.sources.webhook import source_of_webhook, webhook
from holdfast.web.webhooks.models import Webhook

REMEMBERED_SECONDS = 5.0
"""How long a process goes by what it looked up, as with keys."""


def do_copy(declarations: Mapping[str, str]) -> None:
    """Make the copy what was declared: name and TOML."""
    with transaction.atomic():
        Webhook.objects.exclude(name__in=list(declarations)).delete()
        for name, text in declarations.items():
            Webhook.objects.update_or_create(name=name, defaults={"declaration": text})


@dataclass
class Known:
    """Declared webhooks by name; one for all threads of a process."""

    _seen: dict[str, tuple[float, Source | None]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def called(self, name: str) -> Source | None:
        """The webhook of this name; None where none is declared."""
        now = time.monotonic()
        seen = self._seen.get(name)
        if seen is None or now - seen[0] > REMEMBERED_SECONDS:
            seen = now, _looked_up(name)
            with self._lock:
                if len(self._seen) > 1_000:
                    self._seen.clear()
                self._seen[name] = seen
        return seen[1]


def _looked_up(name: str) -> Source | None:
    found = Webhook.objects.filter(name=name).first()
    return source_of_webhook(webhook(name, found.declaration)) if found else None
