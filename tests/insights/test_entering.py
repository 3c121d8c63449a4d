"""A target's value as a person writes it, and what is refused with what would be right."""

from __future__ import annotations

from decimal import Decimal

import pytest

from holdfast.errors import UsageError
from holdfast.insights.bounds import PROPORTIONS, SIGNED, bounds_of
from holdfast.insights.entering import value_of
from holdfast.metrics import CATALOG, find


@pytest.mark.parametrize(
    ("text", "metric", "unit", "value"),
    [
        ("2.5%", "customer_churn_rate", "share", "0.025"),
        ("0.025", "customer_churn_rate", "share", "0.025"),
        (" 2.5 % ", "customer_churn_rate", "share", "0.025"),
        ("110%", "net_revenue_retention", "share", "1.1"),
        ("60,000", "mrr", "USD", "60000"),
        ("60000 USD", "mrr", "USD", "60000"),
        ("USD 60000.50", "mrr", "USD", "60000.50"),
        ("-20", "nps", "points", "-20"),
        ("-300", "mrr_net_new", "USD", "-300"),
        ("4", "first_reply_time", "hours", "4"),
        ("0", "customer_churn_rate", "share", "0"),
        ("100%", "customer_retention_rate", "share", "1"),
    ],
)
def test_values_are_read(text: str, metric: str, unit: str, value: str) -> None:
    assert value_of(text, find(metric), unit) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "metric", "unit", "words", "hint"),
    [
        ("250%", "customer_churn_rate", "share", "between 0 % and 100 %", "2.5% and 0.025"),
        ("2.5", "customer_churn_rate", "share", "cannot be 250 %", "2.5% and 0.025"),
        ("-1%", "customer_churn_rate", "share", "cannot be -1 %", "2.5%"),
        ("101%", "gross_revenue_retention", "share", "between 0 % and 100 %", "2.5%"),
        ("110", "net_revenue_retention", "share", "cannot be 11000 %", "Was 110% meant?"),
        ("much", "mrr", "USD", "'much' is no value of mrr", "such as 50000, in USD"),
        ("5000 EUR", "mrr", "USD", "no value of mrr", "in USD"),
        ("5%", "mrr", "USD", "which is in USD", "Leave % off"),
        ("-5", "mrr", "USD", "never below 0", "in USD"),
        ("120", "nps", "points", "between -100 and 100", "in points"),
        ("nan", "mrr", "USD", "no value", "in USD"),
        ("", "mrr", "USD", "no value", "in USD"),
    ],
)
def test_what_cannot_be_right_is_refused(text: str, metric: str, unit: str, words: str, hint: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        value_of(text, find(metric), unit)
    assert hint in (caught.value.hint or "")


def test_the_bounds_speak_of_metrics_that_there_are() -> None:
    names = {name for metric in CATALOG.values() for name in (metric.name, metric.full_name)}
    assert names >= PROPORTIONS | SIGNED
    assert bounds_of(find("gross_revenue_retention")) == (0.0, 1.0)
    assert bounds_of(find("mrr_fx"))[0] < 0
