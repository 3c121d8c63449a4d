"""The stream of events: a rhythm of weeks, a bounded size, and the early deeds in their place."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pyarrow.compute as pc

from holdfast.company import Company, simulate


def test_about_as_many_events_as_asked_for_and_every_id_once() -> None:
    company = simulate(1500, 10, seed=2, events_per_account=60)
    events = company.events()
    assert 0.8 < events.num_rows / (1500 * 60) < 1.25
    assert pc.count_distinct(events["event_id"]).as_py() == events.num_rows
    assert simulate(1500, 10, seed=2, events_per_account=60).events().equals(events)


def test_months_come_in_order_and_events_in_theirs(company: Company) -> None:
    labels = []
    for label, events in company.event_months():
        labels.append(label)
        moments = events["occurred_at"].to_pylist()
        assert moments == sorted(moments)
        assert all(moment.strftime("%Y-%m") == label for moment in (moments[0], moments[-1]))
        assert max(events["received_at"].to_pylist()) < company.end
    assert len(labels) == 15


def test_people_work_on_weekdays(company: Company) -> None:
    days = Counter(moment.weekday() for moment in company.events()["occurred_at"].to_pylist())
    weekend = (days[5] + days[6]) / 2
    assert days[1] > 3 * weekend > 0


def test_nobody_acts_before_being_a_user_and_servers_act_for_nobody(company: Company) -> None:
    created = dict(
        zip(*(company.tables["users"][name].to_pylist() for name in ("user_id", "created_at")), strict=True)
    )
    early = ("teammate_invited", "integration_connected", "theme_changed")
    for event in company.events().to_pylist():
        if event["user_id"] is None:
            assert event["origin"] == "server" or event["anonymous_id"]
        elif event["name"] not in early:
            assert event["occurred_at"] >= created[event["user_id"]]


def test_early_behaviours_are_events_of_the_first_week(company: Company) -> None:
    accounts = {row["account_id"]: row for row in company.tables["accounts"].to_pylist()}
    done = {
        event["account_id"]
        for event in company.events().to_pylist()
        if event["name"] == "teammate_invited"
        and event["occurred_at"] < accounts[event["account_id"]]["created_at"] + timedelta(days=7)
    }
    told = {row["account_id"] for row in company.truth["accounts"].to_pylist() if row["invited_teammates_at"]}
    assert done == told
