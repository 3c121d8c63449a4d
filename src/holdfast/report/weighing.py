"""An effort to keep customers held against its cost: what comes of it, and what that was taken from."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from holdfast.report.layout import Column, fitted, table
from holdfast.words import say
from holdfast.words.amounts import bare, money, percent, period_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from holdfast.insights.weighing import Weighed
    from holdfast.report.look import Look

SHOWN = 12
"""Months in the table at most: every one where there are few, else those at even steps."""

COLUMNS = ("month", "without", "with", "gained", "paid", "net")
SAID = (
    *("currency", "mrr", "month", "customers", "monthly_loss", "least_loss", "greatest_loss", "margin"),
    *("once", "monthly", "saves", "adds", "months", "retained", "added", "gained", "paid", "net"),
    *("net_lowest", "net_highest", "pays_from_month", "least_saving"),
    *("retention_cost_before", "retention_cost_after"),
)


def weighed(found: Weighed, currency: str, look: Look) -> RenderableType:
    """The verdict, the months, and every assumption with where it is from."""
    lines = [Text(f"  {line}") for line in _assumed(found, currency, look)]
    return Group(
        Text(_verdict(found, currency, look), style="bold"),
        *(Text(line) for line in _besides(found, currency, look)),
        Text(""),
        _months(found, currency, look),
        Text(""),
        Text(say("weigh.assumed", look.language), style="bold"),
        *lines,
    )


def weighed_as_row(found: Weighed, currency: str) -> dict[str, Any]:
    """What comes of an effort as one row, with the columns of `SAID`."""
    effort, outset, last = found.effort, found.outset, found.months[-1]
    return dict.fromkeys(SAID) | {
        "currency": currency,
        "mrr": outset.mrr,
        "month": outset.month,
        "customers": outset.customers,
        "monthly_loss": outset.loss,
        "least_loss": min(outset.losses),
        "greatest_loss": max(outset.losses),
        "margin": outset.margin,
        "once": effort.once,
        "monthly": effort.monthly,
        "saves": effort.saves,
        "adds": effort.adds,
        "months": effort.months,
        "retained": found.retained,
        "added": found.added,
        "gained": last.gained,
        "paid": last.paid,
        "net": found.net,
        "net_lowest": found.lowest,
        "net_highest": found.highest,
        "pays_from_month": found.pays_from,
        "least_saving": found.least,
        "retention_cost_before": found.each_before,
        "retention_cost_after": found.each_after,
    }


def months_as_rows(found: Weighed) -> list[dict[str, Any]]:
    """One row per month with the columns of `COLUMNS`."""
    return [
        {
            "month": month.number,
            "without": month.without,
            "with": month.held,
            "gained": month.gained,
            "paid": month.paid,
            "net": month.gained - month.paid,
        }
        for month in found.months
    ]


def _verdict(found: Weighed, currency: str, look: Look) -> str:
    net = money(abs(found.net), currency, look.language)
    key = "weigh.gains" if found.net >= 0 else "weigh.loses"
    return say(key, look.language, net=net, months=_count(found.effort.months, look))


def _besides(found: Weighed, currency: str, look: Look) -> Iterator[str]:
    language = look.language
    low, high = (money(each, currency, language) for each in (found.lowest, found.highest))
    yield say("weigh.range", language, low=low, high=high)
    if found.pays_from is None:
        yield say("weigh.never", language)
    else:
        yield say("weigh.pays_from", language, month=_count(found.pays_from, look))
    if found.least is None:
        yield say("weigh.not_even_all", language)
    else:
        yield say("weigh.least", language, least=percent(found.least, language))
    if found.each_before is not None and found.each_after is not None:
        before, after = (money(each, currency, language) for each in (found.each_before, found.each_after))
        yield say("weigh.each", language, before=before, after=after)


def _months(found: Weighed, currency: str, look: Look) -> RenderableType:
    every = found.months
    step = -(-len(every) // SHOWN)
    shown = [month for month in every if month.number % step == 0 or month is every[-1]]

    def column(name: str, values: Callable[[Any], Decimal], rank: int = 0) -> Column:
        cells = [Text(money(values(month), currency, look.language)) for month in shown]
        return Column(name, say(f"weigh.{name}", look.language), cells, rank, right=True)

    numbers = [Text(_count(month.number, look)) for month in shown]
    columns = [
        Column("month", say("weigh.month", look.language), numbers, right=True),
        column("without", lambda month: month.without, 2),
        column("with", lambda month: month.held, 2),
        column("gained", lambda month: month.gained),
        column("paid", lambda month: month.paid),
        column("net", lambda month: month.gained - month.paid, 1),
    ]
    return table(fitted(columns, look.width), look)


def _assumed(found: Weighed, currency: str, look: Look) -> Iterator[str]:
    language, effort, outset = look.language, found.effort, found.outset

    def cash(amount: Decimal) -> str:
        return money(amount, currency, language)

    month = period_name("month", outset.month, language)
    yield say("weigh.from_mrr", language, mrr=cash(outset.mrr), month=month)
    yield say(
        "weigh.from_losses",
        language,
        loss=percent(outset.loss, language),
        low=percent(min(outset.losses), language),
        high=percent(max(outset.losses), language),
        months=_count(len(outset.losses), look),
    )
    if outset.margin is None:
        yield say("weigh.margin_unknown", language)
    else:
        yield say("weigh.margin", language, margin=percent(outset.margin, language))
    yield say("weigh.costs", language, once=cash(effort.once), monthly=cash(effort.monthly))
    yield say(
        "weigh.hoped", language, saves=percent(effort.saves, language), adds=percent(effort.adds, language)
    )
    yield say("weigh.nobody_new", language)


def _count(number: int, look: Look) -> str:
    return bare(number, "", look.language)
