"""Several sources tell of one business: ids that are equal by chance, accounts that are one by a link."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from holdfast.flow.upkeep.checks import check_derived
from tests.flow import rows
from tests.flow.courses import Row, Step, Telling
from tests.flow.telling import Told


def link(crm_id: str, canonical_id: str) -> Telling:
    """An account of the other source is one of ours."""
    row = {
        "table": "accounts",
        "link_source": "crm",
        "link_id": "l",
        "id": crm_id,
        "canonical_id": canonical_id,
    }
    return Telling("links", [row], "holdfast")


def march(told: Told, name: str, **more: Any) -> dict[tuple[str | None, ...], Any]:
    figures = told.space.kpis([name], first="2025-03", last="2025-03", **more)
    return {tuple(figure.segment.values()): figure.value for figure in figures}


def test_a_linked_account_has_what_any_of_its_sources_knows(told: Told) -> None:
    told.tell(rows.beginning())
    crm = {"account_id": "c1", "created_at": datetime(2025, 2, 1), "country": "FR", "industry": "tools"}
    told.tell(Step([Telling("accounts", [crm], "crm"), link("c1", "a09")], rows.THROUGH))
    split = march(told, "paying_customers", by=["country", "industry"])
    assert split == {("DE", None): 11, ("DE", "tools"): 1}


def test_equal_ids_of_two_sources_are_two_subscriptions_of_the_account_they_share(told: Told) -> None:
    told.tell(rows.beginning())
    late = rows.phase("a03", status="past_due", start_at=datetime(2025, 3, 20))
    bill = {
        "invoice_id": "i1",
        "account_id": "a03",
        "subscription_id": "s-a03",
        "issued_at": datetime(2025, 3, 1),
        "due_at": datetime(2025, 2, 1),
        "currency": "USD",
        "total": 100,
        "status": "open",
    }
    tellings = [
        Telling("subscription_phases", [late]),
        Telling("accounts", [rows.account("a03")], "crm"),
        Telling("subscription_phases", [late], "crm"),
        Telling("invoices", [bill], "crm"),
        link("a03", "a03"),
    ]
    told.tell(Step(tellings, rows.THROUGH))
    # The bill ends the grace of the subscription that its own source tells of, and of no other.
    assert march(told, "mrr") == {(): 9 * 100 + 2 * 110 + 100}
    assert march(told, "paying_customers") == {(): 12}
    assert check_derived(told.warehouse) == []


def test_a_user_who_changes_accounts_signed_up_in_the_first(told: Told) -> None:
    told.tell(rows.beginning())
    moved: Row = {"user_id": "u1", "created_at": datetime(2025, 3, 2)}
    inside = Telling("accounts", [rows.account("a02", is_internal=True)])
    later = moved | {"account_id": "a02", "valid_from": datetime(2025, 3, 20)}
    users = Telling("users", [later, moved | {"account_id": "a01"}])
    told.tell(Step([inside, users], rows.THROUGH))
    assert march(told, "signups.users") == {(): 1}
