"""K12 and K13: how long customers stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from tests.oracle.answers import Answer, ratio
from tests.oracle.churn import lost
from tests.oracle.company import Company
from tests.oracle.days import Place, Window, add_months
from tests.oracle.intervals import log_log, wilson
from tests.oracle.revenue import members
from tests.oracle.stories import Story


@dataclass(frozen=True)
class Spell:
    """How long one customer was seen, in months, from which month on, and whether it left."""

    months: Fraction
    left: bool
    entered: Fraction = Fraction(0)


def months_between(place: Place, start: datetime, end: datetime) -> Fraction:
    """Whole local calendar months, and the elapsed share of the next (K12)."""
    began, ended = place.local(start), place.local(end)

    def after(months: int) -> datetime:
        return datetime.combine(add_months(began.date(), months), began.time())

    whole = 0
    while after(whole + 1) <= ended:
        whole += 1
    return whole + Fraction((ended - after(whole)) / (after(whole + 1) - after(whole)))


def spell(company: Company, story: Story, seen_until: datetime, final: bool) -> Spell | None:
    """One account's spell as seen until an instant: to its first churn, or to its last."""
    if not story.spans or story.spans[0][0] >= seen_until:
        return None
    start = story.spans[0][0]
    churns = [instant for instant in story.churns() if instant < seen_until]
    left = bool(churns) and not (final and story.customer_at(seen_until))
    end = (churns[-1] if final else churns[0]) if left else seen_until
    return Spell(months_between(company.place, start, end), left)


def spells(company: Company, window: Window, final: bool = False) -> list[Spell]:
    """The spells of all accounts that were customers before the period's end or `as_of`."""
    seen_until = window.end if company.as_of is None else min(window.end, company.as_of)
    found = (spell(company, story, seen_until, final) for story in company.stories.values())
    return [each for each in found if each is not None]


def at_risk(seen: Sequence[Spell], month: Fraction) -> int:
    """How many were under observation just before a time; at the very beginning, who was seen from there."""
    return sum((each.entered < month or not each.entered) and month <= each.months for each in seen)


def steps(seen: Sequence[Spell]) -> list[tuple[Fraction, Fraction, float]]:
    """The curve: after each time of leaving, the time, S and Greenwood's sum."""
    survival, greenwood, curve = Fraction(1), 0.0, []
    for time in sorted({each.months for each in seen if each.left}):
        risk = at_risk(seen, time)
        deaths = sum(each.left and each.months == time for each in seen)
        survival *= 1 - Fraction(deaths, risk)
        greenwood += deaths / (risk * (risk - deaths)) if risk > deaths else float("inf")
        curve.append((time, survival, greenwood))
    return curve


def survival_at(seen: Sequence[Spell], month: int) -> Answer:
    """S at a month, with its interval."""
    if not seen:
        return Answer(None, reason="no_data")
    survival, greenwood = Fraction(1), 0.0
    for time, value, summed in steps(seen):
        if time <= month:
            survival, greenwood = value, summed
    if beyond(seen, month) and survival > 0:
        return Answer(None, reason="no_data")
    low, high = log_log(float(survival), greenwood) or (None, None)
    return Answer(survival, low=low, high=high, aside={"at_risk": at_risk(seen, Fraction(month))})


def beyond(seen: Sequence[Spell], month: int) -> bool:
    """Whether nobody was seen for so long: the curve ends before, unless it fell to 0."""
    return month > max(each.months for each in seen)


def median(seen: Sequence[Spell]) -> Answer:
    """The first time at which S is a half or less."""
    if not seen:
        return Answer(None, reason="no_data")
    for time, value, _ in steps(seen):
        if value <= Fraction(1, 2):
            return Answer(time)
    return Answer(None, reason="not_reached")


def restricted_mean(seen: Sequence[Spell], horizon: int) -> Answer:
    """The area under the curve up to a horizon."""
    if not seen:
        return Answer(None, reason="no_data")
    area, height, since = Fraction(0), Fraction(1), Fraction(0)
    for time, value, _ in steps(seen):
        if time < horizon:
            area += height * (time - since)
            height, since = value, time
    if beyond(seen, horizon) and height > 0:
        return Answer(None, reason="no_data")
    return Answer(area + height * (horizon - since))


def customer_lifetime(company: Company, window: Window) -> Answer:
    """1 over the churn pooled from the twelve months that end with the period."""
    months = company.months_back(window, 12)
    openings = sum(len(members(company, month.start)) for month in months)
    losses = sum(len(lost(company, month)) for month in months)
    if openings == 0:
        return Answer(None, openings, losses, "no_churn")
    low, high = wilson(losses, openings)
    if losses == 0:
        return Answer(None, openings, losses, "no_churn", low=1 / high)
    return ratio(openings, losses, low=1 / high, high=1 / low)
