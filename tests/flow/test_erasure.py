"""Erasing a person leaves counts and money as they were."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from holdfast.metrics import Figure
from tests.flow import rows
from tests.flow.courses import Step, Telling
from tests.flow.telling import Told

BOARD = (
    "mrr",
    "mrr_churn",
    "customer_churn_rate",
    "signups.users",
    "referrals",
    "customer_retention_rate.engaged",
)


def board(told: Told, known_at: datetime | None = None) -> list[Figure]:
    """The board without intervals: a resample takes the accounts in the order of their ids."""
    first, last = rows.MONTHS[0], rows.MONTHS[-1]
    figures = told.space.kpis(BOARD, first=first, last=last, by=["country"], known_at=known_at)
    return [replace(figure, low=None, high=None) for figure in figures]


@pytest.fixture
def entangled(told: Told) -> Told:
    """The company with an account merged into another, one linked, one referred, and one that left."""
    told.set({"core_events": ["login"]})
    told.tell(rows.beginning())
    crm = {"account_id": "c1", "created_at": datetime(2025, 2, 1), "industry": "tools"}
    link = {"table": "accounts", "link_source": "crm", "link_id": "l", "id": "c1", "canonical_id": "a03"}
    knots = [
        rows.account("a02", merged_into="a03"),
        rows.account("a04", referred_by="a03"),
        rows.account("a03", country="IR", valid_from=datetime(2025, 2, 10)),
    ]
    left = rows.phase("a03", end_at=datetime(2025, 3, 5))
    tellings = [
        Telling("accounts", knots),
        Telling("accounts", [crm], "crm"),
        Telling("links", [link], "holdfast"),
        Telling("subscription_phases", [left]),
    ]
    told.tell(Step(tellings, rows.THROUGH))
    return told


def test_counts_and_money_stand_when_people_are_erased(entangled: Told) -> None:
    known_at, before = entangled.warehouse.known_at(), board(entangled)
    for kind, person in (("account", "a02"), ("account", "a03"), ("user", "u-a05")):
        entangled.space.erase(kind, person)
    assert board(entangled) == before
    assert board(entangled, known_at) == before
    assert not [finding for finding in entangled.space.check() if finding.severity == "error"]


def test_an_erased_account_that_is_told_again_changes_nothing(entangled: Told) -> None:
    before = board(entangled)
    entangled.space.erase("account", "a03")
    again = [
        Telling("accounts", [rows.account("a03")]),
        Telling("users", [{"user_id": "u-a03", "account_id": "a03"}]),
        Telling("subscription_phases", [rows.phase("a03")]),
    ]
    entangled.tell(Step(again, rows.THROUGH))
    assert board(entangled) == before
