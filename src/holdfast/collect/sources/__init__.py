"""Outside systems that tell of customers, one folder each with the same drawers.

`receive` opens one request body, `translate` says what it tells; both are pure. `pull` reads what a
service has. Adding a source is adding a folder and a line here: to `POSTED` where clients post
events with a write key, to `SOURCES` where a service signs what it says of its objects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from holdfast.collect.sources.delivery import Delivery, Posted
from holdfast.collect.sources.intercom import INTERCOM
from holdfast.collect.sources.posthog import receive as posthog
from holdfast.collect.sources.posthog import translate as of_posthog
from holdfast.collect.sources.segment import receive as segment
from holdfast.collect.sources.segment import translate as of_segment
from holdfast.collect.sources.source import Message, Page, Source, Told, Unused
from holdfast.collect.sources.stripe import STRIPE
from holdfast.collect.sources.told import Told as PostedTold
from holdfast.collect.sources.zendesk import ZENDESK

__all__ = ["POSTED", "SOURCES", "Message", "Page", "PostedSource", "Source", "Told", "Unused"]


@dataclass(frozen=True)
class PostedSource:
    """A source whose clients post to us with a write key: where to, and how its bodies are read."""

    paths: tuple[str, ...]
    posted: Callable[[bytes, Mapping[str, str]], Posted]
    translate: Callable[[Delivery, PostedTold], None]


POSTED: dict[str, PostedSource] = {
    "segment": PostedSource(segment.PATHS, segment.posted, of_segment.translate),
    "posthog": PostedSource(posthog.PATHS, posthog.posted, of_posthog.translate),
}

SOURCES: dict[str, Source] = {source.name: source for source in (STRIPE, ZENDESK, INTERCOM)}
