"""What a customer is worth, costs to win and to keep are the oracle's, on random companies (K14 to K16)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pytest

from holdfast.metrics import Figure, find
from tests import oracle
from tests.agreement.again import Told, added, company, corrected
from tests.agreement.frame import as_known_before
from tests.agreement.sizes import WHOLE, companies
from tests.agreement.telling import LABELS, same
from tests.histories import AS_OF, DAY, History, Writer
from tests.oracle import metered
from tests.oracle.days import add_months
from tests.oracle.economics import MEASURES
from tests.vectors.adapter import seen
from tests.vectors.rows_economics import churning

NAMES = (*MEASURES, *metered.MEASURES)
PLAIN = tuple(name for name in NAMES if not find(name).parts)
GRAINS = ("month", "quarter", "week", "day", "trailing_45_days", "trailing_12_months")
FEW = [(1, "Asia/Tehran"), (2, "America/Sao_Paulo"), (3, "UTC")]
CASES = companies(FEW, "UTC", "Asia/Tehran", "America/Sao_Paulo")
OPEN = (datetime(2018, 1, 20, 12), datetime(2017, 12, 31, 23, 59, 59, 999999), datetime(2018, 1, 1, 3))
"""Instants at which a month is cut short: at noon, and around a midnight of every zone."""

GRAIN_CASES = [(*case, grain) for case in CASES for grain in GRAINS]
if not WHOLE:
    GRAIN_CASES = [(*CASES[place % 3], grain) for place, grain in enumerate(GRAINS)]

CATEGORIES = ("cs_wages", "adoption", "services_training", "customer_marketing", "sales_marketing", "cogs")
RULES: tuple[dict[str, Any], ...] = (
    {},
    {"cap_months": 3, "sales_cycle_days": 45},
    {"discount_policy": "none"},
)


@dataclass
class Spending(History):
    """A company that tells its costs, and perhaps its margin."""

    margin: Decimal | None = None

    @property
    def settings(self) -> dict[str, Any]:
        """The workspace's settings, the margin among them."""
        return {**super().settings, "gross_margin": self.margin}


@cache
def spending(seed: int, zone: str) -> Spending:
    """A company with costs of every kind and span, bills, lines and refunds, told twice by two sources."""
    made, writer = company(seed, zone, 35)
    writer.tables |= {"costs": [], "refunds": []}
    for _ in range(25):
        costed(writer)
    for row in list(writer.tables["invoices"]):
        refunded(writer, row["account_id"])
    for _ in range(40):
        billed(writer)
    corrected(writer, "costs", {"amount": (Decimal(1), Decimal("7.77")), "category": CATEGORIES})
    corrected(writer, "refunds", {"amount": (Decimal(1), Decimal("0.03"))})
    return Spending(
        made.tables, zone, made.rated, writer.pick(*RULES), margin=writer.pick(None, None, Decimal("0.7"))
    )


def costed(writer: Writer) -> None:
    month = date.fromisoformat(
        f"{writer.pick('2017-02', '2017-09', '2017-11', '2017-12', '2018-01', '2018-02')}-01"
    )
    start = month + writer.pick(0, 0, 0, 14, 30) * DAY
    end = writer.pick(
        add_months(start, 1), add_months(start, 3), add_months(start, 12), start + DAY, start + 7 * DAY, start
    )
    number = writer.name("cost")
    for source in writer.pick(("own",), ("own",), ("own", "books")):
        writer.add(
            "costs",
            {
                "cost_id": number,
                "source": source,
                "period_start": start,
                "period_end": end,
                "category": writer.pick(*CATEGORIES),
                "amount": Decimal(writer.pick("100", "36500", "0.01", "999.999999999", "0", "-50")),
                "currency": writer.pick("USD", "USD", "EUR"),
            },
        )


