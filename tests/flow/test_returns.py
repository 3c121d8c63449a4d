"""Coming back again: a small company worked by hand, and a simulated one recounted by plain Python."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import holdfast
from holdfast.company import DECLARED, Company, simulate, write_exports
from holdfast.errors import UsageError
from holdfast.flow import Workspace
from holdfast.flow.judging.returns import Returns
from holdfast.report import Look
from holdfast.report.returns import ACCOUNTS, COLUMNS, accounts_as_rows, returns_as_rows, returns_shown
from tests.oracle.intervals import newcombe

BORN = datetime(2025, 3, 5, 12)
END = datetime(2025, 5, 20)
DAY = timedelta(days=1)
JUST = timedelta(microseconds=1)
OVER = BORN + 7 * DAY
"""When the time for activation is over for who signed up at `BORN`: the days of returning begin."""

OLD = END - 35 * DAY
DONE: dict[str, tuple[datetime, Sequence[tuple[str, datetime]]]] = {
    # account: signed up, what was done there
    "often": (BORN, [("made", BORN + DAY), ("seen", OVER), ("seen", OVER + DAY / 2), ("seen", OVER + 3 * DAY),
              ("seen", OVER + 28 * DAY - JUST)]),
    "merged": (BORN, [("seen", OVER + 5 * DAY)]),
    "never": (BORN, [("made", OVER - JUST), ("seen", OVER - JUST), ("seen", OVER + 28 * DAY)]),
    "late": (BORN, [("made", OVER)]),
    "idle": (BORN, []),
    "served": (BORN, [("by server", OVER + DAY), ("by insider", OVER + 2 * DAY)]),
    "before": (BORN, [("made", BORN - JUST), ("seen", OVER)]),
    "ours": (BORN, [("made", BORN), ("seen", OVER)]),
    "old": (OLD, [("made", OLD), *(("seen", OLD + days * DAY) for days in (7, 8, 20, 34))]),
    "young": (OLD + JUST, [("made", OLD + DAY), ("seen", OLD + 10 * DAY)]),
    "earlier": (datetime(2025, 2, 28, 18, 29), [("made", datetime(2025, 3, 1))]),
}  # fmt: skip


def written(folder: Path, table: str, columns: str, rows: Sequence[Sequence[object]]) -> None:
    with (folder / f"{table}.csv").open("w", newline="") as opened:
        csv.writer(opened).writerows([columns.split(), *rows])


def at(instant: datetime) -> str:
    return f"{instant.isoformat()}Z"


@pytest.fixture
def space(tmp_path: Path) -> Iterator[Workspace]:
    """March begins at 18:30 of 28 February, as days do in Kolkata; `merged` is now `often`."""
    files = tmp_path / "files"
    files.mkdir()
    accounts = [
        [name, at(born), str(name == "ours").lower(), "often" if name == "merged" else ""]
        for name, (born, _) in DONE.items()
    ]
    written(files, "accounts", "account_id created_at is_internal merged_into", accounts)
    written(files, "users", "user_id account_id created_at is_internal", [["i", "served", at(BORN), "true"]])
    acts = [(account, *act) for account, (_, done) in DONE.items() for act in done]
    events = [
        [f"e{n}", "i" if "insider" in name else "", account, name, at(when), origin(name)]
        for n, (account, name, when) in enumerate(acts)
    ]
    written(files, "events", "event_id user_id account_id name occurred_at origin", events)
    with holdfast.create(tmp_path / "space", zone="Asia/Kolkata") as made:
        made.import_folder(files, through=END)
        made.set("activation", "made within 7 days")
        yield made


def origin(name: str) -> str:
    return "server" if name == "by server" else "client"


def counted(found: Returns) -> list[tuple[int, int, int, int]]:
    """For 1 to 4 days who came back, of those who met the criterion and of the others."""
    return [
        (each.met.stayed, each.met.accounts, each.others.stayed, each.others.accounts) for each in found.found
    ]


def test_returns_begin_as_the_time_for_activation_is_over(space: Workspace) -> None:
    found = space.returns(first="2025-03", last="2025-04")
    assert {each.account_id: (each.met, each.days_back) for each in found.accounts} == {
        "often": (True, 4), "never": (True, 0), "old": (True, 4),
        "late": (False, 1), "idle": (False, 0), "served": (False, 0),
    }  # fmt: skip
    assert counted(found) == [(2, 3, 1, 3), (2, 3, 0, 3), (2, 3, 0, 3), (2, 3, 0, 3)]
    assert (found.pending, found.undeclared, found.criteria) == (1, 1, ("made within 7 days",))
    first, last = (each for each in found.accounts if each.account_id in {"often", "old"})
    assert (first.since, first.until) == (OVER, OVER + 28 * DAY)
    assert last.until == END, "just over is over"


def test_intervals_are_wilsons_and_newcombes(space: Workspace) -> None:
    rows = returns_as_rows(space.returns(first="2025-03", last="2025-04"))
    assert all(tuple(row) == COLUMNS for row in rows)
    told = {name: round(rows[0][name], 4) for name in COLUMNS[3:5] + COLUMNS[8:14] if rows[0][name]}
    assert told == {
        "met_share": 0.6667, "met_low": 0.2077, "not_met_share": 0.3333, "not_met_low": 0.0615,
        "not_met_high": 0.7923, "difference": 0.3333, "low": -0.3158, "high": 0.7178,
    }  # fmt: skip
    assert (rows[1]["low"], rows[1]["high"]) == pytest.approx(newcombe(2, 3, 0, 3))
    assert {row["reason"] for row in rows} == {None}


def test_more_days_take_in_more_and_wait_for_longer(space: Workspace) -> None:
    found = space.returns(29, first="2025-03", last="2025-04")
    assert counted(found)[0] == (2, 2, 1, 3), "what was left out after 28 days is in; `old` is pending"
    assert found.pending == 2
    with pytest.raises(UsageError, match="Returns within 0 days"):
        space.returns(0)


def test_months_are_of_the_workspace_and_segments_as_at_sign_up(space: Workspace) -> None:
    alone = space.returns(first="2025-02", last="2025-02")
    assert [each.account_id for each in alone.accounts] == ["earlier"]
    told = space.returns()
    assert [told.months[place].label for place in (0, -1)] == ["2024-05", "2025-04"]
    assert len(told.accounts) == 7
    nobody = space.returns(segment="employees > 5")
    assert (nobody.accounts, nobody.pending) == ((), 0)


def test_where_a_side_is_empty_nothing_is_told_of_it_and_why(space: Workspace) -> None:
    found = space.returns(first="2025-02", last="2025-02")
    row = returns_as_rows(found)[0]
    assert (row["met"], row["met_share"], row["not_met"]) == (1, 0.0, 0)
    for name in ("not_met_share", "not_met_low", "not_met_high", "difference", "low", "high"):
        assert row[name] is None
    assert row["reason"] == "empty_denominator"
    text = StringIO()
    Console(file=text, width=160, color_system=None).print(returns_shown(found, Look(160)))
    assert "no difference is told" in text.getvalue()


def test_who_signed_up_before_a_criterion_was_in_force_is_counted_nowhere(space: Workspace) -> None:
    space.set("activation", "none")
    with pytest.raises(UsageError, match="No activation criterion"):
        space.returns()
    space.set("activation", "made within 7 days", valid_from=BORN + JUST)
    found = space.returns(first="2025-03", last="2025-04")
    assert [each.account_id for each in found.accounts] == ["old"]
    assert (found.pending, found.undeclared) == (1, 6)


def test_what_was_known_then_is_told_again(space: Workspace, tmp_path: Path) -> None:
    before = space.returns(first="2025-03", last="2025-04")
    then = datetime.now(UTC).replace(tzinfo=None)
    late = tmp_path / "late"
    late.mkdir()
    written(late, "events", "event_id account_id name occurred_at origin",
            [["n1", "idle", "seen", at(OVER + DAY), "client"]])  # fmt: skip
    space.import_folder(late, through=END)
    now = space.returns(first="2025-03", last="2025-04")
    assert (now.found[0].others.stayed, before.found[0].others.stayed) == (2, 1)
    assert space.returns(first="2025-03", last="2025-04", known_at=then).accounts == before.accounts


def test_a_shell_shows_both_sides_and_the_accounts_behind(space: Workspace) -> None:
    found = space.returns(first="2025-03", last="2025-04")
    text = StringIO()
    Console(file=text, width=200, color_system=None).print(returns_shown(found, Look(200)))
    assert "66.7% (2 of 3)" in text.getvalue()
    assert "Observed, not caused" in text.getvalue()
    assert all(tuple(row) == ACCOUNTS for row in accounts_as_rows(found))


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(200, 10, seed=5, events_per_account=60)


@pytest.fixture(scope="module")
def simulated(company: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("returns_of_a_company")
    write_exports(company, folder / "exports")
    with holdfast.create(folder / "space", currency=company.currency, zone=company.sizing.zone) as made:
        made.import_folder(folder / "exports", through=company.end)
        made.set_all(DECLARED)
        made.set("activation", "3 task_completed within 5 days")
        yield made


def recounted(space: Workspace, found: Returns) -> tuple[dict[str, tuple[bool, int]], int]:
    """Who met it and on how many days each was back, walked account by account; and how many are pending."""
    names = {row["account_id"]: row["merged_into"] or row["account_id"] for row in rows_of(space, "accounts")}
    ours = {names[row["account_id"]] for row in rows_of(space, "accounts") if row["is_internal"]}
    people = {(row["source"], row["user_id"]): row for row in rows_of(space, "users")}
    qualifying = space.settings()["qualifying_events"] or ()
    done: dict[str, list[dict[str, Any]]] = {}
    for row in rows_of(space, "events"):
        who = people.get((row["source"], row["user_id"]))
        if row["occurred_at"] < found.until and not (who and who["is_internal"]):
            home = row["account_id"] or (who and who["account_id"])
            if home:
                done.setdefault(names.get(home, home), []).append(row)
    born: dict[str, datetime] = {}
    for row in rows_of(space, "accounts"):
        account = names[row["account_id"]]
        born[account] = min(born.get(account, row["created_at"]), row["created_at"])
    told, pending = {}, 0
    for account, since in born.items():
        if account in ours or not found.months[0].start <= since < found.months[-1].end:
            continue
        over = since + 5 * DAY
        acts = sorted(done.get(account, []), key=lambda row: row["occurred_at"])
        tasks = [row["occurred_at"] for row in acts if row["name"] == "task_completed"]
        if tasks[2:] and tasks[2] < since:
            continue
        if over + found.days * DAY > found.until:
            pending += 1
            continue
        back = {
            (row["occurred_at"] - over) // DAY
            for row in acts
            if over <= row["occurred_at"] < over + found.days * DAY
            and row["origin"] != "server"
            and (not qualifying or row["name"] in qualifying)
        }
        told[account] = (len(tasks) > 2 and tasks[2] < over, len(back))
    return told, pending


def rows_of(space: Workspace, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = space.records(table).to_pyarrow().to_pylist()
    return found


@pytest.mark.parametrize("days", [28, 90])
def test_a_simulated_company_recounted_account_by_account(simulated: Workspace, days: int) -> None:
    found = simulated.returns(days)
    truth, pending = recounted(simulated, found)
    assert {each.account_id: (each.met, each.days_back) for each in found.accounts} == truth
    assert (found.pending, found.undeclared) == (pending, 0)
    assert len(truth) > 60
    for each in found.found:
        sides = {met: [back for was, back in truth.values() if was is met] for met in (True, False)}
        first, second = (
            (sum(back >= each.times for back in sides[met]), len(sides[met])) for met in (True, False)
        )
        assert counted(found)[each.times - 1] == (*first, *second)
        assert each.gap is not None
        assert (each.gap.low, each.gap.high) == pytest.approx(newcombe(*first, *second))


def test_over_28_days_it_is_what_the_metric_counts(simulated: Workspace) -> None:
    found = simulated.returns()
    first, last = (found.months[place].label for place in (0, -1))
    figures = simulated.kpis(["returns.met", "returns.not_met"], first=first, last=last)
    above: Counter[tuple[str, object]] = Counter()
    below: Counter[tuple[str, object]] = Counter()
    for figure in figures:
        above[figure.name, figure.of["times"]] += int(figure.numerator or 0)
        below[figure.name, figure.of["times"]] += int(figure.denominator or 0)
    for each in found.found:
        for name, side in (("returns.met", each.met), ("returns.not_met", each.others)):
            assert (above[name, each.times], below[name, each.times]) == (side.stayed, side.accounts)
