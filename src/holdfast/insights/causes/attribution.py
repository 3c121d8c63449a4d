"""One cause for each loss, by published rules, with every sign that was there; and the areas they make.

Decided in docs/adr/0091.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from holdfast.insights.causes.signs import OF_SIGN
from holdfast.insights.causes.taxonomy import CAUSES, Cause, cause_called

ORDER = (
    "said", "past_due", "theme", "severe_ticket", "reopened_ticket", "low_answer", "discount_end",
    "hardly_used", "used_less",
)  # fmt: skip
"""Which sign decides where there are several: what was said before what was seen, voices before use."""

OFTEN_SAID = 5
"""How many reasons that name no cause are told."""


@dataclass(frozen=True)
class Sign:
    """A record that speaks for a cause; `word` is what was said in it."""

    sign: str
    cause: Cause
    record: str
    at: datetime
    word: str | None = None


@dataclass(frozen=True)
class Loss:
    """Revenue that an account took away, or may: its cause, and all signs, the deciding one first."""

    account_id: str
    name: str | None
    at: datetime
    mrr: Decimal
    cause: Cause
    signs: tuple[Sign, ...]


@dataclass(frozen=True)
class Area:
    """What is lost for a cause, and of whom the same signs are seen now: accounts, and their MRR a month."""

    cause: Cause
    accounts: int
    mrr: Decimal
    at_stake: int
    mrr_at_stake: Decimal


def sign(kind: str, word: str | None, record: str, at: datetime, called: Mapping[str, Cause]) -> Sign:
    """A sign with the cause it speaks for: what its word names, `other` where that names none."""
    named = cause_called(word, called) or "other" if word is not None else OF_SIGN[kind]
    return Sign(kind, named, record, at, word)


def cause_of(signs: Sequence[Sign]) -> tuple[Cause, tuple[Sign, ...]]:
    """The cause of the first sign in `ORDER`, the newest of its kind; `unexplained` where there are none."""
    newest = sorted(signs, key=lambda each: (each.at, each.record), reverse=True)
    ordered = tuple(sorted(newest, key=lambda each: ORDER.index(each.sign)))
    return (ordered[0].cause if ordered else "unexplained"), ordered


def areas(lost: Sequence[Loss], at_stake: Sequence[Loss]) -> tuple[Area, ...]:
    """One area per cause that anything was lost for or may be, the most MRR lost first, unexplained last."""
    found = [Area(cause, *_sum(lost, cause), *_sum(at_stake, cause)) for cause in CAUSES]
    told = [each for each in found if each.accounts or (each.at_stake and each.cause != "unexplained")]
    return tuple(
        sorted(
            told, key=lambda each: (each.cause == "unexplained", -each.mrr, -each.mrr_at_stake, each.cause)
        )
    )


def losses(
    amounts: Mapping[str, Decimal],
    times: Mapping[str, datetime],
    names: Mapping[str, str | None],
    signs: Mapping[str, Sequence[Sign]],
) -> tuple[Loss, ...]:
    """A loss per account with its cause, the greatest amount first."""
    found = []
    for account, amount in amounts.items():
        cause, told = cause_of(signs.get(account, ()))
        found.append(Loss(account, names.get(account), times[account], amount, cause, told))
    return tuple(sorted(found, key=lambda each: (-each.mrr, each.account_id)))


def _sum(losses_: Sequence[Loss], cause: Cause) -> tuple[int, Decimal]:
    mine = [each.mrr for each in losses_ if each.cause == cause]
    return len(mine), sum(mine, Decimal(0))
