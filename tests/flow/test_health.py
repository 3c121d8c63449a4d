"""Health of a workspace of a few accounts, each part worked by hand, at instants of the past too."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

import pytest

import holdfast
from holdfast.errors import UsageError
from holdfast.flow import Workspace
from holdfast.flow.figures import Desk, Question
from holdfast.flow.scoring import Health
from holdfast.insights.health.parts import all_grounds, part_values, subjects
from holdfast.segments import Moments
from holdfast.warehouse import Warehouse

Parts: TypeAlias = Callable[..., dict[str, Fraction]]
END = datetime(2025, 7, 1)
"""A Tuesday; records are whole until then."""

EARLIER: list[list[object]] = [
    [f"e{n}", "u1", "report", f"{END - timedelta(days=29 + 7 * n, hours=-9):%Y-%m-%dT%H:%M:%SZ}"]
    for n in range(8)
]
# fmt: off
TABLES: dict[str, list[list[object]]] = {
    "accounts": [
        ["account_id", "created_at", "name"],
        ["old", "2024-01-01T00:00:00Z", "Old"],
        ["new", "2025-06-15T00:00:00Z", "New"],
        ["quiet", "2024-01-01T00:00:00Z", "Quiet"],
        ["gone", "2024-01-01T00:00:00Z", "Gone"],
    ],
    "subscription_phases": [
        ["phase_id", "subscription_id", "account_id", "plan", "start_at", "end_at", "status", "currency",
         "unit_amount", "quantity", "interval", "cancel_requested_at"],
        ["p1", "s1", "old", "pro", "2024-01-01T00:00:00Z", "", "active", "USD", 100, 4, "month", ""],
        ["p2", "s2", "new", "pro", "2025-06-15T00:00:00Z", "", "active", "USD", 50, 1, "month", ""],
        ["p3", "s3", "quiet", "pro", "2024-01-01T00:00:00Z", "2025-08-01T00:00:00Z", "active", "USD",
         10, 1, "month", "2025-06-20T00:00:00Z"],
        ["p4", "s4", "gone", "pro", "2024-01-01T00:00:00Z", "2025-03-01T00:00:00Z", "active", "USD",
         10, 1, "month", ""],
    ],
    "users": [["user_id", "account_id"], ["u1", "old"], ["u2", "old"], ["u3", "new"], ["u4", "quiet"]],
    "events": [
        ["event_id", "user_id", "name", "occurred_at"],
        # old: a day in each of the eight earlier weeks (29 April on), then 2 of the last 4 weeks.
        *EARLIER,
        ["e20", "u1", "report", "2025-06-26T09:00:00Z"],
        ["e21", "u2", "report", "2025-06-12T09:00:00Z"],
        ["e22", "u3", "login", "2025-06-27T09:00:00Z"],
        ["e23", "u3", "report", "2025-06-28T09:00:00Z"],
        ["e24", "u4", "login", "2025-06-28T09:00:00Z"],
        ["e25", "u1", "report", "2024-02-01T09:00:00Z"],
    ],
    "tickets": [
        ["ticket_id", "account_id", "created_at", "solved_at", "agent_replies", "severity"],
        ["t1", "old", "2025-06-01T00:00:00Z", "2025-06-02T00:00:00Z", 1, "normal"],
        ["t2", "old", "2025-06-05T00:00:00Z", "2025-06-09T00:00:00Z", 3, "Urgent"],
        ["t3", "old", "2025-06-28T00:00:00Z", "", 0, "urgent"],
        ["t4", "quiet", "2025-01-01T00:00:00Z", "2025-01-02T00:00:00Z", 1, "low"],
    ],
    "survey_responses": [
        ["response_id", "survey_id", "kind", "account_id", "user_id", "answered_at", "score"],
        ["r1", "s", "nps", "old", "u1", "2025-05-01T00:00:00Z", 2],
        ["r2", "s", "nps", "old", "u1", "2025-06-01T00:00:00Z", 8],
        ["r3", "s", "nps", "quiet", "u4", "2025-01-01T12:00:00Z", 9],
    ],
    "invoices": [
        ["invoice_id", "account_id", "issued_at", "due_at", "paid_at", "currency", "total", "status"],
        ["i1", "old", "2025-06-01T00:00:00Z", "2025-06-15T00:00:00Z", "2025-06-20T00:00:00Z",
         "USD", 9, "paid"],
        ["i2", "quiet", "2025-06-01T00:00:00Z", "2025-06-15T00:00:00Z", "", "USD", 10, "open"],
    ],
    "milestones": [
        ["milestone_id", "account_id", "name", "due_at", "reached_at"],
        ["m1", "old", "first", "2025-01-01T00:00:00Z", "2025-01-01T00:00:00Z"],
        ["m2", "old", "second", "2025-06-01T00:00:00Z", ""],
    ],
}
# fmt: on


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("health")
    with holdfast.create(folder / "space") as space:
        for table, rows in TABLES.items():
            file = folder / f"{table}.csv"
            with file.open("w", newline="") as opened:
                csv.writer(opened).writerows(rows)
            space.import_files(table, [file], through=END)
        space.set("core_events", "report")
    return folder / "space"


@pytest.fixture(scope="module")
def space(made: Path) -> Iterator[Workspace]:
    """For reading only."""
    with holdfast.open(made) as opened:
        yield opened


@pytest.fixture(scope="module")
def board(space: Workspace) -> dict[str, Health]:
    return {each.account_id: each for each in space.health.scores()}


@pytest.fixture
def own(made: Path, tmp_path: Path) -> Iterator[Workspace]:
    """One to write to."""
    with holdfast.open(shutil.copytree(made, tmp_path / "space")) as opened:
        yield opened


@pytest.fixture(scope="module")
def values(made: Path) -> Callable[..., dict[str, Fraction]]:
    """The parts of an account just before an instant, all of them counted at once."""
    instants = [datetime(2025, 6, day) for day in (8, 17, 19, 30)] + [END]
    with Warehouse.open(made, read_only=True) as warehouse, Workspace(warehouse):
        desk = Desk(warehouse, Question())
        moments = Moments.at([(at, at) for at in instants], desk.layout.basis.calendar)
        rows = part_values(all_grounds(subjects(moments, desk.layout), moments, desk.layout))
        found = {
            (row["account_id"], row["bound"], row["part"]): Fraction(
                100 * row["numerator"], row["denominator"]
            )
            for row in rows.to_pyarrow().to_pylist()
        }

    def of(account: str, at: datetime = END) -> dict[str, Fraction]:
        return {part: value for (who, bound, part), value in found.items() if (who, bound) == (account, at)}

    return of


def test_parts_are_those_worked_by_hand(values: Parts) -> None:
    assert values("old") == {
        "usage_weeks": 50,  # weeks of 24 June and 10 June; a day of each of four
        "usage_pace": 50,  # one active day a week before; two weeks of the last four had one
        "milestones": 50,
        "answer": 80,
        "severe_tickets": 50,  # t3 is open, t2 is solved
        "first_contact": 50,  # t1 of t1 and t2
        "payment": 100,
        "renewal": 100,
        "seats": 50,  # two users of four seats
    }
    assert values("quiet") == {
        "usage_weeks": 0,  # a login is no core event
        "severe_tickets": 100,
        "payment": 0,
        "renewal": 0,
    }


def test_the_score_is_the_weighted_mean_of_the_components(board: dict[str, Health]) -> None:
    usage, outcome, sentiment, support = 50, 50, 80, 50
    commercial = Fraction(100 + 100 + 50, 3)
    assert board["old"].value == Fraction(
        35 * usage + 20 * outcome + 15 * (sentiment + support + commercial), 100
    )
    quiet = board["quiet"]
    assert quiet.counted.coverage == Fraction(65, 100)
    assert quiet.value == Fraction(15 * 100, 65)


def test_a_new_account_is_judged_by_its_beginnings(board: dict[str, Health], values: Parts) -> None:
    assert board["new"].counted.profile.name == "onboarding"
    assert values("new")["usage_weeks"] == 50  # it has lived two whole weeks, and used one


def test_who_is_no_customer_has_none(space: Workspace, board: dict[str, Health]) -> None:
    assert set(board) == {"quiet", "new", "old"}
    with pytest.raises(UsageError, match="no health"):
        space.health.explain("gone")
    with pytest.raises(UsageError) as refused:
        space.health.explain("oldd")
    assert refused.value.hint == "Did you mean 'old'?"


def test_v5_an_answer_of_181_days_ago_says_nothing(values: Parts) -> None:
    assert "answer" in values("quiet", datetime(2025, 6, 30))
    assert "answer" not in values("quiet", END)


def test_the_past_is_as_it_was(values: Parts) -> None:
    then = values("old", datetime(2025, 6, 8))
    assert then["severe_tickets"] == 50  # t2 was still open, t3 not there yet
    assert then["first_contact"] == 100
    assert values("old", datetime(2025, 6, 17))["payment"] == 0  # paid on the 20th
    assert values("quiet", datetime(2025, 6, 19))["renewal"] == 100


def test_records_add_up_to_what_moved_it(space: Workspace) -> None:
    found = space.health.moved("old", datetime(2025, 6, 8), END)
    assert found.change == found.after.value - found.before.value  # type: ignore[operator]
    assert sum(row.change for row in found.rows) == found.change != 0
    assert {"t2", "t3"} <= {row.record for row in found.rows if row.change}


def test_nothing_later_is_looked_at(made: Path) -> None:
    """Grounds at an instant are the same from records cut at it, whatever was recorded of the time after."""
    at = datetime(2025, 6, 8)
    with Warehouse.open(made, read_only=True) as warehouse, Workspace(warehouse):
        cut = Desk(warehouse, Question(as_of=at))
        whole = Desk(warehouse, Question())
        told = [_grounds(desk, at) for desk in (whole, cut)]
        for desk in (cut, whole):
            desk.close()
    assert told[0] == told[1] != []


def _grounds(desk: Desk, at: datetime) -> list[dict[str, object]]:
    moments = Moments.at([(at, at)], desk.layout.basis.calendar)
    rows = all_grounds(subjects(moments, desk.layout), moments, desk.layout)
    found: list[dict[str, object]] = rows.to_pyarrow().to_pylist()
    return sorted(found, key=repr)


def test_the_first_profile_that_fits_is_taken(own: Workspace) -> None:
    own.health.set_weights("second", {"commercial": 100}, rule="mrr >= 5")
    own.health.set_weights("first", {"usage": 50, "outcome": 50}, rule="mrr >= 200", place=0)
    found = {each.account_id: each.counted for each in own.health.scores()}
    assert {name: each.profile.name for name, each in found.items()} == {
        "old": "first",
        "quiet": "second",
        "new": "onboarding",
    }
    assert found["old"].value == 50
    own.health.set_weights("default", {"usage": 100})
    assert own.health.profiles()[-1].version != "published"
    assert [each.name for each in own.health.profiles()] == ["onboarding", "first", "second", "default"]
    with pytest.raises(UsageError, match="which accounts"):
        own.health.set_weights("third", {"usage": 1})
    with pytest.raises(UsageError, match="no rule of its own"):
        own.health.set_weights("default", {"usage": 1}, rule="mrr > 1")


def test_an_override_counts_until_it_ends_and_is_known_by_both_clocks(own: Workspace) -> None:
    before = datetime.now(UTC).replace(tzinfo=None)
    own.health.override("old", "90", reason="Signed for a year.", until=datetime(2025, 8, 1), by="ana")
    health = own.health.explain("old")[0]
    assert health.value == 90
    assert (health.counted.band, health.band) == ("amber", "green")
    assert own.health.explain("old", known_at=before)[0].override is None
    own.health.lift("old", reason="They did not sign.")
    assert own.health.scores()[-1].override is None
    with pytest.raises(UsageError, match="reason"):
        own.health.override("old", "90", reason=" ", until=datetime(2025, 8, 1))
    with pytest.raises(UsageError, match="no health score"):
        own.health.override("old", "101", reason="x", until=datetime(2025, 8, 1))
    own.erase("account", "old")
    kept = own._warehouse.history("health_overrides").to_pyarrow().to_pylist()
    assert {(row["reason"], row["account_id"] == "old") for row in kept} == {("", False)}


def test_weeks_that_are_over_are_kept_once(own: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("holdfast.flow.health.WEEKS_BACK", 2)
    kept = own.health.keep()
    assert kept == [datetime(2025, 6, 23), datetime(2025, 6, 30)]
    assert own.health.keep() == []
    rows = own.health.history("old")
    assert rows[-1]["score"] == Decimal("68.25")  # 3 of 4 weeks used and kept up, the rest as at the end
    assert [row["day"].isoformat() for row in rows] == ["2025-06-23", "2025-06-30"]
