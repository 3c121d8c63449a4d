"""The chance to leave by the next renewal, and how such chances did, for a terminal and as rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text

from holdfast.insights.risk.backtest import Compared, TooFew
from holdfast.insights.risk.renewing import AHEAD_DAYS
from holdfast.report.risk_parts import card_row, counted, measured, risk_table
from holdfast.words import say
from holdfast.words.amounts import date, number, percent

if TYPE_CHECKING:
    from rich.console import RenderableType

    from holdfast.flow.judging.risk import AtRisk, Risks
    from holdfast.report.look import Look


def renewal_row(found: Risks, one: AtRisk) -> dict[str, Any]:
    """The day of an account's renewal and the chance by it, or why there is none."""
    due = one.renewal
    if due is None:
        return {"renewal_day": None, "by_renewal": None, "by_renewal_reason": "no_renewal_within_90_days"}
    refused = "too_few" if isinstance(found.by_renewal, TooFew) else "no_better"
    reason = refused if due.chance is None else None
    return {"renewal_day": due.day, "by_renewal": due.chance, "by_renewal_reason": reason}


def renewal_cells(found: Risks, shown: Sequence[AtRisk], look: Look) -> dict[str, list[str]]:
    """A column of the chances with their days; none where they are not shown."""
    if not is_shown(found):
        return {}
    return {"by_renewal": [_cell(each, look) for each in shown]}


def is_shown(found: Risks) -> bool:
    """Whether chances by the renewal are worth showing."""
    return isinstance(found.by_renewal, Compared) and found.by_renewal.is_worth_it


def renewal_text(found: Risks, one: AtRisk, language: str) -> str:
    """An account's chance by its renewal in a sentence, or why none is told."""
    due = one.renewal
    if due is None:
        return say("renewal.none", language, days=number(AHEAD_DAYS, language))
    if due.chance is None:
        told = say("renewal.day", language, day=date(due.day, language))
        return f"{told} {renewal_verdict(found, language)}"
    chance, day = percent(due.chance, language), date(due.day, language)
    return say("renewal.of_account", language, chance=chance, day=day)


def renewal_verdict(found: Risks, language: str) -> str:
    """Whether chances by the renewal did better than what they are held against."""
    card = found.by_renewal
    if isinstance(card, TooFew):
        left, needed = number(card.left, language), number(card.needed, language)
        return say(f"renewal.too_few_to_{card.of}", language, left=left, needed=needed)
    best = card.best_baseline
    return say(
        "renewal.worth_it" if card.is_worth_it else "renewal.refused",
        language,
        brier=number(card.cards["model"].brier.value, language, decimals=4),
        baseline=say(f"risk.of.{best}", language),
        other=number(card.cards[best].brier.value, language, decimals=4),
    )


def renewal_card_rows(found: Risks) -> list[dict[str, Any]]:
    """A row for the chances by the renewal and for each that they are held against."""
    card = found.by_renewal
    if isinstance(card, TooFew):
        evidence = f"{card.left} of {card.needed}"
        return [{"of": "by_renewal", "left": card.left, "shown": False, "evidence": evidence}]
    whole = {"days": card.days, "origins": len(card.origins), "shown": card.is_worth_it}
    names = {name: "by_renewal" if name == "model" else f"by_renewal_{name}" for name in card.cards}
    return [whole | card_row(names[name], each) for name, each in card.cards.items()]


def renewal_card(found: Risks, look: Look) -> Iterable[RenderableType]:
    """How chances by the renewal did in the past, and their calibration."""
    language, card = look.language, found.by_renewal
    yield Text("")
    yield Text(look.shown(renewal_verdict(found, language)), style="bold")
    if isinstance(card, TooFew):
        return
    model = card.cards["model"]
    yield risk_table(
        {
            "of": [say(f"risk.of.{name}", language) for name in card.cards],
            "brier": [measured(each.brier, look, 4) for each in card.cards.values()],
            "auc": [measured(each.auc, look, 3) for each in card.cards.values()],
        },
        look,
    )
    yield Text(look.shown(renewal_seen(card, language)), style="dim")
    told = [percent(each.chance, language) for each in model.groups]
    yield risk_table({"told": told, **counted(model.groups, look)}, look)


def renewal_seen(card: Compared, language: str) -> str:
    """Of how many accounts, months and leavings the card is."""
    model = card.cards["model"]
    told = {"origins": len(card.origins), "rows": model.rows, "left": model.left, "days": card.days}
    return say("renewal.seen", language, **{name: number(each, language) for name, each in told.items()})


def _cell(one: AtRisk, look: Look) -> str:
    due = one.renewal
    if due is None or due.chance is None:
        return look.dash
    language = look.language
    return say("renewal.cell", language, chance=percent(due.chance, language), day=date(due.day, language))
