"""Health of a workspace of a few accounts, each part worked by hand, at instants of the past too."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

import pytest

import holdfast
from holdfast.errors import UsageError
from holdfast.flow import Workspace
from holdfast.flow.answering.figures import Desk, Question
from holdfast.flow.judging.scoring import Health
from holdfast.metrics.health.parts import all_grounds, part_values, subjects
from holdfast.segments import Moments
from holdfast.warehouse import Warehouse
from tests.flow.in_health import END, told

Parts: TypeAlias = Callable[..., dict[str, Fraction]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return told(tmp_path_factory.mktemp("health"))


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
    monkeypatch.setattr("holdfast.flow.judging.health.WEEKS_BACK", 2)
    kept = own.health.keep()
    assert kept == [datetime(2025, 6, 23), datetime(2025, 6, 30)]
    assert own.health.keep() == []
    rows = own.health.history("old")
    assert rows[-1]["score"] == Decimal("68.25")  # 3 of 4 weeks used and kept up, the rest as at the end
    assert [row["day"].isoformat() for row in rows] == ["2025-06-23", "2025-06-30"]
