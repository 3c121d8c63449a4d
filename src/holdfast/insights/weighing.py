"""An effort to keep customers held against what it costs: a calculation with its assumptions (C70).

It follows the customers of today, month by month, and sells to nobody new. Of revenue `M` a share `l`
is lost each month; the effort prevents a share `s` of that and adds a share `a` to what stays:

    without the effort   M (1 - l)^t
    with it              M (1 - l (1 - s))^t (1 + a)

What the second has over the first, times the gross margin, is the gain of month `t`. Costs are what is
paid once, before the first month, and what is paid each month.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from holdfast.errors import UsageError

MOST_MONTHS = 120
MILLION = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Effort:
    """What is planned: paid once and each month, and what is hoped of it over so many months.

    `saves` is the share of lost revenue that it prevents, `adds` the share that those who stay pay more.
    """

    once: Decimal = Decimal(0)
    monthly: Decimal = Decimal(0)
    saves: Decimal = Decimal(0)
    adds: Decimal = Decimal(0)
    months: int = 12

    def __post_init__(self) -> None:
        if not 1 <= self.months <= MOST_MONTHS:
            raise UsageError(f"An effort cannot be weighed over {self.months} months.", hint="1 to 120.")
        if not 0 <= self.saves <= 1:
            hint = "It is the share of lost revenue that is kept: 15% where 15 of 100 lost would stay."
            raise UsageError("What is saved lies between 0% and 100%.", hint=hint)
        if min(self.once, self.monthly, self.adds) < 0:
            raise UsageError("Costs and what is added are not below 0.", hint="--once 20000 --adds 2%")


@dataclass(frozen=True, kw_only=True)
class Outset:
    """Where it starts from, as counted: revenue a month, what of it is lost, the margin, who is kept.

    `losses` are the shares lost of each month that was looked at, `loss` of all of them together.
    `margin` is None where it is not known: revenue is then counted whole. `kept_for` is what
    keeping all customers costs a month now. `month` is the newest that was looked at.
    """

    mrr: Decimal
    loss: Decimal
    losses: tuple[Decimal, ...]
    margin: Decimal | None
    customers: int
    kept_for: Decimal | None
    month: str


@dataclass(frozen=True, kw_only=True)
class Month:
    """One month ahead: revenue without and with the effort, and what was gained and paid up to its end."""

    number: int
    without: Decimal
    held: Decimal
    gained: Decimal
    paid: Decimal


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """What comes of an effort by the end of its months.

    `pays_from` is the first month by whose end it has brought in what it cost, None where none has.
    `least` is the share of losses that it must prevent to do so within its months; None where even all
    would not do. `lowest` and `highest` are the net gain at the least and the greatest loss of a month
    that was looked at. `each_before` and `each_after` are the cost of keeping a customer a month.
    """

    effort: Effort
    outset: Outset
    months: tuple[Month, ...]
    retained: Decimal
    added: Decimal
    pays_from: int | None
    least: Decimal | None
    lowest: Decimal
    highest: Decimal
    each_before: Decimal | None
    each_after: Decimal | None

    @property
    def net(self) -> Decimal:
        """What was gained beyond what was paid."""
        return self.months[-1].gained - self.months[-1].paid


def weigh(effort: Effort, outset: Outset) -> Weighed:
    """Hold an effort against its cost. Raises UsageError where nobody pays now."""
    if outset.mrr <= 0 or outset.customers <= 0:
        raise UsageError("Nobody pays now: there is nothing to keep.", hint="holdfast kpis mrr")
    months = tuple(_months(effort, outset))
    retained, added = _parts(effort, outset)
    nets = sorted(_net(effort, replace(outset, loss=loss)) for loss in (outset.loss, *outset.losses))
    before = None if outset.kept_for is None else outset.kept_for / outset.customers
    return Weighed(
        effort=effort,
        outset=outset,
        months=months,
        retained=retained,
        added=added,
        pays_from=next((month.number for month in months if month.gained >= month.paid), None),
        least=_least(effort, outset),
        lowest=nets[0],
        highest=nets[-1],
        each_before=before,
        each_after=None if before is None else before + _spread(effort) / outset.customers,
    )


def _months(effort: Effort, outset: Outset) -> Iterator[Month]:
    gained, paid = Fraction(0), Fraction(effort.once)
    for number in range(1, effort.months + 1):
        without, saved, added = _at(number, effort, outset)
        gained += (saved + added) * _margin(outset)
        paid += Fraction(effort.monthly)
        yield Month(
            number=number,
            without=_money(without),
            held=_money(without + saved + added),
            gained=_money(gained),
            paid=_money(paid),
        )


def _at(number: int, effort: Effort, outset: Outset) -> tuple[Fraction, Fraction, Fraction]:
    """Revenue of a month without the effort, what it saves, and what it adds to that."""
    mrr, loss = Fraction(outset.mrr), Fraction(outset.loss)
    without = mrr * (1 - loss) ** number
    held = mrr * (1 - loss * (1 - Fraction(effort.saves))) ** number
    return without, held - without, held * Fraction(effort.adds)


def _parts(effort: Effort, outset: Outset) -> tuple[Decimal, Decimal]:
    """Revenue saved, and revenue added, over all months."""
    each = [_at(number, effort, outset) for number in range(1, effort.months + 1)]
    return _money(sum(saved for _, saved, _ in each)), _money(sum(added for *_, added in each))


def _net(effort: Effort, outset: Outset) -> Decimal:
    *_, last = _months(effort, outset)
    return last.gained - last.paid


def _least(effort: Effort, outset: Outset) -> Decimal | None:
    """To a millionth: the more it prevents the more it brings in."""

    def net(millionths: int) -> Decimal:
        return _net(replace(effort, saves=Decimal(millionths) / MILLION), outset)

    found = bisect_left(range(MILLION + 1), Decimal(0), key=net)
    return None if found > MILLION else Decimal(found) / MILLION


def _spread(effort: Effort) -> Decimal:
    return effort.monthly + effort.once / effort.months


def _margin(outset: Outset) -> Fraction:
    return Fraction(1) if outset.margin is None else Fraction(outset.margin)


def _money(amount: Fraction | int) -> Decimal:
    """To nine places, which money has here."""
    exact = Fraction(amount)
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("1e-9"))
