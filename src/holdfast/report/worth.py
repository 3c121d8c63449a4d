"""What customers are still worth, and how that was told before, for a terminal and as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from holdfast.insights.worth.held import TooFew
from holdfast.report.layout import Column, fitted, table
from holdfast.words import say, say_many
from holdfast.words.amounts import bare, date, money, number, percent

if TYPE_CHECKING:
    from holdfast.flow.judging.worth import Worths
    from holdfast.insights.worth.held import Card, Told
    from holdfast.insights.worth.valued import Worth
    from holdfast.report.look import Look

COLUMNS = (
    "account_id", "name", "at", "months_behind", "mrr", "months_to_come", "months_low", "months_high",
    "worth", "low", "high", "of", "unit", "margin", "plan", "term", "learned_plan", "spells", "ended",
    "alpha", "beta", "months_at_most", "discount",
)  # fmt: skip
CARD = (
    "origin", "months", "behind", "accounts", "ended", "share", "share_low", "share_high", "stayed",
    "revenue", "revenue_low", "revenue_high", "came", "brier", "baseline", "shown", "evidence",
)  # fmt: skip
WORDS = {"account", "name", "band", "what"}


def worths_as_rows(found: Worths, account_id: str = "") -> list[dict[str, Any]]:
    """One row per account, or of one, with the columns of `COLUMNS`."""
    return [
        {
            "account_id": each.of.account_id,
            "name": each.of.name,
            "at": found.at,
            "months_behind": each.of.months,
            "mrr": each.of.mrr,
            "months_to_come": each.expected,
            "months_low": each.low,
            "months_high": each.high,
            "worth": each.value.value,
            "low": each.value.low,
            "high": each.value.high,
            "of": found.of,
            "unit": found.unit,
            "margin": found.margin,
            "plan": each.of.plan,
            "term": each.of.term,
            "learned_plan": each.learned.plan,
            "spells": each.learned.spells,
            "ended": each.learned.ended,
            "alpha": each.learned.alpha,
            "beta": each.learned.beta,
            "months_at_most": found.months,
            "discount": found.discount,
        }
        for each in found.accounts
        if account_id in {"", each.of.account_id}
    ]


def card_as_rows(found: Worths) -> list[dict[str, Any]]:
    """One row for each month, then one for each band by time behind, with the columns of `CARD`."""
    card, row = found.card, dict.fromkeys(CARD)
    if isinstance(card, TooFew):
        return [row | {"shown": False, "evidence": f"{card.found} of {card.needed} to {card.of}"}]
    row |= {
        "origin": card.origin,
        "accounts": card.accounts,
        "ended": card.ended,
        "brier": card.brier,
        "baseline": card.baseline,
        "shown": card.is_worth_it,
    }
    months = [row | {"months": each.months} | _row(each.share, each.revenue) for each in card.since]
    bands = [
        row
        | {"months": card.last.months, "behind": each.name, "accounts": each.accounts}
        | _row(each.share, each.revenue)
        for each in card.bands
    ]
    return months + bands


def worths_shown(found: Worths, look: Look, most: int) -> RenderableType:
    """The accounts, the greatest worth first, with the total; or why nothing is told."""
    language = look.language
    if not found.is_shown:
        return Text(look.shown(refused_text(found, language)))
    shown = found.accounts[: most or None]
    cells = {
        "account": [each.of.account_id for each in shown],
        "name": [each.of.name or "" for each in shown],
        "behind": [number(each.of.months, language) for each in shown],
        "mrr": [bare(each.of.mrr, found.unit, language) for each in shown],
        "ahead": [number(each.expected, language, decimals=1) for each in shown],
        "worth": [bare(each.value.value, found.unit, language) for each in shown],
        "interval": [_bounds(each.value.low, each.value.high, found, language) for each in shown],
    }
    notes = [formula_text(found, language)]
    if found.discount:
        notes.append(say("worth.discounted", language, discount=percent(found.discount, language)))
    if found.without:
        notes.append(say("worth.without", language, count=number(found.without, language)))
    if more := len(found.accounts) - len(shown):
        notes.insert(0, say_many("explain.more", more, language, count=bare(more, "", language)))
    lines = [Text(look.shown(each), style="dim") for each in notes]
    head = Text(look.shown(_heading(found, language)), style="bold")
    return Group(head, Text(""), _table(cells, look, {"name": 2, "behind": 1}), *lines)


def worth_of_account(found: Worths, account: Worth, look: Look) -> RenderableType:
    """One account's worth with all that it is made of."""
    language = look.language
    name = f"{account.of.account_id} {account.of.name or ''}".strip()
    rows = why_rows(found, account, language)
    cells = {"what": [what for what, _ in rows], "value": [value for _, value in rows]}
    formula = Text(look.shown(formula_text(found, language)), style="dim")
    return Group(Text(look.shown(name), style="bold"), Text(""), _table(cells, look), formula)


def why_rows(found: Worths, account: Worth, language: str) -> list[tuple[str, str]]:
    """What a worth is made of, each part with its value: tenure, MRR, what was learned, months, worth."""
    of, learned = account.of, account.learned
    bounds = [number(each, language, decimals=1) for each in (account.expected, account.low, account.high)]
    months = {"value": bounds[0], "bounds": say("board.bounds", language, low=bounds[1], high=bounds[2])}
    spells = {name: number(getattr(learned, name), language) for name in ("spells", "ended")}
    told = {
        "behind": number(of.months, language),
        "mrr": money(of.mrr, found.unit, language),
        "began": _group(of.plan, of.term, language),
        "learned": _group(learned.plan, learned.term, language),
        "spells": say("worth.of_spells", language, **spells),
        "parameters": _parameters(account, language),
        "ahead": say("worth.months", language, **months),
        "worth": worth_text(found, account, language),
    }
    return [(say(f"worth.row.{name}", language), value) for name, value in told.items()]


