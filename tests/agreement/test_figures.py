"""The program's figures are the oracle's, on random companies, in every zone and at every grain."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given

from holdfast.metrics import Asked, measure
from tests.agreement.sizes import WHOLE, tries
from tests.agreement.telling import (
    CURVES,
    LABELS,
    NAMES,
    WHOLE_MONTHS,
    by_program,
    desk,
    differences,
    metrics,
)
from tests.histories import AS_OF, ZONES, History, histories, large

FEW = [("month", "America/Sao_Paulo", 6), ("month", "Asia/Kolkata", 5), ("quarter", "Asia/Kolkata", 5)]
OTHERS = [
    ("trailing_12_months", "UTC", 3),
    ("week", "UTC", 3),
    ("day", "UTC", 3),
    ("trailing_45_days", "UTC", 3),
]
MANY = [(grain, zone, 1) for grain in LABELS for zone in ZONES[:3]]
KINDS = ("new", "expansion", "contraction", "churn", "reactivation")
FIRST = (
    "mrr",
    "customers",
    "customer_churn_rate",
    "net_revenue_retention",
    "gross_revenue_retention",
    *(f"mrr_{kind}" for kind in (*KINDS, "fx", "net_new")),
)


@pytest.mark.trial
@pytest.mark.parametrize(("grain", "zone", "seed"), MANY if WHOLE else FEW + OTHERS)
def test_a_large_company_counted_twice(grain: str, zone: str, seed: int) -> None:
    names = [name for name in NAMES if name != "customer_lifetime" or grain in WHOLE_MONTHS]
    assert differences(large(seed, zone), names, grain) == {}


@pytest.mark.trial
@tries(few=5, many=40)
@given(histories(corrected=True))
def test_a_small_company_counted_twice(history: History) -> None:
    assert differences(history, FIRST, "month") == {}


@pytest.mark.parametrize("grain", ["month", "quarter"])
def test_opening_and_movements_and_fx_are_the_closing_exactly(grain: str) -> None:
    labels = LABELS[grain]
    figures = by_program(desk(large(7, "Asia/Kolkata")), FIRST, grain, labels)
    value = {key[:2]: figure.value for key, figure in figures.items()}
    for before, label in pairwise(labels):
        gained = sum(
            Decimal(str(value[f"mrr_{kind}", label])) for kind in ("new", "expansion", "reactivation")
        )
        lost = sum(Decimal(str(value[f"mrr_{kind}", label])) for kind in ("contraction", "churn"))
        assert value["mrr_net_new", label] == gained - lost
        opening, fx = Decimal(str(value["mrr", before])), Decimal(str(value["mrr_fx", label]))
        assert opening + gained - lost + fx == value["mrr", label]


def test_a_quarter_is_the_sum_of_its_months() -> None:
    company = desk(large(8, "UTC"))
    names = [f"mrr_{kind}" for kind in (*KINDS, "fx", "net_new")]
    monthly = by_program(company, names, "month", ("2017-10", "2017-11", "2017-12"))
    quarterly = by_program(company, names, "quarter", ("2017-Q4",))
    for name in names:
        parts = [figure.value for key, figure in monthly.items() if key[0] == name]
        assert sum(Decimal(str(part)) for part in parts) == quarterly[name, "2017-Q4", ()].value


@pytest.mark.parametrize("grain", ["month", "day", "trailing_12_months"])
def test_a_figure_is_the_same_asked_alone_and_beside_others(grain: str) -> None:
    company = desk(large(3, "UTC"))
    names = [name for name in NAMES if not name.startswith(("survival", "mrr_", "signups"))]
    labels = {"trailing_12_months": ("2017-12", "2018-01", "2018-02")}.get(grain, LABELS[grain])
    together = by_program(company, names, grain, labels)
    alone = by_program(company, names, grain, labels[1:2])
    assert {key: together[key] for key in alone} == alone


def test_numerators_and_denominators_add_over_countries() -> None:
    company = desk(large(10, "Asia/Kolkata"))
    names = [
        name for name in NAMES if not name.startswith(CURVES) and name != "customer_churn_rate.daily_sum"
    ]
    period = company.basis.calendar.period("month", "2017-12")
    asked = [Asked(metrics(names), [period], by, AS_OF) for by in ((), ("country",))]
    whole, parts = (measure(each, company.layout, company.basis.rules) for each in asked)
    for figure in whole:
        shares = [part for part in parts if part.name == figure.name]
        for side in ("numerator", "denominator"):
            given = [getattr(part, side) for part in shares if getattr(part, side) is not None]
            if figure.name.endswith(".average") and side == "denominator":
                continue
            assert sum(Decimal(str(number)) for number in given) == Decimal(str(getattr(figure, side) or 0))
