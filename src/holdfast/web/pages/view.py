"""One request as pages see it: who looks, from which standpoint, in which language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from holdfast.cli.options import grain_of, instant
from holdfast.errors import Sentence, UsageError, unknown
from holdfast.periods import Period
from holdfast.web.answers import About, Standpoint, about
from holdfast.web.workspaces.models import Member
from holdfast.words import LANGUAGES, RIGHT_TO_LEFT, date, say, spoken
from holdfast.words.reading import in_toman, reading

GRAINS = ("day", "week", "month", "quarter", "year", "trailing_28_days", "trailing_12_months")
STATE = ("grain", "period", "segment", "known", "lang")
"""What every link carries on, where the address says it."""


def language_of(request: HttpRequest) -> str:
    """The language told in the address, else chosen before, else the first that the browser wants."""
    told = request.GET.get("lang") or request.COOKIES.get("lang")
    if told:
        return spoken(told)
    wanted = request.headers.get("Accept-Language", "")
    tags = [part.split(";")[0].strip() for part in wanted.split(",")]
    known = (spoken(tag) for tag in tags if tag.replace("_", "-").split("-")[0].lower() in LANGUAGES)
    return next(known, LANGUAGES[0])


@dataclass(frozen=True)
class View:
    """A member looking at a page."""

    request: HttpRequest
    member: Member
    about: About = field(default_factory=about)

    @cached_property
    def language(self) -> str:
        """The language of the page, with how the member reads: its tag."""
        return self.member.reads(language_of(self.request))

    @property
    def file_language(self) -> str:
        """The language of files: they have its usual digits, Gregorian days and the currency itself."""
        return spoken(self.language)

    @property
    def in_toman(self) -> bool:
        """Whether the workspace's money is shown in toman."""
        return in_toman(self.about.currency, self.language)

    @property
    def period_days(self) -> str:
        """The first and the last day of the period, where the member's calendar has other months."""
        if not reading(self.language).jalali:
            return ""
        period = self.about.calendar.period(self.grain, self.at.period)
        first, last = (date(day, self.language) for day in (period.first_day, period.last_day))
        return say("period.days", self.language, first=first, last=last)

    @property
    def mirrored(self) -> bool:
        """Whether the page runs from right to left."""
        return spoken(self.language) in RIGHT_TO_LEFT

    @cached_property
    def told(self) -> dict[str, list[str]]:
        """What the address says of the state that all pages share."""
        return {name: self.request.GET.getlist(name) for name in STATE if self.request.GET.getlist(name)}

    @cached_property
    def grain(self) -> str:
        """The kind of period; raises UsageError with the nearest where there is none of that name."""
        grain = self.request.GET.get("grain") or grain_of(None, self.request.GET.get("period"))
        if grain not in GRAINS:
            raise unknown("grain", grain, GRAINS)
        return grain

    @cached_property
    def at(self) -> Standpoint:
        """The standpoint; raises UsageError for a period, segment or instant that cannot be."""
        period = self.request.GET.get("period")
        if period:
            period = self.about.calendar.period(self.grain, period).label
        latest = period or self.about.latest(self.grain)
        if latest is None:
            raise UsageError(Sentence("There is nothing to count yet."), hint="holdfast import --help")
        segment = tuple(text for text in self.request.GET.getlist("segment") if text)
        return Standpoint(self.grain, latest, segment, self.known_at)

    @cached_property
    def known_at(self) -> datetime | None:
        """The instant after which nothing was known; None for now."""
        return instant(self.request.GET.get("known") or None, "known", self.about.calendar)

    @cached_property
    def periods(self) -> Sequence[Period]:
        """The periods to choose from, the newest first, the one looked at among them."""
        periods = self.about.periods(self.grain)
        if self.at.period not in {period.label for period in periods}:
            periods.append(self.about.calendar.period(self.grain, self.at.period))
        return periods

    @cached_property
    def earlier(self) -> str:
        """The period before the one looked at."""
        calendar = self.about.calendar
        return calendar.previous(calendar.period(self.grain, self.at.period)).label

    def link(self, path: str, /, **changes: str | Sequence[str] | None) -> str:
        """An address with the state of this one; None or nothing takes a part of it away."""
        said: Mapping[str, Any] = {**self.told, **changes}
        query = urlencode([(name, value) for name, value in said.items() if value], doseq=True)
        return f"{path}?{query}" if query else path

    def here(self, **changes: str | Sequence[str] | None) -> str:
        """This very address with something of it changed."""
        own = {name: self.request.GET.getlist(name) for name in self.request.GET if name not in STATE}
        return self.link(self.request.path, **{**own, **changes})

    @property
    def for_part(self) -> bool:
        """Whether a page asks for this one to stand inside it."""
        return self.request.headers.get("HX-Target", "").startswith("part")

    @property
    def for_drawer(self) -> bool:
        """Whether the drawer asks, which shows a page's inside alone."""
        return self.request.headers.get("HX-Target") == "drawer-content"
