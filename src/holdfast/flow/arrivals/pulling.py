"""Pulling: what a service has is kept page by page, then settled into rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from holdfast.collect.sources import SOURCES, Page, Source
from holdfast.errors import Unreachable, UsageError
from holdfast.flow.arrivals.credentials import credential
from holdfast.flow.arrivals.cursors import all_cursors, write_cursors
from holdfast.flow.arrivals.receiving import Taken, keep, settle, source_of
from holdfast.flow.figures import catch_up
from holdfast.warehouse import Warehouse

if TYPE_CHECKING:
    from holdfast.flow.workspace import Workspace

AT_ONCE = 1_000
"""So many messages are kept in one transaction, with how far they reach."""

Progress = Callable[[str, int], None]


def pull(space: Workspace, name: str, *, whole: bool = False, progress: Progress | None = None) -> Taken:
    """Read what a source has that was not read yet, and bring all rows of a workspace up to date.

    The key and, where it is not the service's own, the address come from the environment or the
    workspace's secrets (`HOLDFAST_STRIPE_KEY`). What was read stays read where this is stopped.
    `whole` reads everything again. `progress` is told what is read, and of how many objects.
    """
    warehouse, source, taken = space._warehouse, source_of(name), Taken()
    if source.pull is None:
        raise UsageError(f"{name} cannot be pulled.", hint=f"Known: {', '.join(pulled())}.")
    key = credential(warehouse.folder, name, "key")
    if key is None:
        variable = f"HOLDFAST_{name.upper()}_KEY"
        raise UsageError(f"There is no key for {name}.", hint=f"Set {variable} (docs/{name}.md says how).")
    cursors = {} if whole else all_cursors(warehouse, name)
    pages = source.pull(key, credential(warehouse.folder, name, "url"), cursors)
    begun = _read(warehouse, source, pages, taken, progress)
    with warehouse.write() as writing:
        settle(warehouse, writing, source, taken, begun)
    catch_up(warehouse)
    return taken


def pulled() -> list[str]:
    """The names of the sources that can be pulled."""
    return [name for name, source in SOURCES.items() if source.pull]


def _read(
    warehouse: Warehouse, source: Source, pages: Iterator[Page], taken: Taken, progress: Progress | None
) -> datetime | None:
    """Keep page after page, also the last ones before the service fails; when the reading began."""
    waiting: list[Page] = []
    begun = None
    try:
        for page in pages:
            waiting.append(page)
            begun = page.begun
            if sum(len(each.messages) for each in waiting) >= AT_ONCE:
                _keep(warehouse, source, waiting, taken, progress)
    except (UsageError, Unreachable):
        _keep(warehouse, source, waiting, taken, progress)
        raise
    _keep(warehouse, source, waiting, taken, progress)
    return begun


def _keep(
    warehouse: Warehouse, source: Source, pages: list[Page], taken: Taken, progress: Progress | None
) -> None:
    """Keep pages and the cursors that say so, together."""
    with warehouse.write() as writing:
        keep(writing, source, [message for page in pages for message in page.messages], taken)
        write_cursors(writing, source.name, _joined(pages))
    for page in pages:
        if progress:
            progress(page.what, len(page.messages))
    pages.clear()


def _joined(pages: list[Page]) -> Mapping[str, Any]:
    return {name: value for page in pages for name, value in page.cursors.items()}
