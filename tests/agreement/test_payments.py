"""Involuntary churn, recovery and authorisation are the oracle's, on random companies (K10)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import cache, lru_cache

import pytest

from tests.agreement.again import Told, company, corrected
from tests.agreement.frame import adding_up, as_known_before, evidence
from tests.agreement.sizes import WHOLE, companies, spread
from tests.agreement.telling import LABELS
from tests.histories import AS_OF, DAY, INSTANT, NONE, SHORT, History, Writer
from tests.oracle.payments import MEASURES

NAMES = tuple(MEASURES)
ADDITIVE = NAMES
GRAINS = ("month", "week", "day", "quarter")
FEW = [(1, "Asia/Tehran"), (2, "America/Sao_Paulo"), (3, "UTC")]
CASES = companies(FEW, "UTC", "Asia/Tehran", "America/Sao_Paulo")
EARLY = datetime(2018, 1, 20, 12)
OPEN = [EARLY, *(datetime(2017, 12, 16) + 30 * DAY - beside for beside in (NONE, INSTANT))]
"""Instants at which windows are open, one over to the instant, and one not."""

RECOVERED = (None, None, 30 * DAY, 30 * DAY - INSTANT, 30 * DAY + INSTANT, DAY, 9 * DAY, NONE, -INSTANT)
OPEN_CASES = [(*case, as_of) for case in CASES for as_of in OPEN]
if not WHOLE:
    OPEN_CASES = [(*case, as_of) for case, as_of in zip(CASES, OPEN, strict=True)]

RULES = {
    "churn_instant": "cancel_request",
    "pause_policy": "keeps_mrr",
    "merge_gap_hours": 48,
    "recovery_window_days": 10,
}
"""The rules of every third company."""


@cache
def owing(seed: int, zone: str) -> History:
    """A company with invoices of every kind, attempted, failed, paid, told twice and by two sources."""
    made, writer = company(seed, zone, 70)
    writer.tables |= {"payments": [], "invoice_lines": writer.tables["invoice_lines"]}
    accounts = [row["account_id"] for row in writer.tables["accounts"]]
    for number in range(240):
        billed(writer, number, writer.pick(*accounts))
    corrected(writer, "payments", {"status": ("failed", "succeeded"), "attempt_no": (1, 7)})
    corrected(writer, "invoice_lines", {"kind": ("recurring", "usage")})
    made.rules |= RULES if seed % 3 == 2 else {}
    return made


def billed(writer: Writer, number: int, account: str) -> None:
    first = writer.moment()
    # The same id of two sources is two invoices.
    told = {"source": writer.pick("own", "own", "billing"), "invoice_id": f"bill{number // 2}"}
    tries = [first + gap for gap in writer.pick((), (NONE,), (NONE, 3 * DAY), (NONE, NONE, 20 * DAY))]
    after = writer.pick(*RECOVERED)
    source = "own" if told["source"] == "own" else "billing"
    writer.add(
        "invoices",
        told
        | {
            "account_id": account,
            "subscription_id": writer.pick(None, f"{account}-1"),
            "issued_at": first - writer.pick(NONE, DAY),
            "paid_at": None if after is None else first + after,
            "currency": writer.pick("USD", "USD", "EUR"),
            "total": Decimal(writer.pick("0", "10", "99.95", "100", "1200.123456789")),
            "status": writer.pick("open", "paid", "void", "uncollectible"),
        },
    )
    for kind in writer.pick((), (), ("recurring",), ("one_off",), ("usage", "recurring"), ("usage",)):
        writer.add(
            "invoice_lines",
            told | {"line_id": f"{source}{writer.name('billed')}", "kind": kind, "amount": Decimal(10)},
        )
    for turn, at in enumerate(tries):
        writer.add(
            "payments",
            told
            | {
                "payment_id": writer.name("try"),
                "account_id": account,
                "attempted_at": at + writer.pick(NONE, NONE, *SHORT),
                "attempt_no": writer.pick(None, turn + 1),
                "amount": Decimal(10),
                "currency": "USD",
                "status": writer.pick("failed", "failed", "failed", "succeeded", "refunded"),
            },
        )


@lru_cache(maxsize=8)
def told(seed: int, zone: str, as_of: datetime = AS_OF) -> Told:
    return Told(owing(seed, zone), as_of)


@pytest.mark.trial
@pytest.mark.parametrize(("case", "grain"), spread(CASES, GRAINS))
def test_counted_twice(case: tuple[int, str], grain: str) -> None:
    assert told(*case).differences(NAMES, grain, LABELS[grain]) == {}


@pytest.mark.trial
@pytest.mark.parametrize(("seed", "zone", "as_of"), OPEN_CASES)
def test_counted_twice_while_windows_are_open(seed: int, zone: str, as_of: datetime) -> None:
    assert told(seed, zone, as_of).differences(NAMES, "month", LABELS["month"]) == {}


def test_counted_twice_as_known_before_a_correction() -> None:
    as_known_before(told(1, "Asia/Tehran"), NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_evidence_adds_up_and_what_is_left_out_says_why(name: str) -> None:
    for label in ("2017-11", "2017-12", "2018-01"):
        evidence(told(2, "America/Sao_Paulo", EARLY).explained(name, "month", label))


def test_numerators_and_denominators_add_over_countries() -> None:
    adding_up(told(3, "UTC"), ADDITIVE)


def test_the_random_companies_have_something_to_count() -> None:
    months = LABELS["month"]
    figures = [figure for case in FEW for figure in told(*case).counted(NAMES, "month", months)]
    for name in NAMES:
        pairs = [(each.numerator, each.denominator) for each in figures if each.name == name]
        assert any(above and above != below for above, below in pairs)
