"""The sources of a workspace that its business declared itself: webhooks and databases."""

from __future__ import annotations

from collections.abc import Callable

from holdfast.flow.answering.figures import catch_up
from holdfast.flow.arrivals import declaring, hooking, pulling, querying
from holdfast.flow.arrivals.declaring import Declared
from holdfast.flow.arrivals.receiving import Taken
from holdfast.periods import Calendar
from holdfast.warehouse import Warehouse


class Sources:
    """Declared sources of one workspace, and pulling any source that can be asked."""

    def __init__(self, warehouse: Warehouse, calendar: Calendar) -> None:
        self._warehouse, self._calendar = warehouse, calendar

    def all(self, kind: str | None = None) -> list[Declared]:
        """The sources declared by now, in the order of their names; webhooks or databases alone."""
        return list(declaring.declared_sources(self._warehouse, kind).values())

    def called(self, kind: str, name: str) -> Declared:
        """A declared source; raises UsageError with the nearest right name."""
        return declaring.declared_called(self._warehouse, kind, name)

    def declare_webhook(self, name: str, declaration: str, *, by: str | None = None) -> Taken:
        """Keep what a webhook is (docs/webhooks.md); what was kept of it before is read anew."""
        taken = hooking.declare(self._warehouse, name, declaration, by)
        catch_up(self._warehouse)
        return taken

    def declare_database(self, name: str, declaration: str, *, by: str | None = None) -> list[str]:
        """Keep what a database is (docs/databases.md); gives the tables that it feeds."""
        found = querying.declare(self._warehouse, name, declaration, by)
        return [each.table for each in found.tables]

    def drop(self, kind: str, name: str) -> None:
        """Let a declared source go from now on; its records stay."""
        declaring.drop(self._warehouse, kind, name)

    def pull(
        self, name: str, *, whole: bool = False, progress: Callable[[str, int], None] | None = None
    ) -> Taken:
        """Read what a service or a declared database has that was not read yet; `whole`: all of it."""
        return pulling.pull(self._warehouse, self._calendar, name, whole=whole, progress=progress)
