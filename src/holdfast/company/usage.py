"""How much each user does when: the rhythm of weeks and hours, growing and fading use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np

from holdfast.company import market
from holdfast.company.clock import Clock, Zone
from holdfast.company.columns import DAY, HOUR, NEVER, Bools, Floats, Ints, chance
from holdfast.company.founding import Accounts
from holdfast.company.lives import PAUSED, Phases
from holdfast.company.people import Users
from holdfast.company.sizing import Sizing
from holdfast.periods import Calendar

EVENTS_PER_SESSION = 5.0
FADING = 120 * DAY
"""Use fades over this long before an account leaves for lack of value."""


def rhythm() -> Floats:
    """The chance that a moment is a busy one: by kind of weekend, local weekday (0 Monday) and hour."""
    hours = np.arange(24)
    day = 0.03 + np.exp(-(((hours - 10.5) / 2.3) ** 2)) + 0.85 * np.exp(-(((hours - 15) / 2.4) ** 2))
    day = day / day.max()
    weights = np.array([[1.0, 1.0, 0.96, 0.93, 0.8, 0.16, 0.12], [1.0, 0.97, 0.93, 0.8, 0.12, 0.2, 1.0]])
    busy: Floats = weights[:, :, None] * day[None, None, :]
    return busy


@dataclass(frozen=True)
class Usage:
    """The users with all that drives their use; `month(n)` says when each is at work in a month."""

    sizing: Sizing
    clock: Clock
    accounts: Accounts
    users: Users
    phases: Phases
    left_at: Ints
    left_because: Ints
    until: Ints
    """Per account, when its last phase ends or the simulation does."""

    @cached_property
    def zones(self) -> list[Zone]:
        """The offsets of each zone of `market.ZONES` over the simulated time."""
        first, last = (_moment(edge) for edge in (self.clock.start - 40 * DAY, self.clock.end + 40 * DAY))
        return [Zone.of(Calendar(zone), first, last) for zone in market.ZONES]

    @cached_property
    def keenness(self) -> Floats:
        """Sessions of a user relative to others: early behaviours and size make for more use."""
        rng = chance(self.sizing.seed, "keenness")
        accounts, who = self.accounts, self.users.who
        account = rng.gamma(3.0, 1 / 3, accounts.count) * np.where(accounts.invited, 1.35, 0.85)
        account *= np.where(accounts.integrated, 1.35, 0.9)
        person = rng.gamma(2.0, 0.5, len(who)) * np.where(self.users.first, 1.2, 0.8)
        keen: Floats = account[who] * person
        return keen

    @cached_property
    def per_day(self) -> Floats:
        """Sessions to be tried a day, per unit of keenness, so that the wanted number of events comes out."""
        wanted = self.sizing.events_per_account * self.accounts.count
        exposure = 0.0
        for month in range(self.clock.months):
            since, until, level = self.month(month)
            exposure += float((level * (until - since)).sum()) / DAY
        tried = exposure * float(rhythm().mean()) * EVENTS_PER_SESSION
        return np.array(wanted / tried if tried else 0.0)

    @cached_property
    def friday_weekend(self) -> Ints:
        """1 for users whose weekend is Friday and Saturday."""
        kinds = np.array([country.friday_weekend for country in market.COUNTRIES], dtype=np.int64)
        return kinds[self.accounts.country[self.users.who]]

    def month(self, number: int) -> tuple[Ints, Ints, Floats]:
        """Per user: from when until when it may be at work in a month, and how keen it is then."""
        since, until = self.covered(number)
        since = np.maximum(since[self.users.who], self.users.created)
        until = np.maximum(until[self.users.who], since)
        middle = (self.clock.bounds[number] + self.clock.bounds[number + 1]) // 2
        return since, until, self.keenness * self._fade(int(middle))[self.users.who]

    def covered(self, number: int) -> tuple[Ints, Ints]:
        """Per account: the stretch of a month that its phases cover; an empty one is `since == until`."""
        begin, end = self.clock.bounds[number], self.clock.bounds[number + 1]
        phases = self.phases
        inside = (phases.start < end) & (phases.end > begin) & (phases.status != PAUSED)
        who = phases.who[inside]
        since = np.full(self.accounts.count, end)
        until = np.full(self.accounts.count, begin)
        np.minimum.at(since, who, np.maximum(phases.start[inside], begin))
        np.maximum.at(until, who, np.minimum(phases.end[inside], end))
        return since, np.maximum(until, since)

    def _fade(self, moment: int) -> Floats:
        """Who leaves for poor adoption hardly uses it; who leaves for lack of value uses it less and less."""
        to_go = np.where(self.left_at < NEVER, self.left_at - moment, NEVER).astype(np.float64)
        fading = np.clip(to_go / FADING, 0.12, 1.0)
        return np.where(
            self.left_because == market.ADOPTION,
            0.4,
            np.where(self.left_because == market.VALUE, fading, 1.0),
        )

    def busy(self, users: Ints, moments: Ints, drawn: Floats) -> Bools:
        """Whether a session tried at a moment takes place, by the user's local weekday and hour."""
        local = np.empty_like(moments)
        zone = self.users.zone[users]
        for number, offsets in enumerate(self.zones):
            here = zone == number
            local[here] = offsets.local(moments[here])
        weekday, hour = (local // DAY + 3) % 7, local % DAY // HOUR
        chances = rhythm()[self.friday_weekend[users], weekday, hour]
        return drawn < chances


def _moment(micros: int) -> datetime:
    return datetime(1970, 1, 1) + timedelta(microseconds=int(micros))
