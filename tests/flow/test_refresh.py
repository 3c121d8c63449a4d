"""What a refresh touches: the accounts, days and months that the news speaks of, and no others."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from holdfast.flow.keeping.kept_sessions import SESSIONS
from holdfast.flow.keeping.refresh import ACTIVITY, MONTHS, Refreshed, is_current, refresh
from holdfast.flow.knowing.known import Knowledge
from holdfast.flow.upkeep.checks import check_derived
from holdfast.timelines.layout import BY_ACCOUNT
from holdfast.warehouse import Warehouse
from tests.flow import rows
from tests.flow.courses import Step, Telling
from tests.flow.telling import Told

Kept = dict[str, dict[int, Any]]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of twelve accounts with everything kept, to be copied."""
    folder = tmp_path_factory.mktemp("begun") / "told"
    with Told.create(folder, {"zone": "America/Sao_Paulo"}) as told:
        told.tell(rows.beginning())
        assert refreshed(told).whole
    return folder


@pytest.fixture
def begun(template: Path, tmp_path: Path) -> Iterator[Told]:
    shutil.copytree(template, tmp_path / "told")
    with Told(Warehouse.open(tmp_path / "told", memory="500MB")) as told:
        yield told


def refreshed(told: Told) -> Refreshed:
    with told.warehouse.write() as writing:
        return refresh(told.warehouse, writing, Knowledge(told.warehouse))


def kept(told: Told) -> Kept:
    """Every kept row by the number that the store gave it: its account, user, day or month."""
    about = dict.fromkeys(BY_ACCOUNT, "account_id")
    about |= {SESSIONS: "user_id", ACTIVITY: "day", MONTHS: "{'account': account_id, 'month': period_start}"}
    found = {}
    for name, column in about.items():
        found[name] = dict(
            told.warehouse.con.execute(f"select rowid, {column} from lake.derived.{name}").fetchall()
        )
    return found


def rewritten(told: Told, before: Kept) -> dict[str, set[Any]]:
    """Which accounts, days and months have rows that were not there before, or have them no more."""
    found: dict[str, set[Any]] = {}
    for name, after in kept(told).items():
        changed = {**before[name], **after}
        about = [changed[row] for row in before[name].keys() ^ after.keys()]
        found[name] = {tuple(what.values()) if isinstance(what, dict) else what for what in about}
    return {name: about for name, about in found.items() if about}


def accounts_in(changes: dict[str, set[Any]]) -> set[str]:
    return {about[0] if name == MONTHS else about for name, about in changes.items() for about in about}


def test_one_account_touches_the_rows_of_that_account(begun: Told) -> None:
    before = kept(begun)
    begun.tell(rows.step("subscription_phases", rows.phase("a07", "120")))
    assert refreshed(begun) == Refreshed(accounts=1)
    changes = rewritten(begun, before)
    assert MONTHS in changes
    assert accounts_in(changes) == {"a07"}
    assert check_derived(begun.warehouse) == []


def test_a_phase_that_moves_touches_the_account_it_leaves_too(begun: Told) -> None:
    begun.tell(rows.step("subscription_phases", rows.phase("a07", account_id="a08")))
    assert refreshed(begun) == Refreshed(accounts=2)
    assert check_derived(begun.warehouse) == []


def test_a_day_of_events_touches_that_day(begun: Told) -> None:
    before = kept(begun)
    late = rows.event("late", datetime(2025, 2, 3, 1), user_id="u-a01")
    begun.tell(rows.step("events", late))
    assert refreshed(begun) == Refreshed(days=1)
    # It was still the evening of the 2nd in São Paulo.
    assert rewritten(begun, before) == {SESSIONS: {"u-a01"}, ACTIVITY: {date(2025, 2, 2)}}
    assert check_derived(begun.warehouse) == []


def test_an_event_that_moves_touches_the_day_it_leaves_too(begun: Told) -> None:
    moved = rows.event("e-a01", datetime(2025, 2, 9, 9), user_id="u-a01", stamped_on=date(2025, 2, 1))
    begun.tell(rows.step("events", moved))
    assert refreshed(begun) == Refreshed(days=2)
    assert check_derived(begun.warehouse) == []


def test_the_rate_of_a_months_last_day_touches_accounts_with_that_currency(begun: Told) -> None:
    before = kept(begun)
    begun.tell(rows.step("fx_rates", rows.rate(date(2025, 1, 31), "1.25")))
    assert refreshed(begun) == Refreshed(accounts=2)
    assert accounts_in(rewritten(begun, before)) == set(rows.EUROPEAN)
    assert check_derived(begun.warehouse) == []


