"""KPIs for a goal on a simulated company: its planted cause is found, and every count is made again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from holdfast.company import Company, simulate
from holdfast.errors import UsageError
from holdfast.flow.aims.aiming import Aim
from holdfast.flow.aims.choosing import Candidate, Choice, choose, link_of
from tests.company import recount
from tests.flow.telling import Told, append, whole_through

DAYS = 180
INVITED = "teammate_invited"


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(5000, 18, seed=1)


def invitations(company: Company) -> list[dict[str, Any]]:
    found = [rows.filter(pc.equal(rows["name"], INVITED)) for _, rows in company.event_months()]
    told: list[dict[str, Any]] = pa.concat_tables(found).to_pylist()
    return told


@pytest.fixture(scope="module")
def told(company: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """What is needed to see who invited teammates early, and who stayed."""
    settings = {"zone": "UTC", "currency": company.currency, "activation": f"{INVITED} within 7 days"}
    with Told.create(tmp_path_factory.mktemp("choosing") / "told", settings) as made:
        rows = {
            name: company.tables[name].to_pylist() for name in ("accounts", "subscription_phases", "fx_rates")
        }
        with made.warehouse.write() as writing:
            for name, table in (rows | {"events": invitations(company)}).items():
                append(made.warehouse, writing, name, table)
        with made.warehouse.write() as writing:
            whole_through(writing, company.end)
        yield made


@pytest.fixture(scope="module")
def choice(told: Told) -> Choice:
    return choose(told.warehouse, "onboarding", days=DAYS)


def of(choice: Choice, name: str) -> Candidate:
    return next(each for each in choice.candidates if each.metric.full_name == name)


def by_hand(company: Company, choice: Choice) -> list[tuple[int, int]]:
    """Of those who invited within a week of signing up, and of those who did not: all, and who stayed."""
    assert choice.window is not None
    assert choice.later is not None
    first, until, end = choice.window.start, choice.window.end, choice.later.end
    lives = recount.count(company.tables, company.end).lives
    early: dict[str, datetime] = {}
    for event in invitations(company):
        at = min(event["occurred_at"], early.get(event["account_id"], datetime.max))
        early[event["account_id"]] = at
    sides = [[0, 0], [0, 0]]
    newest = {row["account_id"]: row for row in company.tables["accounts"].to_pylist()}
    for name, account in newest.items():
        signed_up = account["created_at"]
        judged = first <= signed_up < until and signed_up + timedelta(days=7) <= until
        life = lives.get(name)
        if not judged or account["merged_into"] or life is None or not life.customer_before(until):
            continue
        side = sides[0 if early.get(name, datetime.max) < signed_up + timedelta(days=7) else 1]
        side[0] += 1
        side[1] += life.customer_before(end)
    return [(side[0], side[1]) for side in sides]


def test_the_planted_cause_goes_with_staying(choice: Choice) -> None:
    link = of(choice, "activation_rate").link
    assert link is not None
    assert (link.kind, link.verdict) == ("measured", "stays")
    assert link.gap is not None
    assert link.gap > 0.04


def test_both_sides_are_those_of_a_plain_count(company: Company, choice: Choice) -> None:
    link = of(choice, "activation_rate").link
    assert link is not None
    (good, good_stayed), (others, others_stayed) = by_hand(company, choice)
    assert (link.good.accounts, link.good.stayed) == (good, good_stayed)
    assert (link.others.accounts, link.others.stayed) == (others, others_stayed)


def test_the_days_in_which_staying_is_seen_follow_the_window(choice: Choice, company: Company) -> None:
    assert choice.window is not None
    assert choice.later is not None
    assert choice.window.end == choice.later.start
    assert choice.later.end - choice.later.start == timedelta(days=DAYS)
    assert company.end - timedelta(days=2) <= choice.later.end <= company.end - timedelta(days=1)


def test_what_comes_later_changes_no_side(told: Told, choice: Choice) -> None:
    """Everybody invites a teammate on the day after the window: nobody is the better for it."""
    assert choice.window is not None
    at = choice.window.end + timedelta(hours=9)
    accounts = told.space.records("accounts").account_id.to_pyarrow().to_pylist()
    rows = [
        {
            "event_id": f"late-{name}",
            "name": INVITED,
            "account_id": name,
            "occurred_at": at,
            "stamped_on": at.date(),
        }
        for name in accounts
    ]
    with told.warehouse.write() as writing:
        append(told.warehouse, writing, "events", rows)
    again = choose(told.warehouse, "onboarding", days=DAYS)
    assert of(again, "activation_rate").link == of(choice, "activation_rate").link


def test_what_cannot_be_counted_says_what_it_lacks_and_stands_last(choice: Choice) -> None:
    assert len(choice.candidates) <= 7
    lacking = {
        each.metric.full_name: (each.ready, each.lacking) for each in choice.candidates if each.lacking
    }
    assert lacking["onboarding_rate"] == ("undeclared", ("onboarding",))
    assert lacking["product_usage_rate"] == ("undeclared", ("core_events",))
    assert [bool(each.lacking) for each in choice.candidates] == sorted(
        bool(each.lacking) for each in choice.candidates
    )
    assert all(each.unlinked == "not_ready" for each in choice.candidates if each.lacking)
    figure = of(choice, "activation_rate").figure
    assert figure is not None
    assert figure.status == "final"


def test_few_accounts_are_too_few_to_say(tmp_path: Path) -> None:
    small = simulate(120, 6, seed=1)
    with Told.create(tmp_path / "small", {"zone": "UTC", "currency": small.currency}) as told:
        with told.warehouse.write() as writing:
            for name in ("accounts", "subscription_phases", "fx_rates"):
                append(told.warehouse, writing, name, small.tables[name].to_pylist())
        with told.warehouse.write() as writing:
            whole_through(writing, small.end, ("accounts", "subscription_phases", "fx_rates"))
        found = choose(told.warehouse, "less_churn", days=60)
        assert of(found, "customer_churn_rate").unlinked == "itself"
        assert of(found, "monthly_active_users").lacking == ("events",)
        links = [each.link for each in found.candidates if each.link is not None]
        assert any(link.kind == "too_few" for link in links)
        assert all(link.gap is None and link.verdict == "unclear" for link in links)
        brief = choose(told.warehouse, "less_churn", days=400)
        assert (brief.window, brief.later) == (None, None)
        assert all(each.link is None for each in brief.candidates)


def test_a_goal_nobody_knows_and_days_too_few_are_refused(told: Told) -> None:
    with pytest.raises(UsageError, match="No goal speaks of 'world peace'"):
        told.space.choose("world peace")
    with pytest.raises(UsageError, match="cannot be seen after 3 days"):
        told.space.choose("onboarding", days=3)


def test_one_metric_is_linked_as_among_others(told: Told, choice: Choice) -> None:
    assert link_of(told.warehouse, "activation_rate", days=DAYS) == of(choice, "activation_rate").link


def test_a_criterion_that_was_not_seen_to_go_with_staying_is_no_target(told: Told) -> None:
    told.space.set("activation", f"500 {INVITED} within 1 days")
    aim = Aim("activation_rate", "2030-06")
    with pytest.raises(UsageError, match="were not seen to stay more"):
        told.space.targets.set(aim, "50%", owner="ana")
    assert told.space.targets.all() == []
    assert told.space.targets.set(aim, "50%", owner="ana", untested=True).value == Decimal("0.5")