def refunded(writer: Writer, account: str) -> None:
    if writer.pick(True, False):
        row = {
            "refund_id": writer.name("refund"),
            "payment_id": writer.name("payment"),
            "account_id": account,
        }
        amount, currency = Decimal(writer.pick("3", "0.333333333")), writer.pick("USD", "EUR")
        writer.add(
            "refunds", row | {"at": writer.moment(), "amount": amount, "currency": currency, "kind": "refund"}
        )


def billed(writer: Writer) -> None:
    accounts = [row["account_id"] for row in writer.tables["accounts"]]
    issued = writer.moment()
    told = {"source": writer.pick("own", "own", "billing"), "invoice_id": writer.name("bill")}
    writer.add(
        "invoices",
        told
        | {
            "account_id": writer.pick(*accounts),
            "issued_at": issued,
            "paid_at": writer.pick(None, issued, writer.moment()),
            "currency": writer.pick("USD", "EUR"),
            "subtotal": writer.pick(None, Decimal(90)),
            "discount": writer.pick(None, Decimal("5.5")),
            "tax": writer.pick(None, Decimal("9.99")),
            "total": Decimal(writer.pick("0", "99.95", "1200.123456789")),
            "status": writer.pick("open", "paid", "void", "uncollectible"),
        },
    )
    for kind in writer.pick(
        (), (), ("recurring",), ("one_off", "usage"), ("usage",), ("recurring", "one_off")
    ):
        amount = Decimal(writer.pick("10", "20.5", "-3"))
        writer.add("invoice_lines", told | {"line_id": writer.name("line"), "kind": kind, "amount": amount})


@lru_cache(maxsize=8)
def told(seed: int, zone: str, as_of: datetime = AS_OF) -> Told:
    return Told(spending(seed, zone), as_of)


def differences(asked: Told, grain: str, labels: Sequence[str]) -> dict[Any, Any]:
    """Every figure on which program and oracle do not agree, with both answers."""
    found = {}
    for figure in asked.counted(NAMES, grain, labels):
        ours = oracle.answer(asked.company, figure.name, grain, figure.period_label)
        if not same(ours, seen(figure)) or not same_sums(ours, figure):
            found[figure.name, figure.period_label] = (ours, figure)
    return found


def same_sums(ours: oracle.Answer, figure: Figure) -> bool:
    """Whether both sums are the same, where the figure is a quotient of two."""
    if ours.numerator is None or figure.numerator is None:
        return True
    pairs = ((ours.numerator, figure.numerator), (ours.denominator, figure.denominator))
    return all(
        theirs is not None and abs(Fraction(mine or 0) - Fraction(theirs)) < 1e-9 for mine, theirs in pairs
    )


@pytest.mark.trial
@pytest.mark.parametrize(("seed", "zone", "grain"), GRAIN_CASES)
def test_counted_twice(seed: int, zone: str, grain: str) -> None:
    assert differences(told(seed, zone), grain, LABELS[grain]) == {}


@pytest.mark.trial
@pytest.mark.parametrize(("seed", "zone"), CASES)
def test_counted_twice_while_the_month_is_open(seed: int, zone: str) -> None:
    for as_of in OPEN if WHOLE else (OPEN[seed % 3],):
        assert differences(told(seed, zone, as_of), "month", LABELS["month"]) == {}


def test_every_reason_and_a_value_of_every_metric_comes_up() -> None:
    figures = [f for case in FEW for f in told(*case).counted(NAMES, "month", LABELS["month"])]
    assert {figure.name for figure in figures if figure.value is not None} == set(NAMES)
    assert {None, "no_churn", "empty_denominator"} <= {figure.reason for figure in figures}


def test_counted_twice_as_known_before_a_correction() -> None:
    as_known_before(
        told(1, "Asia/Tehran"), NAMES, differing=lambda before: differences(before, "month", LABELS["month"])
    )


