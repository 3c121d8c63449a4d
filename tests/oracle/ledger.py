"""The MRR ledger: each change at its instant, and the revaluation at each month's end (K04, R14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from tests.oracle.company import Company
from tests.oracle.days import FOREVER, ONE_DAY, Window
from tests.oracle.stories import Story, summed

KINDS = ("new", "expansion", "contraction", "churn", "reactivation", "fx")
GAINS = ("new", "expansion", "reactivation")


@dataclass(frozen=True)
class Movement:
    """One account's change of MRR at one instant; `change` is signed, by currency and in all."""

    account: str
    instant: datetime
    kind: str
    before: dict[str, Decimal]
    after: dict[str, Decimal]

    def change(self, company: Company, day: date) -> Decimal:
        """The signed change in the workspace's currency at the rate of a day."""
        return company.worth(self.after, day) - company.worth(self.before, day)


def movements(company: Company, story: Story) -> list[Movement]:
    """Every change of an account's MRR, classified at its instant."""
    instants = sorted({bound for step in story.steps for bound in (step.start, step.end)} - {FOREVER})
    found = []
    for instant in instants:
        before = summed(story.at(instant))
        after = next((summed(step.native) for step in story.steps if step.start == instant), {})
        if before != after:
            kind = classified(company, story, instant, before, after)
            found.append(Movement(story.account, instant, kind, before, after))
    return found


def is_fresh(company: Company, story: Story, number: int) -> bool:
    """Whether a span as a customer begins as new: the first, or after long enough away."""
    away = company.rules["new_again_after_days"]
    gap = story.spans[number][0] - story.spans[number - 1][1]
    return number == 0 or (away > 0 and gap >= timedelta(hours=24 * away))


def classified(
    company: Company, story: Story, instant: datetime, before: dict[str, Decimal], after: dict[str, Decimal]
) -> str:
    """The kind of a change by K04."""
    for number, (start, end) in enumerate(story.spans):
        if instant == start:
            return "new" if is_fresh(company, story, number) else "reactivation"
        if instant == end:
            return "churn"
    if not after:
        return "contraction"
    if not before:
        return "expansion"
    day = company.rate_day(instant)
    return "expansion" if company.worth(after, day) > company.worth(before, day) else "contraction"


def signed_total(company: Company, account_or_all: str | None, kind: str, window: Window) -> Decimal:
    """The signed sum of a kind of movement in a period, of one account or of all."""
    total = Decimal(0)
    for account, story in company.stories.items():
        if account_or_all not in (None, account):
            continue
        if kind == "fx":
            total += revaluation(company, story, window)
            continue
        for move in movements(company, story):
            if move.kind == kind and window.holds(move.instant):
                total += move.change(company, company.rate_day(move.instant))
    return total


def revaluation(company: Company, story: Story, window: Window) -> Decimal:
    """What the change of rates at the month ends inside a period did to an account's MRR."""
    total = Decimal(0)
    after_window = company.place.window(window.first_day, window.last_day + ONE_DAY)
    for first in company.place.month_starts(after_window):
        bound = company.place.midnight(first)
        if window.start < bound <= window.end:
            held = story.by_currency(bound)
            before = (first - ONE_DAY).replace(day=1) - ONE_DAY
            total += company.worth(held, first - ONE_DAY) - company.worth(held, before)
    return total


def stock(company: Company, bound: datetime) -> Decimal:
    """All MRR just before a bound, at the rate of the month that the bound begins or lies in."""
    day = company.rate_day(bound)
    return sum(
        (company.worth(story.by_currency(bound), day) for story in company.stories.values()), Decimal(0)
    )


def booked(kind: str, signed: Decimal) -> Decimal:
    """A movement as it is shown: contraction and churn positive."""
    return -signed if kind in ("contraction", "churn") else signed


def ledger(company: Company, kind: str, window: Window) -> Decimal:
    """A kind of movement, or the net of all but fx, in a period."""
    if kind == "net_new":
        return sum((signed_total(company, None, each, window) for each in KINDS if each != "fx"), Decimal(0))
    return booked(kind, signed_total(company, None, kind, window))


def period_net(company: Company, kind: str, window: Window) -> Decimal:
    """The variant with one net movement per account and period."""
    total = Decimal(0)
    for account, story in company.stories.items():
        net = sum(
            (signed_total(company, account, each, window) for each in KINDS if each != "fx"), Decimal(0)
        )
        if kind in ("net_new", net_kind(company, story, window, net)):
            total += net
    return booked(kind, total)


def net_kind(company: Company, story: Story, window: Window, net: Decimal) -> str | None:
    """Which kind an account's one net movement of a period is."""
    opening, closing = story.pays_at(window.start), story.pays_at(window.end)
    if opening and closing:
        return "expansion" if net > 0 else "contraction"
    if opening:
        return "contraction" if story.customer_at(window.end) else "churn"
    if not closing:
        return None
    if story.customer_at(window.start):
        return "expansion"
    inside = [number for number, (start, _) in enumerate(story.spans) if window.holds(start)]
    return "new" if any(is_fresh(company, story, number) for number in inside) else "reactivation"
