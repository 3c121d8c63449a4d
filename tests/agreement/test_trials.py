"""Trial conversion and its variants are the oracle's, on random companies (K26)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import cache, lru_cache

import pytest

from tests.agreement.again import Told, company, corrected
from tests.agreement.frame import adding_up, as_known_before, evidence
from tests.agreement.sizes import companies, spread
from tests.agreement.telling import LABELS
from tests.histories import AS_OF, CORRECTED, DAY, HOUR, INSTANT, NONE, PLANS, History, Writer
from tests.oracle.trials import MEASURES

NAMES = tuple(MEASURES)
ADDITIVE = NAMES
GRAINS = ("month", "week", "day", "quarter")
FEW = [(1, "Asia/Tehran"), (2, "America/Sao_Paulo"), (4, "UTC")]
CASES = companies(FEW, "UTC", "Asia/Tehran", "America/Sao_Paulo")
EARLY = (datetime(2018, 1, 1, 2), datetime(2017, 12, 16), datetime(2018, 1, 20, 12))
LENGTHS = (None, NONE, 7 * DAY, 14 * DAY, 30 * DAY)
PAID = tuple(
    days * DAY + beside for days in (0, 3, 14, 21, 28, 44, 60) for beside in (NONE, -INSTANT, INSTANT)
)
RULES: tuple[dict[str, int], ...] = ({}, {"trial_length_days": 30, "trial_grace_days": 7})


@cache
def trying(seed: int, zone: str) -> History:
    """A company with trials told of and derived, of two sources, paid around the ends of their windows.

    In every other one nobody imported payments.
    """
    made, writer = company(seed, zone, 45)
    writer.tables |= {"trials": [], "payments": []}
    paying = {row["account_id"]: writer.pick(True, False, False) for row in writer.tables["accounts"]}
    phases = writer.tables["subscription_phases"]
    phases[:] = [row for row in phases if paying[row["account_id"]]]
    for row in list(writer.tables["accounts"]):
        if row["recorded_at"] < CORRECTED:
            tries(writer, row["account_id"], seed % 2 == 0)
    corrected(writer, "trials", {"ends_at": (None,), "started_at": (datetime(2017, 11, 3),)})
    corrected(writer, "payments", {"status": ("failed", "succeeded"), "amount": (Decimal(0), Decimal(5))})
    return History(writer.tables, zone, made.rated, dict(RULES[seed // 2 % 2]))


def tries(writer: Writer, account: str, charged: bool) -> None:
    """Some trials of an account, some trialing and free phases, and payments after them."""
    first = writer.moment()
    for _ in range(writer.pick(0, 1, 1, 2)):
        began, length = first + writer.pick(NONE, NONE, INSTANT, 20 * DAY), writer.pick(*LENGTHS)
        ended = writer.pick(None, began + 10 * DAY, began + 14 * DAY, began + 50 * DAY)
        told = {
            # The same id of two sources is two trials; an account of the other source bears its name.
            "source": writer.pick("own", "own", "own", "crm"),
            "trial_id": writer.name("trial"),
            "account_id": account,
            "plan": writer.pick(None, *PLANS),
            "started_at": began,
            "ends_at": None if length is None else began + length,
            "ended_at": ended,
            "converted_at": writer.pick(None, began + writer.pick(*PAID)),
        }
        writer.add("trials", told)
        if charged:
            pays(writer, account, began)
    if writer.pick(True, False):
        upgrades(writer, account, first)
    for _ in range(writer.pick(0, 1, 2)):
        began = first + writer.pick(NONE, NONE, NONE, DAY, 60 * DAY, -30 * DAY)
        phase(writer, account, began)
        if charged:
            pays(writer, account, began)


def upgrades(writer: Writer, account: str, at: datetime) -> None:
    """A free plan for some time, and perhaps a paid one after it."""
    subscription = writer.name("subscription")
    free = writer.phase(account, subscription, "USD", at - 40 * DAY, at)
    free |= {"status": "free"}
    if writer.pick(True, False):
        paid = writer.phase(account, subscription, "USD", at + writer.pick(NONE, DAY), at + 5 * DAY)
        paid |= {"status": "active", "unit_amount": Decimal(20)}


def phase(writer: Writer, account: str, start: datetime) -> None:
    """Trialing or free phases, one touching the next or a little apart, then perhaps a paid one."""
    subscription = writer.name("subscription")
    kinds = writer.pick(("trialing",), ("trialing", "trialing"), ("free",), ("free",), ("free", "trialing"))
    for status in (*kinds, *writer.pick((), ("active",), ("active",))):
        end = start + writer.pick(7 * DAY, 14 * DAY, 28 * DAY, 45 * DAY, 14 * DAY + INSTANT)
        row = writer.phase(account, subscription, "USD", start, writer.pick(end, end, end, end, None))
        row |= {"status": status, "end_reason": None}
        if row["end_at"] is None:
            break
        start = end + writer.pick(NONE, NONE, NONE, INSTANT, HOUR)


def pays(writer: Writer, account: str, began: datetime) -> None:
    for _ in range(writer.pick(0, 1, 1, 2)):
        writer.add(
            "payments",
            {
                "payment_id": writer.name("payment"),
                "invoice_id": writer.name("bill"),
                "account_id": account,
                "attempted_at": began + writer.pick(*PAID),
                "amount": Decimal(writer.pick("0", "0.01", "20", "20")),
                "currency": "USD",
                "status": writer.pick("succeeded", "succeeded", "succeeded", "refunded", "failed"),
            },
        )


@lru_cache(maxsize=8)
def told(case: tuple[int, str], as_of: datetime = AS_OF) -> Told:
    """A company as of an instant."""
    return Told(trying(*case), as_of)


@pytest.mark.trial
@pytest.mark.parametrize(("case", "grain"), spread(CASES, GRAINS))
def test_counted_twice(case: tuple[int, str], grain: str) -> None:
    assert told(case).differences(NAMES, grain, LABELS[grain]) == {}


@pytest.mark.trial
@pytest.mark.parametrize(("case", "as_of"), spread(CASES, EARLY))
def test_counted_twice_while_windows_are_open(case: tuple[int, str], as_of: datetime) -> None:
    assert told(case, as_of).differences(NAMES, "month", LABELS["month"][2:5]) == {}


@pytest.mark.trial
@pytest.mark.parametrize("gap", [NONE, -INSTANT, INSTANT])
def test_counted_twice_as_the_window_of_someone_ends(gap: datetime) -> None:
    history = trying(2, "America/Sao_Paulo")
    for row in history.tables["trials"][:2]:
        then = Told(history, row["started_at"] + 37 * DAY + gap)
        assert then.differences(NAMES, "month", LABELS["month"][:5]) == {}


def test_counted_twice_as_known_before_a_correction() -> None:
    as_known_before(told((2, "America/Sao_Paulo")), NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_evidence_adds_up_and_what_is_left_out_says_why(name: str) -> None:
    then = told((2, "America/Sao_Paulo"), EARLY[2])
    reasons = (evidence(then.explained(name, "month", label)) for label in ("2017-10", "2017-12", "2018-01"))
    assert "internal" in set[str]().union(*reasons)


@pytest.mark.parametrize("by", ["country", "plan"])
def test_numerators_and_denominators_add_over_segments(by: str) -> None:
    names = [name for name in ADDITIVE if by == "country" or not name.endswith("freemium_to_paid")]
    adding_up(told((2, "America/Sao_Paulo")), names, "month", LABELS["month"], by)


def test_the_random_companies_have_something_to_count() -> None:
    asked = [figure for case in FEW for figure in told(case).counted(NAMES, "month", LABELS["month"])]
    for name in NAMES:
        figures = [figure for figure in asked if figure.name == name]
        assert sum(bool(figure.numerator) for figure in figures) > 2, name
        assert sum(figure.numerator != figure.denominator for figure in figures) > 2, name