@pytest.mark.parametrize(
    "news",
    [
        rows.step("fx_rates", rows.rate(date(2025, 1, 20))),
        rows.step("users", {"user_id": "new", "account_id": "a01"}),
        rows.step(
            "invoices",
            {
                "invoice_id": "i1",
                "account_id": "a05",
                "issued_at": datetime(2025, 2, 1),
                "currency": "USD",
                "total": 100,
                "status": "open",
            },
        ),
        Step([], rows.THROUGH),
    ],
    ids=["a rate inside a month", "a user", "an invoice of nobody past due", "nothing"],
)
def test_what_no_kept_row_stands_on_touches_none(begun: Told, news: Step) -> None:
    before = kept(begun)
    begun.tell(news)
    assert refreshed(begun) == Refreshed()
    assert rewritten(begun, before) == {}
    assert check_derived(begun.warehouse) == []


def test_the_due_date_of_a_late_bill_touches_its_account(begun: Told) -> None:
    late = rows.phase("a05", status="past_due")
    bill = {
        "invoice_id": "i1",
        "account_id": "a05",
        "subscription_id": "s-a05",
        "issued_at": datetime(2025, 1, 5),
        "due_at": datetime(2025, 1, 12),
        "currency": "USD",
        "total": 100,
        "status": "open",
    }
    begun.tell(Step([Telling("subscription_phases", [late]), Telling("invoices", [bill])], rows.THROUGH))
    assert refreshed(begun) == Refreshed(accounts=1)
    begun.tell(rows.step("invoices", {**bill, "due_at": datetime(2025, 3, 1)}))
    assert refreshed(begun) == Refreshed(accounts=1)
    assert check_derived(begun.warehouse) == []


def test_a_month_that_ended_is_added_to_those_kept(begun: Told) -> None:
    before = kept(begun)
    begun.tell(Step([], datetime(2025, 5, 2)))
    assert refreshed(begun) == Refreshed(months=1)
    april = datetime(2025, 4, 1, 3)
    assert rewritten(begun, before) == {MONTHS: {(name, april) for name in rows.ACCOUNTS}}


def test_a_phase_before_all_others_adds_the_months_before(begun: Told) -> None:
    early = rows.phase("a07", phase_id="p0", start_at=datetime(2024, 11, 3), end_at=datetime(2025, 1, 10))
    begun.tell(rows.step("subscription_phases", early))
    assert refreshed(begun) == Refreshed(accounts=1)
    assert check_derived(begun.warehouse) == []


def test_another_zone_rule_or_order_of_sources_makes_everything_anew(begun: Told) -> None:
    others: list[dict[str, Any]] = [
        {"zone": "Asia/Tehran"},
        {"rules.merge_gap_hours": 0},
        {"sources": ["crm", "own"]},
    ]
    before = Knowledge(begun.warehouse).fingerprint
    for settings in others:
        begun.set(settings)
        after = Knowledge(begun.warehouse)
        assert after.fingerprint != before
        assert not is_current(begun.warehouse, after)
        before = after.fingerprint
    assert refreshed(begun).whole
    assert check_derived(begun.warehouse) == []


def test_a_link_that_goes_is_followed_to_the_account_that_its_own_merged_into(
    begun: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Three accounts of twelve are not too many here.
    monkeypatch.setattr("holdfast.flow.keeping.refresh.MOST", 0)
    crm = {"account_id": "c1", "created_at": datetime(2025, 1, 1)}
    bought = rows.phase("a01", phase_id="c1", subscription_id="c1", account_id="c1", currency="USD")
    link = {"table": "accounts", "link_source": "crm", "link_id": "l", "id": "c1", "canonical_id": "a09"}
    tellings = [
        Telling("accounts", [rows.account("a09", merged_into="a07")]),
        Telling("accounts", [crm], "crm"),
        Telling("subscription_phases", [bought], "crm"),
        Telling("links", [link], "holdfast"),
    ]
    begun.tell(Step(tellings, rows.THROUGH))
    refreshed(begun)
    assert check_derived(begun.warehouse) == []
    begun.tell(Step([Telling("links", [link | {"canonical_id": "a11"}], "holdfast")], rows.THROUGH))
    assert not refreshed(begun).whole
    assert check_derived(begun.warehouse) == []
