"""Figures split by what is counted: each row is where its own record says, and the parts are the whole."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from holdfast.errors import UsageError
from holdfast.metrics import CATALOG, Asked, explain, find, measure
from holdfast.metrics.splits import TRAITS, splits_of
from tests.agreement.talking import told
from tests.histories import AS_OF
from tests.program import Desk
from tests.vectors.rows import at, company, phase

PERIOD = "2017-Q4"
TICKETS = ("first_contact_resolution", "resolution_time")
SPLIT = tuple(name for name, metric in CATALOG.items() if splits_of(metric))


@pytest.mark.parametrize("trait", ["topic", "channel", "agent"])
def test_a_ticket_is_where_its_own_record_says(trait: str) -> None:
    asked = told(1, "Asia/Tehran")
    records = {
        row["ticket_id"] if row.get("source", "own") == "own" else f"{row['source']}:{row['ticket_id']}": row
        for row in asked.records["tickets"]
    }
    period = asked.desk.basis.calendar.period("quarter", PERIOD)
    for name in TICKETS:
        question = Asked([], [], (trait,), AS_OF)
        shown = explain(find(name), period, question, asked.desk.layout, asked.desk.basis.rules)
        rows = shown.rows.to_pylist()
        assert rows
        assert all(row[f"by_{trait}"] == records[row["subject_id"]].get(trait) for row in rows)


@pytest.mark.parametrize("name", ["first_contact_resolution", "transfers_per_ticket", "survey_response_rate"])
def test_the_parts_are_the_whole(name: str) -> None:
    asked = told(2, "America/Sao_Paulo")
    whole = asked.counted((name,), "quarter", (PERIOD,))
    parts = asked.counted((name,), "quarter", (PERIOD,), by=("channel",))
    assert {part.segment["channel"] for part in parts} >= {"chat", "email"}
    for figure in whole:
        shares = [part for part in parts if part.of == figure.of]
        for side in ("numerator", "denominator"):
            total = sum(Decimal(str(getattr(part, side) or 0)) for part in shares)
            assert total == (getattr(figure, side) or 0)


def test_a_failed_invoice_has_the_decline_that_came_first_and_what_brought_the_money() -> None:
    bill = {"invoice_id": "I", "account_id": "A", "currency": "USD", "status": "paid", "total": Decimal(10)}
    bill |= {"issued_at": at("2024-04-01"), "subscription_id": "S", "paid_at": at("2024-04-05")}
    card = {"method_id": "M", "account_id": "A", "kind": "card", "brand": "visa"}
    tries: list[tuple[str, str, str, str | None, str]] = [
        ("P1", "2024-04-01", "failed", "soft", "first"),
        ("P2", "2024-04-03", "failed", "hard", "retry"),
    ]
    tries.append(("P3", "2024-04-05", "succeeded", None, "updater"))
    payments = [
        {"payment_id": name, "attempted_at": at(day), "status": status, "decline_class": decline, "via": via}
        | {"invoice_id": "I", "account_id": "A", "amount": Decimal(10), "currency": "USD", "method_id": "M"}
        for name, day, status, decline, via in tries
    ]
    rows = company([phase("A", "2024-01-01", None, 10)], invoices=[bill], payments=payments)
    desk = Desk({**rows, "payment_methods": [card]}, {}, {})
    month = desk.basis.calendar.period("month", "2024-04")
    by = ("decline_class", "card_brand", "recovered_via")
    asked = Asked([find("payment_recovery_rate.by_count")], [month], by, datetime(2025, 1, 1))
    (figure,) = measure(asked, desk.layout, desk.basis.rules)
    assert figure.segment == {"decline_class": "soft", "card_brand": "visa", "recovered_via": "updater"}
    assert (figure.numerator, figure.denominator) == (1, 1)


def test_a_metric_whose_rows_lack_the_trait_says_which_have_it() -> None:
    asked = told(1, "Asia/Tehran")
    with pytest.raises(UsageError, match="mrr cannot be split by topic") as refused:
        asked.counted(("mrr",), "quarter", (PERIOD,), by=("topic",))
    assert "csat" in str(refused.value.hint)


def test_every_trait_is_of_some_metric() -> None:
    assert {name for metric in CATALOG.values() for name in splits_of(metric)} == TRAITS
    assert {"csat", "renewal_rate", "trial_conversion_rate"} <= set(SPLIT)
