"""As known: whatever is corrected later, what was shown can be shown again to the last digit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import pytest

from holdfast.metrics import Figure
from tests.flow import rows
from tests.flow.courses import Step, Telling
from tests.flow.telling import Told

BOARD = ("mrr", "mrr_fx", "net_revenue_retention", "customer_churn_rate", "signups")
FIRST, LAST = rows.MONTHS[0], rows.MONTHS[-1]


def board(told: Told, known_at: datetime | None = None) -> list[Figure]:
    return told.space.kpis(BOARD, first=FIRST, last=LAST, by=["country"], known_at=known_at)


def corrections() -> list[tuple[Step, dict[str, Any]]]:
    """Steps that each change something shown, with the settings changed besides."""
    phases = [rows.phase(name) for name in rows.ACCOUNTS]
    crm = {"account_id": "c1", "created_at": datetime(2025, 2, 1), "country": "FR", "is_internal": True}
    link = {"table": "accounts", "link_source": "crm", "link_id": "l", "id": "c1", "canonical_id": "a09"}
    return [
        (rows.step("subscription_phases", rows.phase("a03", "99.999999999")), {}),
        (rows.step("fx_rates", rows.rate(date(2025, 1, 31), "1.3333333")), {}),
        (rows.step("subscription_phases", *phases[:-1], complete=True), {}),
        (rows.step("accounts", rows.account("a04", country="IR", valid_from=datetime(2025, 2, 2))), {}),
        (rows.step("accounts", rows.account("a05", is_internal=True)), {}),
        (rows.step("accounts", rows.account("a06", merged_into="a07")), {}),
        (Step([Telling("accounts", [crm], "crm"), Telling("links", [link], "holdfast")], rows.THROUGH), {}),
        (rows.step("subscription_phases", rows.phase("a08", end_at=datetime(2025, 3, 1, 1))), {}),
        (Step([], datetime(2025, 4, 20)), {"zone": "Asia/Kolkata"}),
        (Step([], datetime(2025, 5, 20)), {"currency": "EUR"}),
    ]


@pytest.mark.trial
def test_every_board_ever_shown_is_shown_again(told: Told, sized: Callable[[Any, Any], Any]) -> None:
    told.tell(rows.beginning())
    shown = [(board(told), told.warehouse.known_at())]
    for several in batched(corrections(), sized(4, 1)):
        for correction, settings in several:
            told.set(settings)
            told.tell(correction)
        shown.append((board(told), told.warehouse.known_at()))
        assert shown[-1][0] != shown[-2][0], several
    for figures, known_at in shown:
        assert board(told, known_at) == figures


def batched(steps: list[Any], size: int) -> Iterator[list[Any]]:
    for first in range(0, len(steps), size):
        yield steps[first : first + size]


def test_what_was_known_is_counted_by_the_rulebook_in_force(told: Told) -> None:
    told.tell(rows.beginning())
    gap = [
        rows.phase("a03", end_at=datetime(2025, 2, 10)),
        rows.phase("a03", phase_id="again", start_at=datetime(2025, 2, 11, 12)),
    ]
    told.tell(rows.step("subscription_phases", *gap))
    known_at = told.warehouse.known_at()
    churned = told.space.kpis(["mrr_churn"], first="2025-02", last="2025-02")
    told.set({"rules.merge_gap_hours": 48})
    assert [f.value for f in churned] == [100]
    assert [f.value for f in told.space.kpis(["mrr_churn"], first="2025-02", last="2025-02")] == [0]
    (again,) = told.space.kpis(["mrr_churn"], first="2025-02", last="2025-02", known_at=known_at)
    assert again.value == 0


def test_a_setting_that_begins_later_leaves_the_one_before_in_force(told: Told) -> None:
    told.space.set("zone", "UTC", valid_from=datetime(2100, 1, 1))
    assert told.space.settings()["zone"] == "America/Sao_Paulo"
