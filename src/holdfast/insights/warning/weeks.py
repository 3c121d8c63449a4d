"""Use by week against each account's own earlier weeks, days of general rest left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr

from holdfast.insights.warning.stretches import Bools, Ints

Floats = NDArray[np.float64]
RECENT, EARLIER = 2, 8
"""Weeks that are judged, and weeks before them that they are held against."""

MANY = 20
"""Accounts active on usual such days, under which a country does not tell a day of rest from chance."""

CHANCE = 0.01
"""How unlikely a fall must be where use had stayed as it was."""

MONDAY_OF_1970 = 4
"""The days from 1 January 1970, a Thursday, to the Monday after it."""


@dataclass(frozen=True)
class Weeks:
    """Use by account and whole week: days of people on days that are no rest, a row each of `who` and `week`.

    `first` is the day on which week 0 begins; `open` says for each country (the last row: for all) which
    share of a usual week's use each week's days that are no rest have.
    """

    first: int
    many: int
    who: Ints
    week: Ints
    used: Ints
    countries: Ints
    open: Floats

    def ends(self, weeks: Ints) -> Ints:
        """The first day after weeks."""
        return self.first + 7 * (weeks + 1)


def weeks_of(who: Ints, day: Ints, people: Ints, countries: Ints, until: int, week_start: int) -> Weeks:
    """Use by day as whole weeks that begin on `week_start` (0: Monday) and are over by the day `until`.

    `who` are places in `countries`; -1 there is a country that nobody told.
    """
    began = int(day.min()) if len(day) else until
    first = began - (began - MONDAY_OF_1970 - week_start) % 7
    many = max((until - first) // 7, 0)
    inside = day < first + 7 * many
    who, day, people = who[inside], day[inside] - first, people[inside]
    every = int(countries.max(initial=-1)) + 1
    place = np.where(countries < 0, every, countries)
    rest, usual = _rest(place[who], day, people, every, many)
    working = ~rest[place[who], day]
    used = np.where(working, people, 0)
    return Weeks(first, many, who, day // 7, used, place, _open(rest, usual))


def fallen(weeks: Weeks, accounts: Ints, percent: int, least: int) -> tuple[Bools, Floats, Floats]:
    """Of each account and week: whether use has fallen by its end, what was to be expected, what there was.

    Expected is the rate of the earlier weeks over the recent ones, each by how much of it was no rest.
    Known of accounts whose first use lies before the earlier weeks.
    """
    at = np.searchsorted(weeks.who, [accounts[0], accounts[-1] + 1]) if len(accounts) else [0, 0]
    rows = slice(int(at[0]), int(at[1]))
    place = (weeks.who[rows] - accounts[:1].sum()) * weeks.many + weeks.week[rows]
    use = _table(place, weeks.used[rows], len(accounts), weeks.many)
    seen = np.logical_or.accumulate(use > 0, axis=1)
    told = weeks.open[weeks.countries[accounts]]
    recent, share = _sums(use, RECENT, 0), _sums(told, RECENT, 0)
    before, earlier = _sums(use, EARLIER, RECENT), _sums(told, EARLIER, RECENT)
    expected = before * share / np.maximum(earlier, 1e-9)
    old = np.zeros_like(seen)
    old[:, RECENT + EARLIER - 1 :] = seen[:, : max(weeks.many - RECENT - EARLIER + 1, 0)]
    low = old & (expected >= least) & (recent * 100 <= expected * (100 - percent)) & (share > 0.5)
    sure, where = low.copy(), np.nonzero(low)
    odds = share[where] / (share[where] + earlier[where])
    sure[where] = bdtr(recent[where], (recent + before)[where].astype(np.int64), odds) <= CHANCE
    return _kept_up(sure, low), expected, recent


def _kept_up(sure: Bools, low: Bools) -> Bools:
    """From a week that is sure on, while weeks are low: what has begun need not be shown again."""
    found = sure.copy()
    for week in range(1, low.shape[1]):
        found[:, week] |= found[:, week - 1] & low[:, week]
    return found


def _sums(values: Floats, many: int, ago: int) -> Floats:
    """The sums of so many weeks up to and with the one so many weeks ago; of fewer at the beginning."""
    total = np.pad(np.cumsum(values, axis=1), ((0, 0), (many + ago, 0)))
    weeks = values.shape[1]
    found: Floats = total[:, many : many + weeks] - total[:, :weeks]
    return found


def _rest(country: Ints, day: Ints, people: Ints, every: int, many: int) -> tuple[Bools, Floats]:
    """Which days are days of rest by country, and the days of people by country and day; all in the last row.

    A day of rest has less than half of the accounts active that the same days of the eight weeks before
    had in the middle; where a country has too few to tell, all countries together do.
    """
    days = 7 * many
    place = country * days + day
    active = _table(place, np.ones_like(people), every + 1, days)
    usual = _table(place, people, every + 1, days)
    for rows in (active, usual):
        rows[every] = rows.sum(axis=0)
    before = np.stack([_ago(active, 7 * week) for week in range(1, EARLIER + 1)])
    known = ~np.isnan(before).all(axis=0)
    middle = np.zeros_like(active)
    middle[known] = np.nanmedian(before[:, known], axis=0)
    rest = active < middle / 2
    rest = np.where(middle >= MANY, rest, rest[every] & (middle[every] >= MANY))
    return rest, usual


def _table(place: Ints, amount: Ints, rows: int, columns: int) -> Floats:
    """The sums of amounts by place, laid out in rows."""
    return np.bincount(place, amount, rows * columns).astype(np.float64).reshape(rows, columns)


def _ago(values: Floats, days: int) -> Floats:
    found = np.full_like(values, np.nan)
    if days < values.shape[1]:
        found[:, days:] = values[:, : values.shape[1] - days]
    return found


def _open(rest: Bools, usual: Floats) -> Floats:
    """Of each country and week the share of use that its days that are no rest usually have."""
    rows, many = rest.shape[0], rest.shape[1] // 7
    working = ~rest.reshape(rows, many, 7)
    worked = np.where(working, usual.reshape(rows, many, 7), 0.0)
    held = np.stack([_sums(working[:, :, day].astype(float), EARLIER, 1) for day in range(7)], axis=2)
    done = np.stack([_sums(worked[:, :, day], EARLIER, 1) for day in range(7)], axis=2)
    mean = done / np.maximum(held, 1.0)
    whole = mean.sum(axis=2, keepdims=True)
    share = np.where(whole > 0, mean / np.maximum(whole, 1e-9), 1 / 7)
    found: Floats = (share * working).sum(axis=2)
    return found
