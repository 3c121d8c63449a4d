"""Who is likely to leave, and the report card of how that was told before, for a terminal and as rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from holdfast.insights.risk.backtest import TooFew
from holdfast.metrics.health.parts import PARTS
from holdfast.report.health import record_text
from holdfast.report.renewing import (
    renewal_card,
    renewal_card_rows,
    renewal_cells,
    renewal_row,
    renewal_text,
    renewal_verdict,
)
from holdfast.report.risk_parts import card_row, counted, measured, risk_table
from holdfast.words import say, say_many
from holdfast.words.amounts import bare, date, number, percent

if TYPE_CHECKING:
    from holdfast.flow.judging.risk import AtRisk, Reason, Risks
    from holdfast.insights.health.moved import Ground
    from holdfast.insights.risk.backtest import Backtest
    from holdfast.report.look import Look

COLUMNS = (
    "account_id", "name", "at", "days", "chance", "payment", "mrr", "mrr_at_stake", "reasons",
    "renewal_day", "by_renewal", "by_renewal_reason",
)  # fmt: skip
CARD = (
    "days", "of", "rows", "left", "brier", "brier_low", "brier_high", "auc", "auc_low", "auc_high",
    "precision", "precision_low", "precision_high", "lift", "voluntary", "payment", "lead_days", "origins",
    "shown", "evidence", "groups", "bands",
)  # fmt: skip
TOLD, LEAST_WEIGHT = 3, 0.1
"""How many reasons are told in a list, and how much one must add to the log-odds to be told."""


def risks_as_rows(found: Risks) -> list[dict[str, Any]]:
    """One row per account with the columns of `COLUMNS`, its reasons the weightiest first."""
    return [
        {
            "account_id": each.account_id,
            "name": each.name,
            "at": found.at,
            "days": found.days,
            "chance": each.chance,
            "payment": each.payment,
            "mrr": each.mrr,
            "mrr_at_stake": each.stake,
            "reasons": [
                {"feature": one.feature, "value": one.value, "weight": one.weight} for one in each.reasons
            ],
            **renewal_row(found, each),
        }
        for each in found.accounts
    ]


def card_as_rows(found: Risks) -> list[dict[str, Any]]:
    """One row for the model and one for each baseline with the columns of `CARD`."""
    card = found.card
    if isinstance(card, TooFew):
        row = {
            "days": found.days,
            "left": card.left,
            "shown": False,
            "evidence": f"{card.left} of {card.needed}",
        }
        return [dict.fromkeys(CARD) | each for each in (row, *renewal_card_rows(found))]
    whole = {
        "days": found.days,
        "voluntary": card.voluntary,
        "payment": card.payment,
        "lead_days": card.lead,
        "origins": len(card.origins),
        "shown": found.is_shown,
        "bands": {
            band: {"rows": each.rows, "left": each.left, "low": each.low, "high": each.high}
            for band, each in card.bands.items()
        },
    }
    rows = [whole | card_row(name, each) for name, each in card.cards.items()]
    return [dict.fromkeys(CARD) | each for each in (*rows, *renewal_card_rows(found))]


def risks_shown(found: Risks, look: Look, most: int) -> RenderableType:
    """The accounts, the most MRR at stake first, each with its reasons; or why nothing is told."""
    language = look.language
    if not found.is_shown:
        return Text(look.shown(refused_text(found, language)))
    head = say(
        "risk.heading", language, days=number(found.days, language), day=date(found.at.date(), language)
    )
    shown = list(found.accounts[: most or None])
    cells = {
        "account": [each.account_id for each in shown],
        "name": [each.name or "" for each in shown],
        "chance": [percent(each.chance, language) for each in shown],
        "payment": [percent(each.payment, language) for each in shown],
        **renewal_cells(found, shown, look),
        "mrr": [number(each.mrr or 0, language, decimals=2) for each in shown],
        "stake": [number(each.stake, language, decimals=2) for each in shown],
        "because": [_because(each, look) for each in shown],
    }
    parts = [Text(look.shown(head), style="bold"), Text(""), risk_table(cells, look, least={"because": 24})]
    if more := len(found.accounts) - len(shown):
        parts.append(
            Text(say_many("explain.more", more, language, count=bare(more, "", language)), style="dim")
        )
    told = (_in_short(found, look), renewal_verdict(found, language))
    return Group(*parts, *(Text(look.shown(each), style="dim") for each in told))


def card_shown(found: Risks, look: Look) -> RenderableType:
    """How the chances did in the past beside the baselines, and their calibration."""
    language, card = look.language, found.card
    if isinstance(card, TooFew):
        return Text(look.shown(refused_text(found, language)))
    cells = {
        "of": [say(f"risk.of.{name}", language) for name in card.cards],
        "brier": [measured(each.brier, look, 4) for each in card.cards.values()],
        "auc": [measured(each.auc, look, 3) for each in card.cards.values()],
        "precision": [measured(each.precision, look, 3) for each in card.cards.values()],
        "lift": [number(each.lift, language, decimals=1) for each in card.cards.values()],
    }
    groups = card.cards["model"].groups
    said = {
        "told": [percent(each.chance, language) for each in groups],
        **counted(groups, look),
    }
    bands = {
        "band": [say(f"health.band.{band}", language) for band in card.bands],
        **counted(list(card.bands.values()), look),
    }
    lines = [Text(look.shown(verdict_text(found, card, language)), style="bold"), Text("")]
    seen = Text(look.shown(_seen(card, look)), style="dim")
    banded = Text(look.shown(say("risk.by_band", language)), style="bold")
    tables = (risk_table(cells, look), seen, risk_table(said, look), banded, risk_table(bands, look))
    return Group(*lines, *tables, *renewal_card(found, look))


def risk_of_account(found: Risks, account: AtRisk, grounds: Sequence[Ground], look: Look) -> RenderableType:
    """One account's chance, every reason with its weight, and the records behind each that has some."""
    language = look.language
    head = say(
        "risk.of_account",
        language,
        account=f"{account.account_id} {account.name or ''}".strip(),
        chance=percent(account.chance, language),
        days=number(found.days, language),
        payment=percent(account.payment, language),
    )
    rows: list[tuple[str, str]] = []
    for reason in account.reasons:
        rows.append((reason_text(reason, language), f"+{number(reason.weight, language, decimals=2)}"))
        mine = [each for each in grounds if each.part == reason.feature and each.kind != "base"]
        rows += [(f"  {record_text(each.kind, each.record, look)}", "") for each in mine]
    cells = {"because": [row[0] for row in rows], "weight": [row[1] for row in rows]}
    due = Text(look.shown(renewal_text(found, account, language)))
    lines = (Text(look.shown(head), style="bold"), due, Text(""))
    return Group(*lines, risk_table(cells, look, least={"because": 30}))


