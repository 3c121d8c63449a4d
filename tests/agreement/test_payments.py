"""Involuntary churn, recovery and authorisation are the oracle's, on random companies (K10)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache

import pytest

from tests.agreement.again import Told, added, company, corrected
from tests.agreement.sizes import WHOLE, spread
from tests.agreement.telling import LABELS
from tests.histories import AS_OF, CORRECTED, DAY, INSTANT, NONE, SHORT, History, Writer
from tests.oracle.payments import MEASURES

NAMES = tuple(MEASURES)
ADDITIVE = NAMES
GRAINS = ("month", "week", "day", "quarter")
FEW = [(1, "Asia/Tehran"), (2, "America/Sao_Paulo"), (3, "UTC")]
MANY = [(seed, zone) for seed in range(10, 50) for zone in ("UTC", "Asia/Tehran", "America/Sao_Paulo")]
CASES = MANY if WHOLE else FEW
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


@cache
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
    history = owing(1, "Asia/Tehran")
    before = Told(history, AS_OF, CORRECTED - timedelta(days=1))
    assert before.differences(NAMES, "month", LABELS["month"]) == {}
    uncorrected = {
        table: [row for row in rows if row.get("recorded_at") != CORRECTED]
        for table, rows in history.tables.items()
    }
    old = Told(History(uncorrected, history.zone, history.rated), AS_OF)
    first = old.counted(NAMES, "month", LABELS["month"])
    assert before.counted(NAMES, "month", LABELS["month"]) == first
    assert Told(history, AS_OF).counted(NAMES, "month", LABELS["month"]) != first


@pytest.mark.parametrize("name", NAMES)
def test_evidence_adds_up_and_what_is_left_out_says_why(name: str) -> None:
    for label in ("2017-11", "2017-12", "2018-01"):
        shown = told(2, "America/Sao_Paulo", EARLY).explained(name, "month", label)
        rows, out = shown.rows.to_pylist(), shown.left_out.to_pylist()
        assert added(rows, "numerator") == shown.figure.numerator
        assert added(rows, "denominator") == shown.figure.denominator
        assert all(row["excluded_because"] for row in out)
        inside = {(row["account_id"], row["subject_id"]) for row in rows}
        assert not inside & {(row["account_id"], row["subject_id"]) for row in out}


def test_numerators_and_denominators_add_over_countries() -> None:
    asked = told(3, "UTC")
    whole = asked.counted(ADDITIVE, "quarter", ("2017-Q4",))
    parts = asked.counted(ADDITIVE, "quarter", ("2017-Q4",), by=("country",))
    for figure in whole:
        shares = [part for part in parts if part.name == figure.name]
        assert len(shares) > 1
        for side in ("numerator", "denominator"):
            assert sum(Decimal(getattr(part, side) or 0) for part in shares) == getattr(figure, side)


def test_the_random_companies_have_something_to_count() -> None:
    months = LABELS["month"]
    figures = [figure for case in FEW for figure in told(*case).counted(NAMES, "month", months)]
    for name in NAMES:
        pairs = [(each.numerator, each.denominator) for each in figures if each.name == name]
        assert any(above and above != below for above, below in pairs)
