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


@dataclass(frozen=True)
class Tab:
    """A page among others of one place: its words' name and its address."""

    name: str
    path: str

    def holds(self, path: str, tabs: tuple[Tab, ...]) -> bool:
        """Whether an address is this page or below it, and below none of the others."""
        nearest = max((each.path for each in tabs if path.startswith(each.path)), key=len, default="")
        return self.path == nearest


INSIGHTS = (
    Tab("cards", "/insights/"),
    Tab("behaviours", "/insights/behaviours/"),
    Tab("journeys", "/insights/journeys/"),
    Tab("causes", "/insights/causes/"),
    Tab("experiments", "/insights/experiments/"),
)
"""The pages of Insights; to add one is to add a line here and its name, `web.insights.tab.NAME`."""