def _because(account: AtRisk, look: Look) -> str:
    plain = [one for one in account.reasons if one.weight >= LEAST_WEIGHT and one.value is not None]
    told = plain[:TOLD]
    return "; ".join(reason_text(one, look.language) for one in told)


def reason_text(reason: Reason, language: str) -> str:
    """A reason as a person reads it: what it is, and the account's own."""
    key = "health.part" if reason.feature in PARTS else "risk.feature"
    what = say(f"{key}.{reason.feature}", language)
    return say("risk.reason", language, what=what, value=_value(reason, language))


def _value(reason: Reason, language: str) -> str:
    if reason.value is None:
        return say("risk.unknown", language)
    if reason.feature in PARTS:
        return say("risk.of_100", language, value=number(round(reason.value), language))
    if reason.feature == "yearly":
        return say("risk.yes" if reason.value else "risk.no", language)
    return number(round(reason.value), language)


def refused_text(found: Risks, language: str) -> str:
    """Why no chances are told: too few left to say, or a baseline does no worse."""
    card = found.card
    if isinstance(card, TooFew):
        told = {"left": number(card.left, language), "needed": number(card.needed, language)}
        return say(f"risk.too_few_to_{card.of}", language, days=number(found.days, language), **told)
    return verdict_text(found, card, language)


def verdict_text(found: Risks, card: Backtest, language: str) -> str:
    """Whether the chances did better than the best baseline, and by which scores."""
    name = card.best_baseline
    return say(
        "risk.worth_it" if card.is_worth_it else "risk.refused",
        language,
        days=number(found.days, language),
        brier=number(card.cards["model"].brier.value, language, decimals=4),
        baseline=say(f"risk.of.{name}", language),
        other=number(card.cards[name].brier.value, language, decimals=4),
    )


def _in_short(found: Risks, look: Look) -> str:
    language = look.language
    if isinstance(found.card, TooFew):
        return ""
    model = found.card.cards["model"]
    return say("risk.in_short", language, auc=measured(model.auc, look, 2), left=number(model.left, language))


def _seen(card: Backtest, look: Look) -> str:
    language, model = look.language, card.cards["model"]
    return say(
        "risk.seen",
        language,
        origins=number(len(card.origins), language),
        rows=number(model.rows, language),
        left=number(model.left, language),
        payment=number(card.payment, language),
        lead=look.dash if card.lead is None else number(round(card.lead), language),
    )
