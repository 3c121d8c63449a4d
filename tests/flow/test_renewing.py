"""The next renewal of each account, as it was known: of contracts and of billing, with the day of its end."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from holdfast.flow.answering.figures import Desk, Question, asked_of
from holdfast.insights.risk.leaks import as_it_was
from holdfast.insights.risk.renewing import days_to_renewal
from holdfast.segments import Moments
from holdfast.timelines.layout import lay_out
from tests.flow import rows
from tests.flow.telling import Told

AT = datetime(2025, 2, 1)


def contract(name: str, ends: datetime, **more: Any) -> rows.Row:
    return {
        "contract_id": f"c-{name}",
        "account_id": name,
        "term_start": datetime(2025, 1, 10),
        "term_end": ends,
        "mrr": Decimal(100),
        "currency": "USD",
        **more,
    }


def renewals(told: Told, at: datetime, *, as_was: bool = False) -> dict[str, float]:
    """The days to the end of the day of each account's renewal; as the records were then, if so asked."""

    def answer(desk: Desk) -> dict[str, float]:
        layout = desk.layout
        if as_was:
            records = as_it_was(desk.known.records, at)
            layout = lay_out(records, desk.known.basis, names=desk.known.names, keep=layout.keep)
        moments = Moments.at([(at, at)], desk.known.basis.calendar)
        found = days_to_renewal(moments, layout).to_pyarrow().to_pylist()
        return {each["account_id"]: each["value"] for each in found}

    return asked_of(told.warehouse, Question(), answer)


@pytest.fixture
def yearly(told: Told) -> Told:
    """Accounts billed by the year from 10 January, some with contracts; a01 is billed by the month."""
    told.tell(rows.beginning())
    billed = [rows.phase(name, interval="year") for name in rows.ACCOUNTS[1:]]
    told.tell(rows.step("subscription_phases", *billed))
    return told


def test_the_day_of_the_renewal_is_whole_and_who_has_none_in_time_is_left_out(yearly: Told) -> None:
    local = yearly.space.calendar
    at = local.midnight(AT.date())
    ends = {
        "a02": local.midnight(datetime(2025, 3, 1).date()),
        "a03": local.midnight(datetime(2025, 3, 1).date()) + timedelta(hours=15),
        "a04": at,
        "a05": local.midnight((AT + timedelta(days=89)).date()),
        "a06": local.midnight((AT + timedelta(days=90)).date()),
        "a07": at - timedelta(microseconds=1),
    }
    yearly.tell(rows.step("contracts", *(contract(*each) for each in ends.items())))
    found = renewals(yearly, at)
    day = local.midnight(datetime(2025, 3, 2).date()) - at
    assert found["a02"] == found["a03"] == day / timedelta(days=1)
    assert found["a04"] == pytest.approx(1, abs=0.05), "due at once: that day is still to come"
    assert found["a05"] == pytest.approx(90, abs=0.05)
    assert found["a01"] == pytest.approx(9, abs=0.05), "its month ends on the 9th, by local clocks"
    assert set(found) == {"a01", "a02", "a03", "a04", "a05"}


def test_what_was_renewed_early_is_no_longer_due_from_then_on(yearly: Told) -> None:
    said = {"outcome": "renewed", "decided_at": datetime(2025, 2, 10)}
    yearly.tell(rows.step("contracts", contract("a02", datetime(2025, 3, 1), **said)))
    assert "a02" in renewals(yearly, AT)
    assert "a02" not in renewals(yearly, datetime(2025, 2, 20))


def test_a_contract_signed_later_says_nothing_before(yearly: Told) -> None:
    later = contract("a01", datetime(2025, 3, 20), term_start=datetime(2025, 2, 5))
    yearly.tell(rows.step("contracts", later))
    assert renewals(yearly, AT)["a01"] == pytest.approx(10, abs=1)
    assert renewals(yearly, datetime(2025, 2, 6))["a01"] == pytest.approx(43, abs=1)


def test_billing_by_the_week_has_none(told: Told) -> None:
    told.tell(rows.beginning())
    told.tell(rows.step("subscription_phases", rows.phase("a02", interval="week")))
    assert set(renewals(told, AT)) == {*rows.ACCOUNTS} - {"a02"}


def test_nothing_that_came_later_is_read(yearly: Told) -> None:
    ended = rows.phase("a01", end_at=datetime(2025, 2, 25), end_reason="voluntary")
    said = {"outcome": "lost", "decided_at": datetime(2025, 2, 10)}
    yearly.tell(rows.step("subscription_phases", ended))
    signed = [
        contract("a02", datetime(2025, 3, 1), **said),
        contract("a03", datetime(2025, 4, 1), term_start=datetime(2025, 2, 3)),
    ]
    yearly.tell(rows.step("contracts", *signed))
    for at in (AT, datetime(2025, 2, 4), datetime(2025, 2, 15)):
        assert renewals(yearly, at) == renewals(yearly, at, as_was=True)
