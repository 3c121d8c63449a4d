"""Pulling: what a service has is kept page by page, then settled into rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from holdfast.collect.sources import SOURCES, Page, Source
from holdfast.collect.sources.credentials import credential
from holdfast.errors import Sentence, Unreachable, UsageError, unknown
from holdfast.flow.answering.figures import catch_up
from holdfast.flow.arrivals import querying
from holdfast.flow.arrivals.cursors import all_cursors, write_cursors
from holdfast.flow.arrivals.declaring import DATABASE, declared_sources
from holdfast.flow.arrivals.receiving import Taken, keep, settle, source_of
from holdfast.periods import Calendar
from holdfast.warehouse import Warehouse

AT_ONCE = 1_000
"""So many messages are kept in one transaction, with how far they reach."""

Progress = Callable[[str, int], None]


def pull(
    warehouse: Warehouse,
    calendar: Calendar,
    name: str,
    *,
    whole: bool = False,
    progress: Progress | None = None,
) -> Taken:
    """Read what a service or a declared database has that was not read yet, and bring all rows up to date.

    The key and, where it is not the service's own, the address come from the environment or the
    workspace's secrets (`HOLDFAST_STRIPE_KEY`). What was read stays read where this is stopped.
    `whole` reads everything again. `progress` is told what is read, and of how many objects.
    """
    if name not in SOURCES and (databases := declared_sources(warehouse, DATABASE)):
        if name not in databases:
            raise unknown("source", name, [*pulled(), *databases])
        taken = querying.pull(warehouse, calendar, name, whole=whole, progress=progress)
        catch_up(warehouse)
        return taken
    source, taken = source_of(name), Taken()
    if source.pull is None:
        raise UsageError(f"{name} cannot be pulled.", hint=f"Known: {', '.join(pulled())}.")
    key = credential(warehouse.folder, name, "key")
    if key is None:
        variable = f"HOLDFAST_{name.upper()}_KEY"
        raise UsageError(
            Sentence("There is no key for {name}.", name=name),
            hint=f"Set {variable} (docs/{name}.md says how).",
        )
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
        keep(warehouse, writing, source, [message for page in pages for message in page.messages], taken)
        write_cursors(writing, source.name, _joined(pages))
    for page in pages:
        if progress:
            progress(page.what, len(page.messages))
    pages.clear()


def _joined(pages: list[Page]) -> Mapping[str, Any]:
    return {name: value for page in pages for name, value in page.cursors.items()}