def worth_text(found: Worths, account: Worth, language: str) -> str:
    """A worth as a person reads it: its value, its interval, and what it is of."""
    value, of = account.value, say(f"worth.of.{found.of}", language)
    bounds = _bounds(value.low, value.high, found, language)
    return say(
        "worth.measured", language, value=money(value.value, found.unit, language), bounds=bounds, of=of
    )


def formula_text(found: Worths, language: str) -> str:
    """How a worth is made, and what its interval is of."""
    margin = {} if found.margin is None else {"margin": percent(found.margin, language)}
    return say(f"worth.formula.{found.of}", language, months=number(found.months, language), **margin)


def refused_text(found: Worths, language: str) -> str:
    """Why no worth is told: too few left to say, or constant churn does better."""
    card = found.card
    if isinstance(card, TooFew):
        told = {"found": number(card.found, language), "needed": number(card.needed, language)}
        return say(f"worth.too_few_to_{card.of}", language, **told)
    return _verdict(card, language)


def card_shown(found: Worths, look: Look) -> RenderableType:
    """What was expected in each month since, and what came: of all, then by the time behind them."""
    language, card = look.language, found.card
    if isinstance(card, TooFew):
        return Text(look.shown(refused_text(found, language)))
    months = {"months": [number(each.months, language) for each in card.since]}
    bands = {
        "band": [say(f"worth.band.{each.name}", language) for each in card.bands],
        "accounts": [number(each.accounts, language) for each in card.bands],
    }
    return Group(
        Text(look.shown(_verdict(card, language)), style="bold"),
        Text(look.shown(_seen(card, language)), style="dim"),
        Text(""),
        _table(months | _told([(each.share, each.revenue) for each in card.since], found, language), look),
        Text(look.shown(say("worth.by_band", language)), style="bold"),
        _table(bands | _told([(each.share, each.revenue) for each in card.bands], found, language), look),
    )


def _heading(found: Worths, language: str) -> str:
    total = found.total
    return say(
        "worth.heading",
        language,
        day=date(found.at.date(), language),
        total=money(total.value, found.unit, language),
        bounds=_bounds(total.low, total.high, found, language),
        of=say(f"worth.of.{found.of}", language),
    )


def _group(plan: str | None, term: int, language: str) -> str:
    months = number(term, language)
    if plan is None:
        return say("worth.group.all", language, months=months)
    return say("worth.group.plan", language, plan=plan, months=months)


def _parameters(account: Worth, language: str) -> str:
    learned = account.learned
    if learned.is_constant:
        share = learned.alpha / (learned.alpha + learned.beta)
        return say("worth.constant", language, share=percent(share, language))
    told = {name: number(getattr(learned, name), language, decimals=3) for name in ("alpha", "beta")}
    return say("worth.parameters", language, **told)


def _bounds(low: Any, high: Any, found: Worths, language: str) -> str:
    told = (bare(each, found.unit, language) for each in (low, high))
    return say("board.bounds", language, **dict(zip(("low", "high"), told, strict=True)))


def _verdict(card: Card, language: str) -> str:
    return say(
        "worth.worth_it" if card.is_worth_it else "worth.refused",
        language,
        day=date(card.origin.date(), language),
        brier=number(card.brier, language, decimals=4),
        baseline=number(card.baseline, language, decimals=4),
    )


def _seen(card: Card, language: str) -> str:
    share = card.last.share
    return say(
        "worth.seen",
        language,
        accounts=number(card.accounts, language),
        expected=percent(share.expected, language),
        months=number(card.last.months, language),
        came=percent(share.came, language),
        error=number(100 * (share.expected - share.came), language, decimals=1),
        ended=number(card.ended, language),
    )


def _told(rows: Sequence[tuple[Told, Told]], found: Worths, language: str) -> dict[str, list[str]]:
    def share(value: float) -> str:
        return percent(value, language)

    def revenue(value: float) -> str:
        return bare(value, found.unit, language)

    def expected(told: Told, written: Any) -> str:
        bounds = say("board.bounds", language, low=written(told.low), high=written(told.high))
        return say("worth.months", language, value=written(told.expected), bounds=bounds)

    def came(told: Told, written: Any) -> str:
        value: str = written(told.came)
        return value if told.is_within else say("worth.outside", language, value=value)

    return {
        "share": [expected(each, share) for each, _ in rows],
        "stayed": [came(each, share) for each, _ in rows],
        "revenue": [expected(each, revenue) for _, each in rows],
        "came": [came(each, revenue) for _, each in rows],
    }


def _row(share: Told, revenue: Told) -> dict[str, Any]:
    return {
        "share": share.expected,
        "share_low": share.low,
        "share_high": share.high,
        "stayed": share.came,
        "revenue": revenue.expected,
        "revenue_low": revenue.low,
        "revenue_high": revenue.high,
        "came": revenue.came,
    }


def _table(
    cells: Mapping[str, Sequence[str]], look: Look, ranks: Mapping[str, int] | None = None
) -> RenderableType:
    columns = [
        Column(
            name,
            say(f"worth.column.{name}", look.language),
            [Text(look.shown(cell)) for cell in each],
            rank=(ranks or {}).get(name, 0),
            right=name not in WORDS,
        )
        for name, each in cells.items()
    ]
    return table(fitted(columns, look.width), look)
