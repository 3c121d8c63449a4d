"""The week's list: the accounts with open warnings, the most MRR at stake first, why and what next."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpResponse

from holdfast.report.warning import why
from holdfast.web.answers.judging import Attention, attention
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import said, show
from holdfast.words import say
from holdfast.words.amounts import amount, bare, date, percent

FIRST, MOST = 8, 200


@dataclass(frozen=True)
class Row:
    """An account of the list as it is told."""

    account: str
    name: str
    mrr: str
    stake: str
    share: str
    since: str
    reasons: tuple[tuple[str, str], ...]
    next: str


@page(noted=False)
def attention_page(view: View) -> HttpResponse:
    """The list whole; inside the overview its beginning."""
    found = attention(view.about, view.at)
    shown = found.accounts[: FIRST if view.for_part else MOST]
    stake = sum((each.stake for each in found.accounts), start=Decimal(0))
    return show(
        view,
        "dashboards/attention.html",
        rows=[_row(each, view) for each in shown],
        total=len(found.accounts),
        stake=amount(stake, view.about.currency, view.language),
        at=date(view.about.calendar.local_day(found.at), view.language),
        note=said(view.language, "warnings.stake", days=bare(found.days, "", view.language)),
    )


def _row(each: Attention, view: View) -> Row:
    language, worst = view.language, each.warnings[0]
    return Row(
        each.account_id,
        each.name or each.account_id,
        bare(each.mrr or 0, view.about.currency, language),
        bare(each.stake, view.about.currency, language),
        "" if each.share is None else percent(each.share, language),
        date(view.about.calendar.to_local(worst.opened_at).date(), language),
        tuple((say(f"warnings.kind.{one.kind}", language), why(one, language)) for one in each.warnings),
        say(f"warnings.next.{worst.kind}", language),
    )
