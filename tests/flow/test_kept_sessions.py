"""Sessions brought up to date act by act equal those laid out from all acts at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from holdfast.flow.keeping import kept_sessions
from holdfast.flow.keeping.kept_sessions import SESSIONS, keep_sessions, sessions_of
from holdfast.flow.knowing.held import Held
from holdfast.flow.knowing.known import Knowledge
from holdfast.metrics import Figure
from tests.flow import rows
from tests.flow.courses import Row, Step, Telling
from tests.flow.memory import Recount
from tests.flow.telling import Told

BOARD = ("time_on_platform", "time_on_platform.per_session", "time_on_platform.midnight_split")
MIDNIGHT = datetime(2025, 2, 3, 3)
"""The local midnight around which users act, in São Paulo."""


def acts(seed: int, count: int) -> list[Row]:
    """Acts of three users and nobody, minutes apart, around a midnight: some of servers, some of no work."""
    chance, now, found = Random(seed), MIDNIGHT - timedelta(hours=5), []
    for number in range(count):
        now += timedelta(minutes=chance.choice((0, 4, 9, 10, 11, 20, 30)))
        who = {"user_id": chance.choice(("u-a01", "u-a02", "u-a03", None))}
        what = {
            "origin": chance.choice((None, "client", "server")),
            "name": chance.choice(("work", "work", "look")),
        }
        found.append(rows.event(f"e{number}", now, stamped_on=MIDNIGHT.date()) | who | what)
    return found


def told_in_turns(seed: int) -> list[Step]:
    """The acts in five tellings: what came, what has moved since, what is gone."""
    chance = Random(seed)
    state: dict[str, Row] = {}
    waiting, steps = acts(seed, 60), []
    chance.shuffle(waiting)
    for turn in range(5):
        new = [waiting.pop() for _ in range(len(waiting) // (5 - turn))]
        moved = [
            _moved(row, chance) for row in chance.sample(sorted(state.values(), key=str), min(3, len(state)))
        ]
        state |= {row["event_id"]: row for row in (*new, *moved)}
        gone = chance.sample(sorted(state), 2) if chance.random() < 0.5 else []
        for key in gone:
            del state[key]
        told = list(state.values()) if gone else [*new, *moved]
        step = Step([Telling("events", told, complete=bool(gone))], MIDNIGHT + timedelta(days=20))
        if chance.random() < 0.3:
            step.settings = chance.choice(
                [
                    {"rules.session_timeout_minutes": 10},
                    {"qualifying_events": ["work"]},
                    {"zone": "Asia/Tehran"},
                ]
            )
        steps.append(step)
    return steps


def _moved(row: Row, chance: Random) -> Row:
    by = timedelta(minutes=chance.choice((-40, -10, 0, 10, 25)))
    return row | {"occurred_at": row["occurred_at"] + by, "origin": chance.choice((row["origin"], "server"))}


def begun(folder: Path) -> Told:
    told = Told.create(folder, {"zone": "America/Sao_Paulo"})
    users = [{"user_id": f"u-{name}", "account_id": name} for name in rows.ACCOUNTS]
    told.tell(Step([Telling("users", users), Telling("accounts", [rows.account("a01")])], rows.THROUGH))
    return told


def shown(told: Told, as_of: datetime) -> list[Figure]:
    return told.space.kpis(BOARD, grain="day", first="2025-02-02", last="2025-02-03", as_of=as_of)


def counted_again(told: Told, as_of: datetime) -> list[Figure]:
    return Recount(told.memory, told.settings, told.rules).board(
        BOARD, "day", "2025-02-02", "2025-02-03", as_of
    )


def kept_up(told: Told) -> None:
    """Bring kept sessions up to date."""
    with told.warehouse.write() as writing, Held(told.warehouse) as held:
        keep_sessions(told.warehouse, writing, Knowledge(told.warehouse), held)


def kept(told: Told) -> set[tuple[Any, ...]]:
    """Every part that is kept."""
    return _rows(told.warehouse.derived(SESSIONS))


def laid_out(told: Told) -> set[tuple[Any, ...]]:
    """Every part, of all acts at once."""
    return _rows(sessions_of(Knowledge(told.warehouse)))


def _rows(parts: Any) -> set[tuple[Any, ...]]:
    found = parts.to_pyarrow().to_pylist()
    assert len(found) == len({tuple(sorted(row.items())) for row in found})
    return {tuple(sorted(row.items())) for row in found}


@pytest.mark.trial
def test_kept_sessions_equal_those_of_all_acts(
    sized: Callable[[Any, Any], Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(kept_sessions, "MOST", 0)  # however many are touched, only they are laid out again
    for seed in range(sized(1, 60)):
        with begun(tmp_path / str(seed)) as told:
            for number, step in enumerate(told_in_turns(seed)):
                told.set(step.settings)
                told.tell(step)
                kept_up(told)
                assert kept(told) == laid_out(told), (seed, number)
            for as_of in (MIDNIGHT + timedelta(minutes=7), MIDNIGHT + timedelta(days=3)):
                assert shown(told, as_of) == counted_again(told, as_of), (seed, as_of)


def test_an_act_touches_the_sessions_beside_it_alone(tmp_path: Path) -> None:
    with begun(tmp_path / "told") as told:
        times = [
            MIDNIGHT + timedelta(hours=hour, minutes=minute) for hour in range(1, 9) for minute in (0, 10)
        ]
        told.tell(
            rows.step("events", *(rows.event(f"e{n}", at, user_id="u-a01") for n, at in enumerate(times)))
        )
        kept_up(told)
        before = _stored(told)
        told.tell(rows.step("events", rows.event("new", times[5] + timedelta(minutes=15), user_id="u-a01")))
        kept_up(told)
        after = _stored(told)
        assert len(before) == len(after) == 8
        assert [before[row] for row in before.keys() - after.keys()] == [times[4]]
        assert [after[row] for row in after.keys() - before.keys()] == [times[4]]


def _stored(told: Told) -> dict[int, datetime]:
    """When each kept session started, by the number that the store gave its row as it was written."""
    return dict(
        told.warehouse.con.execute(f"select rowid, started_at from lake.derived.{SESSIONS}").fetchall()
    )
