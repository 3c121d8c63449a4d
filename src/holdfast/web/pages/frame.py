"""The places that the navigation leads to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """One entry of the navigation: its words' name, its address, its icon, the key after `g`."""

    name: str
    path: str
    icon: str
    key: str

    def holds(self, path: str) -> bool:
        """Whether an address is within this place."""
        return path == self.path or (self.path != "/" and path.startswith(self.path))


PLACES = (
    Place("overview", "/", "overview", "o"),
    Place("kpis", "/kpis/", "kpis", "k"),
    Place("cohorts", "/cohorts/", "cohorts", "c"),
    Place("customers", "/customers/", "customers", "u"),
    Place("segments", "/segments/", "segments", "s"),
    Place("targets", "/targets/", "targets", "a"),
    Place("reports", "/reports/", "reports", "r"),
    Place("feedback", "/feedback/", "feedback", "f"),
    Place("insights", "/insights/", "insights", "i"),
    Place("data", "/data/", "data", "d"),
    Place("team", "/team/", "team", "t"),
)
