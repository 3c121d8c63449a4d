"""Renewals of contracts and billing cycles are the oracle's, on random companies (K11, K08)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import cache, lru_cache

import pytest

from tests.agreement.again import Told, company, corrected
from tests.agreement.frame import adding_up, as_known_before, evidence
from tests.agreement.sizes import WHOLE, companies
from tests.agreement.telling import LABELS
from tests.histories import AS_OF, DAY, FIRST_KNOWN, INSTANT, NONE, History, Row, Writer
from tests.oracle.renewals import MEASURES

NAMES = tuple(MEASURES)
GRAINS = ("month", "week", "day", "quarter")
FEW = [(1, "Asia/Tehran"), (2, "America/Sao_Paulo"), (3, "UTC")]
CASES = companies(FEW, "UTC", "Asia/Tehran", "America/New_York")
EARLY = datetime(2018, 1, 20, 12)
OPEN = [EARLY, *(datetime(2017, 12, 16) + 30 * DAY - beside for beside in (NONE, INSTANT))]
"""Instants at which a grace is open, one over to the instant, and one not."""

GRAIN_CASES = [(*case, grain) for case in CASES for grain in GRAINS]
OPEN_CASES = [(*case, as_of) for case in CASES for as_of in OPEN]
if not WHOLE:
    GRAIN_CASES = [(*case, grain) for case, grain in zip((*FEW, FEW[0]), GRAINS, strict=True)]
    OPEN_CASES = [(*case, as_of) for case, as_of in zip(FEW, OPEN, strict=True)]
BESIDE = (30 * DAY, 30 * DAY - INSTANT, 30 * DAY + INSTANT, NONE, -20 * DAY, 9 * DAY, 45 * DAY)

RULES = {
    "churn_instant": "cancel_request",
    "pause_policy": "keeps_mrr",
    "merge_gap_hours": 48,
    "renewal_grace_days": 9,
}
"""The rules of every third company."""


@cache
def bound(seed: int, zone: str) -> History:
    """A company whose subscriptions switch, stop and come back, some of its accounts under contract."""
    made, writer = company(seed, zone, 40)
    writer.tables["contracts"] = []
    for account in [row["account_id"] for row in writer.tables["accounts"]]:
        for _ in range(writer.pick(0, 0, 0, 1, 2, 3)):
            contract(writer, account)
        if writer.pick(True, False, False):
            cycles(writer, account)
    corrected(writer, "contracts", {"outcome": ("renewed", "lost", None), "mrr": (Decimal(7), Decimal(90))})
    made.rules |= RULES if seed % 3 == 2 else {}
    return made


def contract(writer: Writer, account: str) -> None:
    """A contract that says much or little, perhaps beginning where another of the account ended."""
    before = [row for row in writer.tables["contracts"] if row["account_id"] == account]
    last = before[-1] if before else None
    start = writer.moment() - 90 * DAY if last is None else last["term_end"] + writer.pick(NONE, *BESIDE)
    end = start + writer.pick(91 * DAY, 90 * DAY, 365 * DAY, 30 * DAY, NONE)
    decided = end + writer.pick(*BESIDE)
    known: Row = writer.pick(
        {},
        {},
        {"outcome": "renewed", "decided_at": decided, "renewed_mrr": Decimal(writer.pick("80", "120.5"))},
        {"outcome": "renewed", "decided_at": writer.pick(None, decided)},
        {"outcome": "lost", "decided_at": writer.pick(None, decided)},
        {"outcome": "pending", "decided_at": None},
    )
    if last is not None and writer.pick(True, False, False):
        last["renewed_by"] = f"contract{len(writer.tables['contracts']) // 2}"
    writer.add(
        "contracts",
        {
            # The same id of two sources is two contracts.
            "contract_id": f"contract{len(writer.tables['contracts']) // 2}",
            "source": ("own", "crm")[len(writer.tables["contracts"]) % 2],
            "account_id": account,
            "term_start": start,
            "term_end": end,
            "mrr": Decimal(writer.pick("100", "99.95", "250")),
            "currency": writer.pick("USD", "EUR"),
            "renewed_by": None,
        }
        | known,
    )


def cycles(writer: Writer, account: str) -> None:
    """Two subscriptions that end as one or two others begin, or nearly."""
    end = writer.moment()
    for name in ("old1", "old2"):
        phase = {"plan": "basic", "interval": "month", "interval_count": 1, "status": "active"}
        told = phase | {"phase_id": writer.name("moved"), "subscription_id": f"{account}-{name}"}
        money = {"currency": "USD", "unit_amount": Decimal(writer.pick("40", "60")), "account_id": account}
        writer.add(
            "subscription_phases",
            told
            | money
            | {
                "start_at": end - writer.pick(31 * DAY, 61 * DAY, 45 * DAY),
                "end_at": end - writer.pick(NONE, NONE, DAY),
                "end_reason": writer.pick(None, "voluntary"),
            },
        )
    for name in writer.pick(("new1",), ("new1", "new2"), ()):
        row = writer.tables["subscription_phases"][-1]
        begins = end + writer.pick(NONE, NONE, -DAY, -DAY - INSTANT, 9 * DAY, 29 * DAY)
        named = {"phase_id": writer.name("moved"), "subscription_id": f"{account}-{name}"}
        again = {"start_at": begins, "end_at": None, "unit_amount": Decimal(55), "recorded_at": FIRST_KNOWN}
        writer.tables["subscription_phases"].append(row | named | again)


@lru_cache(maxsize=8)
def told(seed: int, zone: str, as_of: datetime = AS_OF) -> Told:
    return Told(bound(seed, zone), as_of)


@pytest.mark.trial
@pytest.mark.parametrize(("seed", "zone", "grain"), GRAIN_CASES)
def test_counted_twice(seed: int, zone: str, grain: str) -> None:
    assert told(seed, zone).differences(NAMES, grain, LABELS[grain]) == {}


@pytest.mark.trial
@pytest.mark.parametrize(("seed", "zone", "as_of"), OPEN_CASES)
def test_counted_twice_while_the_grace_is_open(seed: int, zone: str, as_of: datetime) -> None:
    assert told(seed, zone, as_of).differences(NAMES, "month", LABELS["month"]) == {}


def test_counted_twice_as_known_before_a_correction() -> None:
    as_known_before(told(1, "Asia/Tehran"), NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_evidence_adds_up_and_what_is_left_out_says_why(name: str) -> None:
    for label in ("2017-12", "2018-01"):
        evidence(told(2, "America/Sao_Paulo", EARLY).explained(name, "month", label))


def test_numerators_and_denominators_add_over_countries() -> None:
    adding_up(told(3, "UTC"), NAMES)


def test_the_random_companies_have_something_to_count() -> None:
    months = LABELS["month"]
    figures = [figure for case in FEW for figure in told(*case).counted(NAMES, "month", months)]
    for name in NAMES:
        pairs = [(each.numerator, each.denominator) for each in figures if each.name == name]
        assert any(above and above != below for above, below in pairs)


def test_churn_of_those_due_is_what_renewal_by_account_leaves() -> None:
    figures = told(2, "America/Sao_Paulo").counted(NAMES, "month", LABELS["month"])
    for figure in figures:
        if figure.name == "customer_churn_rate.due_only":
            (kept,) = (
                each
                for each in figures
                if each.name == "renewal_rate.per_account" and each.period_label == figure.period_label
            )
            assert figure.denominator == kept.denominator
            assert Decimal(figure.numerator or 0) + Decimal(kept.numerator or 0) == kept.denominator
