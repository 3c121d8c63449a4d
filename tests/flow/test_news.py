"""Since when news of each table speak, told by the months that are remembered all the same."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from tests.flow.courses import Step, Telling
from tests.flow.remembered import CLOSED, asked, dec, figures, grown, months_held
from tests.flow.telling import Told

__all__ = ["grown"]


def contract(**columns: Any) -> dict[str, Any]:
    """A contract of the account from September to the 20th of December."""
    whole = {"contract_id": "c", "account_id": "a", "mrr": 10, "currency": "USD"}
    return {**whole, "term_start": datetime(2017, 9, 2), "term_end": dec(20), **columns}


@pytest.mark.parametrize(
    ("change", "held"), [({"outcome": "renewed"}, ["2017-09", "2017-10"]), ({"mrr": 12}, [])]
)
def test_what_came_of_a_contract_is_news_since_it_ended(
    grown: Told, change: dict[str, Any], held: list[str]
) -> None:
    grown.tell(Step([Telling("contracts", [contract()])], dec(10)))
    figures(grown, asked("renewal_rate"))
    grown.tell(Step([Telling("contracts", [contract(**change)])], dec(12)))
    assert months_held(grown, "renewal_rate") == held


def test_an_attempt_is_news_since_the_invoice_was_first_tried(grown: Told) -> None:
    whole = {"account_id": "a", "currency": "USD"}
    bill = {**whole, "invoice_id": "i", "subscription_id": "a", "issued_at": datetime(2017, 10, 3)}
    tried = {**whole, "invoice_id": "i", "amount": 10, "status": "failed"}
    first = {**tried, "payment_id": "1", "attempted_at": datetime(2017, 10, 5)}
    again = {**tried, "payment_id": "2", "attempted_at": dec(2)}
    bills = Telling("invoices", [{**bill, "total": 10, "status": "open"}])
    grown.tell(Step([bills, Telling("payments", [first])], dec(1)))
    figures(grown, asked("authorisation_rate"))
    grown.tell(Step([Telling("payments", [again])], dec(3)))
    assert months_held(grown, "authorisation_rate") == ["2017-09"]


def test_a_session_is_news_since_it_began(grown: Told) -> None:
    event = {"user_id": "u", "account_id": "a", "name": "x", "origin": "client"}
    moments = [datetime(2017, 9, 9), datetime(2017, 10, 31, 23, 50)]
    rows = [
        event | {"event_id": str(at), "occurred_at": at, "stamped_on": at.date()}
        for at in (*moments, datetime(2017, 11, 1, 0, 10))
    ]
    user = {"user_id": "u", "account_id": "a", "created_at": datetime(2017, 9, 2)}
    grown.tell(Step([Telling("users", [user]), Telling("events", rows[:2])], dec(1)))
    figures(grown, asked("time_on_platform"))
    grown.tell(Step([Telling("events", rows[2:])], dec(3)))
    assert months_held(grown, "time_on_platform") == ["2017-09"]


@pytest.mark.parametrize(("account", "held"), [("b", ["2017-09", "2017-10", "2017-11"]), ("a", ["2017-09"])])
def test_a_user_only_events_know_is_news_since_the_first_act_where_the_account_is_another(
    grown: Told, account: str, held: list[str]
) -> None:
    acts = [("v", "a", datetime(2017, 9, 9)), ("u", "b", datetime(2017, 10, 9)), ("u", account, dec(2))]
    event = {"name": "x", "origin": "client"}
    rows = [
        {**event, "event_id": str(at), "user_id": user, "account_id": where, "occurred_at": at}
        | {"stamped_on": at.date()}
        for user, where, at in acts
    ]
    second = [{"account_id": "b", "created_at": datetime(2017, 9, 2)}]
    grown.tell(Step([Telling("accounts", second), Telling("events", rows[:2])], dec(1)))
    figures(grown, asked("monthly_active_users"))
    grown.tell(Step([Telling("events", rows[2:])], dec(3)))
    assert months_held(grown, "monthly_active_users") == held


def test_a_cost_is_news_since_its_first_day(grown: Told) -> None:
    spent = {"category": "cs_wages", "currency": "USD", "amount": 5}
    days = [(date(2017, month, 1), date(2017, month + 1, 1)) for month in (9, 10, 11)]
    rows = [
        spent | {"cost_id": str(first), "period_start": first, "period_end": until} for first, until in days
    ]
    grown.tell(Step([Telling("costs", rows[:2])], dec(1)))
    figures(grown, asked("retention_cost"))
    grown.tell(Step([Telling("costs", rows[2:])], dec(3)))
    assert months_held(grown, "retention_cost") == CLOSED
