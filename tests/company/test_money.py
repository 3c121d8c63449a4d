"""What the company bills and collects fits together, and what failed is told truly."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from holdfast.company import Company


def rows(company: Company, table: str) -> list[dict[str, Any]]:
    return company.tables[table].to_pylist()  # type: ignore[no-any-return]


def test_invoices_are_their_lines_less_discount_plus_tax(company: Company) -> None:
    lines: dict[str, Decimal] = defaultdict(Decimal)
    for line in rows(company, "invoice_lines"):
        lines[line["invoice_id"]] += line["amount"]
    for invoice in rows(company, "invoices"):
        assert lines[invoice["invoice_id"]] == invoice["subtotal"]
        assert invoice["total"] == invoice["subtotal"] - invoice["discount"] + invoice["tax"]


def test_a_paid_invoice_has_one_successful_payment_at_that_moment(company: Company) -> None:
    paid = {
        payment["invoice_id"]: payment
        for payment in rows(company, "payments")
        if payment["status"] == "succeeded"
    }
    for invoice in rows(company, "invoices"):
        payment = paid.get(invoice["invoice_id"])
        assert (payment is not None) == (invoice["status"] == "paid" and invoice["total"] > 0)
        if payment:
            assert (payment["attempted_at"], payment["amount"]) == (invoice["paid_at"], invoice["total"])


def test_every_past_due_phase_is_one_failed_invoice_due_at_its_start(company: Company) -> None:
    failed = {row["invoice_id"]: row for row in company.truth["failed_invoices"].to_pylist()}
    due = {
        (row["subscription_id"], row["due_at"]): row
        for row in rows(company, "invoices")
        if row["invoice_id"] in failed
    }
    late = [row for row in rows(company, "subscription_phases") if row["status"] == "past_due"]
    assert len(late) == len(failed) > 20
    for phase in late:
        invoice = due[phase["subscription_id"], phase["start_at"]]
        truth = failed[invoice["invoice_id"]]
        assert (invoice["status"] == "paid") == (truth["would_recover"] and truth["known_by_the_end"])
        if truth["would_recover"] and truth["known_by_the_end"]:
            assert truth["recovered_at"] == invoice["paid_at"] == phase["end_at"]
        if phase["end_reason"] == "payment_failure":
            assert not truth["would_recover"]


def test_failed_attempts_tell_their_code_and_hard_ones_are_not_tried_again_blindly(company: Company) -> None:
    attempts = defaultdict(list)
    for payment in rows(company, "payments"):
        attempts[payment["invoice_id"]].append(payment)
        assert (payment["status"] == "failed") == (payment["decline_code"] is not None)
    for tried in attempts.values():
        assert [payment["attempt_no"] for payment in tried] == list(range(1, len(tried) + 1))
        assert tried == sorted(tried, key=lambda payment: payment["attempted_at"])
        hard = [payment for payment in tried if payment["decline_class"] == "hard"]
        assert len(hard) <= 1


def test_terms_that_were_renewed_name_the_contract_that_follows(company: Company) -> None:
    contracts = {row["contract_id"]: row for row in rows(company, "contracts")}
    assert {row["outcome"] for row in contracts.values()} == {"renewed", "lost", "pending"}
    for contract in contracts.values():
        following = contracts.get(contract["renewed_by"] or "")
        if following:
            assert following["term_start"] == contract["term_end"]
            assert following["mrr"] == contract["renewed_mrr"]
