"""Outside systems that speak to us, one folder each with the same drawers.

`receive` opens one request body, `translate` says what it tells. Both are pure. Adding a source that
posts is adding a folder and a line here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from holdfast.collect.sources.delivery import Delivery, Posted
from holdfast.collect.sources.posthog import receive as posthog
from holdfast.collect.sources.posthog import translate as of_posthog
from holdfast.collect.sources.segment import receive as segment
from holdfast.collect.sources.segment import translate as of_segment
from holdfast.collect.sources.told import Told


@dataclass(frozen=True)
class PostedSource:
    """A source whose clients post to us with a write key: where to, and how its bodies are read."""

    paths: tuple[str, ...]
    posted: Callable[[bytes, Mapping[str, str]], Posted]
    translate: Callable[[Delivery, Told], None]


POSTED: dict[str, PostedSource] = {
    "segment": PostedSource(segment.PATHS, segment.posted, of_segment.translate),
    "posthog": PostedSource(posthog.PATHS, posthog.posted, of_posthog.translate),
}
