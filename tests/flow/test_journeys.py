"""Journeys: a small company worked by hand, and a simulated one recounted by plain Python."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import pytest

import holdfast
from holdfast.company import DECLARED, Company, simulate, write_exports
from holdfast.errors import UsageError
from holdfast.flow import Workspace
from holdfast.flow.judging.journeys import Journeys

BORN = datetime(2025, 3, 5, 12)
END = datetime(2025, 5, 20)
STAGES = "signed up > made > 2 shared > invited"
DAYS = timedelta(days=30)
JUST = timedelta(microseconds=1)

WHO: dict[str, tuple[str, str, datetime, Sequence[tuple[str, datetime]]]] = {
    # user: persona, account, signed up, what they did
    "all": ("chef", "A", BORN, [("made", BORN), ("shared", BORN + timedelta(days=1)),
            ("shared", BORN + timedelta(days=2)), ("invited", BORN + timedelta(days=2))]),
    "unordered": ("chef", "A", BORN, [("shared", BORN + timedelta(days=1)),
                  ("made", BORN + timedelta(days=2)), ("shared", BORN + timedelta(days=3)),
                  ("invited", BORN + timedelta(days=4))]),
    "before": ("chef", "A", BORN, [("made", BORN - JUST)]),
    "last": ("chef", "A", BORN, [("made", BORN + DAYS - JUST)]),
    "late": ("chef", "A", BORN, [("made", BORN + DAYS)]),
    "merged": ("guest", "B", BORN, [("made", BORN + timedelta(days=6))]),
    "waits": ("guest", "A", END - DAYS + JUST, [("made", END - timedelta(days=20))]),
    "over": ("guest", "A", END - DAYS, [("made", END - timedelta(days=20))]),
    "nameless": ("", "A", BORN, []),
    "ours": ("chef", "I", BORN, [("made", BORN)]),
    "insider": ("chef", "A", BORN, [("made", BORN)]),
    "earlier": ("chef", "A", datetime(2025, 2, 28, 18, 29), [("made", datetime(2025, 3, 1))]),
    "edge": ("chef", "A", datetime(2025, 2, 28, 18, 30), []),
}  # fmt: skip


def written(folder: Path, table: str, columns: str, rows: Sequence[Sequence[object]]) -> None:
    with (folder / f"{table}.csv").open("w", newline="") as opened:
        csv.writer(opened).writerows([columns.split(), *rows])


def at(instant: datetime) -> str:
    return f"{instant.isoformat()}Z"


@pytest.fixture
def space(tmp_path: Path) -> Iterator[Workspace]:
    """Sign-ups of March begin at 18:30 of 28 February, as days do in Kolkata; `B` is merged into `A`."""
    files = tmp_path / "files"
    files.mkdir()
    accounts = [["A", at(BORN), "", ""], ["B", at(BORN), "", "A"], ["I", at(BORN), "true", ""]]
    written(files, "accounts", "account_id created_at is_internal merged_into", accounts)
    users = [[u, home, at(born), p, str(u == "insider").lower()] for u, (p, home, born, _) in WHO.items()]
    written(files, "users", "user_id account_id created_at persona is_internal", users)
    acts = [(user, name, when) for user, (*_, done) in WHO.items() for name, when in done]
    events = [[f"e{n}", user, name, at(when), "client"] for n, (user, name, when) in enumerate(acts)]
    written(files, "events", "event_id user_id name occurred_at origin", events)
    with holdfast.create(tmp_path / "space", zone="Asia/Kolkata") as made:
        made.import_folder(files, through=END)
        made.set("journey", STAGES)
        yield made


def counted(found: Journeys) -> dict[str | None, list[int]]:
    """Of each persona how many started, and how many reached each stage."""
    return {
        persona: [found.passage(persona, 1).started, *(found.passage(persona, n).reached for n in (1, 2, 3))]
        for persona in found.personas
    }


def test_stages_count_in_order_and_in_time(space: Workspace) -> None:
    found = space.journeys(first="2025-03", last="2025-04")
    assert space.settings()["journey"] == "made > 2 shared > invited"
    assert counted(found) == {"chef": [6, 3, 1, 1], "guest": [2, 2, 0, 0], None: [1, 0, 0, 0]}
    assert found.pending == {"guest": 1}
    first, second, third = (found.passage("chef", number) for number in (1, 2, 3))
    assert (first.dropped, second.dropped, third.dropped) == (3, 2, 0)
    assert (first.conversion, second.days) == (0.5, 2.0)
    low, high = first.bounds or (0.0, 0.0)
    assert (round(low, 4), round(high, 4)) == (0.1876, 0.8124)
    assert {each.verdict for each in found.passages} == {"too_few", "alone"}


def test_users_behind_a_stage_are_named_with_their_events(space: Workspace) -> None:
    found = space.journeys(first="2025-03", last="2025-03")
    walkers = {each.user_id: each for each in found.walkers("chef", 2)}
    assert {user: each.reached for user, each in walkers.items()} == {
        "all": True, "unordered": False, "last": False,
    }  # fmt: skip
    assert [(place, event) for place, _, event in walkers["all"].records] == [(1, "e0"), (2, "e2")]
    assert [(place, event) for place, _, event in walkers["unordered"].records] == [(1, "e5")]
    (merged,) = found.walkers("guest", 1)
    assert (merged.user_id, merged.account_id) == ("merged", "A")
    assert [each.user_id for each in found.walkers(found.persona("unknown"), found.stage("made"))] == [
        "nameless"
    ]


def test_months_are_of_the_workspace_and_segments_as_at_sign_up(space: Workspace) -> None:
    alone = counted(space.journeys(first="2025-02", last="2025-02"))
    assert alone == {"chef": [1, 1, 0, 0]}
    assert space.journeys(segment="employees > 5").passages == ()
    told = space.journeys()
    assert [told.months[place].label for place in (0, -1)] == ["2024-11", "2025-04"]


def test_what_was_known_then_is_told_again(space: Workspace, tmp_path: Path) -> None:
    before = space.journeys(first="2025-03", last="2025-03")
    then = datetime.now(UTC).replace(tzinfo=None)
    late = tmp_path / "late"
    late.mkdir()
    written(late, "events", "event_id user_id name occurred_at origin",
            [["n1", "late", "made", at(BORN), "server"]])  # fmt: skip
    space.import_folder(late, through=END)
    space.set("journey", "made")
    now = space.journeys(first="2025-03", last="2025-03")
    assert (len(now.stages), now.passage("chef", 1).reached) == (1, 4)
    again = space.journeys(first="2025-03", last="2025-03", known_at=then)
    assert (again.stages, again.passages) == (before.stages, before.passages)


def test_without_a_journey_onboarding_stands_in_or_it_is_said(space: Workspace) -> None:
    space.set("journey", "none")
    with pytest.raises(UsageError, match="No journey is set"):
        space.journeys()
    space.set("onboarding", "made, 2 shared")
    found = space.journeys(first="2025-03", last="2025-03")
    assert (found.declared, list(map(str, found.stages))) == (False, ["made", "2 shared"])


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("made > made", "twice"), ("made > > shared", "one event"), ("signed up", "one event"),
     ("made, shared > invited", "one event"), ("0 made", "at least once"),
     ("mode", "No event is called mode")],
)  # fmt: skip
def test_a_journey_that_cannot_be_is_refused(space: Workspace, text: str, wrong: str) -> None:
    with pytest.raises(UsageError, match=wrong):
        space.set("journey", text)


def test_unknown_personas_and_stages_are_named(space: Workspace) -> None:
    found = space.journeys(first="2025-03", last="2025-03")
    with pytest.raises(UsageError, match="persona"):
        found.persona("chief")
    with pytest.raises(UsageError, match="stage"):
        found.stage("4")


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(200, 10, seed=5, events_per_account=60)


@pytest.fixture(scope="module")
def simulated(company: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("journeys_of_a_company")
    write_exports(company, folder / "exports")
    with holdfast.create(folder / "space", currency=company.currency, zone=company.sizing.zone) as made:
        made.import_folder(folder / "exports", through=company.end)
        made.set_all(DECLARED)
        made.set("journey", "signed_in > 3 task_completed > report_created > teammate_invited")
        yield made


def recounted(space: Workspace, found: Journeys) -> dict[str | None, list[list[float]]]:
    """By persona and stage the days that it took, walked user by user through all their events."""
    ours = {row["account_id"] for row in rows_of(space, "accounts") if row["is_internal"]}
    merged = {row["account_id"]: row["merged_into"] for row in rows_of(space, "accounts")}
    acts: dict[tuple[str, str], list[tuple[datetime, str]]] = {}
    for row in rows_of(space, "events"):
        if row["user_id"]:
            acts.setdefault((row["source"], row["user_id"]), []).append((row["occurred_at"], row["name"]))
    taken: dict[str | None, list[list[float]]] = {}
    for user in rows_of(space, "users"):
        born, home = user["created_at"], merged.get(user["account_id"]) or user["account_id"]
        inside = found.months[0].start <= born < found.months[-1].end and born + DAYS <= found.until
        if not inside or user["is_internal"] or home in ours:
            continue
        lists = taken.setdefault(user["persona"], [[] for _ in range(len(found.stages) + 1)])
        lists[0].append(0.0)
        stage, many = 0, 0
        for when, name in sorted(acts.get((user["source"], user["user_id"]), [])):
            if stage == len(found.stages) or not born <= when < born + DAYS:
                continue
            many += name == found.stages[stage].event
            if many == found.stages[stage].count:
                stage, many = stage + 1, 0
                lists[stage].append((when - born) / timedelta(days=1))
    return taken


def rows_of(space: Workspace, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = space.records(table).to_pyarrow().to_pylist()
    return found


def test_a_simulated_company_recounted_user_by_user(simulated: Workspace) -> None:
    found = simulated.journeys()
    truth = recounted(simulated, found)
    assert set(found.personas) == set(truth)
    assert sum(len(each[0]) for each in truth.values()) > 200
    for each in found.passages:
        days = truth[each.persona][each.number]
        assert (each.before, each.reached) == (len(truth[each.persona][each.number - 1]), len(days))
        assert each.days == pytest.approx(median(days) if days else None, abs=1e-9)
    assert any(each.reached and each.dropped for each in found.passages)