@pytest.mark.parametrize("name", NAMES)
def test_evidence_adds_up_part_by_part_and_what_is_left_out_says_why(name: str) -> None:
    found = told(3, "UTC").explained(name, "quarter", "2017-Q4")
    assert found.agrees
    assert all(row["excluded_because"] for row in found.left_out.to_pylist())
    rows = found.rows.to_pylist()
    parts = found.figure.parts or (found.figure,)
    for part in parts:
        mine = [row for row in rows if row.get("part", part.name) == part.name]
        assert added(mine, "numerator") == Decimal(str(part.numerator or 0))
        assert added(mine, "denominator") == Decimal(str(part.denominator or 0))
    costs = [row for row in rows if row["account_id"] is None]
    assert {row["part"] for row in costs} <= {"goods_sold", "acquisition_costs", "retention_costs"}
    assert all(row["subject_id"] for row in costs)


def test_costs_add_over_the_days_of_a_month() -> None:
    asked = told(3, "UTC")
    days = [f"2017-12-{day:02}" for day in range(1, 32)]
    month, daily = (asked.counted(["retention_cost"], grain, labels) for grain, labels in
                    (("month", ["2017-12"]), ("day", days)))  # fmt: skip
    assert month[0].numerator == sum(Decimal(str(figure.numerator or 0)) for figure in daily)


def test_paid_revenue_adds_over_countries() -> None:
    asked = told(3, "UTC")
    whole = asked.counted(PLAIN, "month", LABELS["month"])
    parts = asked.counted(PLAIN, "month", LABELS["month"], ["country"])
    for figure in whole:
        mine = [part for part in parts if part.period_label == figure.period_label]
        for side in ("numerator", "denominator"):
            assert sum(Decimal(str(getattr(part, side) or 0)) for part in mine) == getattr(figure, side)


@pytest.mark.parametrize("by", ["country", "plan"])
def test_a_segment_has_the_parts_of_its_own_accounts(by: str) -> None:
    asked = told(3, "UTC")
    for worth in asked.counted(["lifetime_value.revenue"], "month", ["2017-12"], [by]):
        segment = worth.segment[by]
        parts = asked.counted(["arpa", "customer_lifetime"], "month", ["2017-12"], [by])
        values = [part.value for part in parts if part.segment[by] == segment]
        if worth.value is not None:
            wanted = np.prod([float(value or 0) for value in values])
            if "cap_months" not in asked.history.rules:
                assert float(worth.value) == pytest.approx(wanted, rel=1e-12)


def test_the_bootstrap_is_one_drawn_by_hand() -> None:
    history = Spending(churning(60, 6, 20), "UTC", margin=Decimal("0.8"))
    asked = Told(history, datetime(2024, 6, 1))
    (worth,) = asked.counted(["lifetime_value"], "month", ["2024-04"])
    dice, values = random.Random(5), []
    accounts = [("stays", 80, 1, 0)] * 54 + [("leaves", 0, 1, 1)] * 6 + [("comes", 80, 0, 0)] * 20
    for _ in range(4000):
        drawn = dice.choices(accounts, k=len(accounts))
        mrr, openings, losses = (sum(int(row[place]) for row in drawn) for place in (1, 2, 3))
        if losses:
            values.append(mrr / sum(int(row[1]) > 0 for row in drawn) * 0.8 * openings / losses)
    assert worth.low is not None
    assert worth.high is not None
    assert (float(worth.low), float(worth.high)) == pytest.approx(
        tuple(np.percentile(values, [2.5, 97.5])), rel=0.05
    )


def test_the_linearised_interval_is_near_that_of_a_bootstrap() -> None:
    times = 1000
    history = Spending(churning(times, times // 10, 100), "UTC", margin=Decimal("0.8"))
    (worth,) = Told(history, datetime(2024, 6, 1)).counted(["lifetime_value"], "month", ["2024-04"])
    dice = np.random.default_rng(1)
    losses = dice.binomial(times, 0.1, 20_000)
    bounds = np.percentile(64 * times / losses, [2.5, 97.5])
    assert worth.low is not None
    assert worth.high is not None
    assert (float(worth.low), float(worth.high)) == pytest.approx(tuple(bounds), rel=0.05)
