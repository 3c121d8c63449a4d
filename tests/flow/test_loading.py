"""What was posted becomes events: once, of the right user, with nothing lost beside it."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from holdfast.collect import spool
from holdfast.collect.sources import POSTED
from holdfast.collect.sources.delivery import Delivery
from holdfast.collect.spool import sizes
from holdfast.flow import Workspace
from holdfast.flow.arrivals import loading
from holdfast.flow.arrivals.loading import Loaded
from holdfast.flow.arrivals.visiting import followed
from holdfast.flow.live import Live
from holdfast.warehouse import Warehouse, store
from tests.flow.loads import folder, live, load, name, rows, seen
from tests.posting import NOON, batch, call, delivery, post

__all__ = ["folder", "live", "name"]


class Yesterday(datetime):
    """A clock that was set back by a day."""

    @classmethod
    def now(cls, tz: Any = None) -> Yesterday:
        """What it says."""
        told = datetime.now(tz) - timedelta(days=1)
        return cls.combine(told.date(), told.timetz())


def test_a_clock_that_is_set_back_loses_nothing_and_doubles_nothing(
    live: Live, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later segment then has an earlier name, a body an earlier arrival; records stay in their order."""
    event, other = call("track", "a", userId=name), call("track", "b", userId=name)
    load(live, batch(event))
    before = rows(live, "events", user_id=name)[0]["recorded_at"]
    post(live.spool.parent, batch(call("track", "waits", userId=name)))
    for room in (spool, store):
        monkeypatch.setattr(room, "datetime", Yesterday)
    done = load(live, batch(event, other, at=NOON - timedelta(days=1)))
    assert (done.events, done.repeated) == (2, 1)
    kept = rows(live, "events", user_id=name)
    assert sorted(row["name"] for row in kept) == ["a", "b", "waits"]
    assert all(row["recorded_at"] > before for row in kept if row["name"] != "a")
    assert live.load() is None


def test_a_repeat_is_dropped_within_a_load_and_across_loads(live: Live, name: str) -> None:
    event = call("track", "a", userId=name)
    load(live, batch(event, event), batch(event))
    late = {**event, "timestamp": (NOON + timedelta(days=1)).isoformat() + "Z"}
    done = load(live, batch(event), batch(late, at=NOON + timedelta(days=2)))
    assert (done.events, done.repeated) == (0, 2)
    assert len(rows(live, "events", user_id=name)) == 1


def test_the_same_id_on_another_day_is_another_event(live: Live, name: str) -> None:
    event = call("track", "a", userId=name)
    earlier = {**event, "timestamp": (NOON - timedelta(days=9)).isoformat() + "Z"}
    much_earlier = {**event, "timestamp": (NOON - timedelta(days=20)).isoformat() + "Z"}
    load(live, batch(event))
    assert load(live, batch(earlier, much_earlier, much_earlier)).events == 2


def test_a_visitor_identified_late_takes_its_events_along(live: Live, name: str) -> None:
    visitor, user = f"v{name}", f"u{name}"
    load(live, seen(call("track", "before", anonymousId=visitor)))
    assert rows(live, "events", anonymous_id=visitor)[0]["user_id"] is None
    load(live, seen(call("identify", userId=user, anonymousId=visitor)))
    load(live, seen(call("track", "after", anonymousId=visitor)))
    assert {row["name"]: row["user_id"] for row in rows(live, "events", anonymous_id=visitor)} == {
        "before": user,
        "after": user,
    }


def test_an_alias_moves_the_events_of_an_earlier_id_and_its_later_ones(live: Live, name: str) -> None:
    load(live, seen(call("track", "one", userId=f"old{name}")))
    load(live, seen(call("alias", previousId=f"old{name}", userId=f"mid{name}")))
    load(live, seen(call("alias", previousId=f"mid{name}", userId=f"new{name}")))
    load(live, seen(call("track", "two", userId=f"old{name}")))
    assert {row["name"] for row in rows(live, "events", user_id=f"new{name}")} == {"one", "two"}


def test_a_repeat_after_identification_is_still_a_repeat(live: Live, name: str) -> None:
    event = call("track", "a", anonymousId=f"v{name}")
    load(live, seen(event))
    load(live, seen(call("identify", userId=f"u{name}", anonymousId=f"v{name}")))
    assert load(live, seen(event)).repeated == 1
    assert len(rows(live, "events", user_id=f"u{name}")) == 1


def test_ids_that_point_at_each_other_end_at_the_least() -> None:
    assert followed({"a": "b", "b": "c"}) == {"a": "c", "b": "c"}
    assert followed({"x": "y", "y": "x", "z": "x"}) == {"x": "x", "y": "x", "z": "x"}


def test_what_cannot_be_used_waits_with_its_reason(live: Live, name: str) -> None:
    done = load(live, batch(call("track", "a"), {**call("track", "b", userId=name), "event": None}))
    assert (done.events, done.rejected) == (1, 1)
    (reject,) = [row for row in rows(live, "rejects") if name in (row["row"] or "")]
    assert (reject["file"], reject["column"], reject["state"]) == ("segment", "event", "open")
    assert reject["problem"] == "event is missing"


def test_what_waits_can_be_let_go_but_not_mended_in_a_file(
    live: Live, folder: Path, name: str, tmp_path: Path
) -> None:
    load(live, batch({**call("track", "b", userId=name), "event": None}, call("group", userId=name)))
    with Workspace(Warehouse.open(folder)) as space:
        assert space.write_rejects(tmp_path / "of_files.csv") == 0
        waiting = space.rejects()["reject_id"].to_pylist()
        assert space.take_again().rejected == len(waiting)
        (tmp_path / "drop.csv").write_text("\n".join(["reject_id", *waiting]))
        assert space.drop_rejects(tmp_path / "drop.csv") == len(waiting) >= 2
        assert space.rejects().num_rows == 0


def take_again(folder: Path) -> Loaded:
    with Workspace(Warehouse.open(folder)) as space:
        return space.take_again()


def test_a_body_that_breaks_the_load_is_set_aside_alone_and_taken_when_it_no_longer_does(
    live: Live, folder: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What breaks is not known beforehand: here it is a translation that fails for one body."""
    segment = POSTED["segment"]

    def failing(each: Delivery, told: Any) -> None:
        if b"POISON" in each.body:
            raise ValueError("cannot be")
        segment.translate(each, told)

    monkeypatch.setitem(POSTED, "segment", type(segment)(segment.paths, segment.posted, failing))
    bodies = [batch(call("track", "POISON" if n == 5 else "good", userId=name)) for n in range(9)]
    post(live.spool.parent, *bodies)
    total = 0
    while (done := live.load()) is not None:
        total += done.events
    assert total == 8
    waits = [row for row in rows(live, "rejects", state="open") if "POISON" in (row["row"] or "")]
    assert [row["problem"] for row in waits] == ["it could not be loaded: cannot be"]
    monkeypatch.undo()
    assert take_again(folder).events == 1
    assert len(rows(live, "events", user_id=name)) == 9
    assert not [row for row in rows(live, "rejects", state="open") if "POISON" in (row["row"] or "")]


def test_a_source_that_there_is_not_is_set_aside(live: Live, name: str) -> None:
    post(live.spool.parent, delivery({"x": name}, source="nonesuch"), batch(call("track", "a", userId=name)))
    while live.load():
        pass
    assert len(rows(live, "events", user_id=name)) == 1
    assert [row for row in rows(live, "rejects") if name in (row["row"] or "")]


def test_a_load_that_stops_in_the_middle_has_not_begun(
    live: Live, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(live.spool.parent, batch(call("track", "a", userId=name)))

    def stop(*_: Any) -> None:
        raise duckdb.IOException("the disk is gone")

    with monkeypatch.context() as broken:
        broken.setattr(loading, "keep_profiles", stop)
        with pytest.raises(duckdb.IOException):
            live.load()
    assert rows(live, "events", user_id=name) == []
    assert live.load() == Loaded(deliveries=1, messages=1, events=1)
    assert len(rows(live, "events", user_id=name)) == 1


def test_segments_that_are_loaded_are_removed(live: Live) -> None:
    load(live, batch(call("track", "a")))
    assert list(sizes(live.spool)) == []


def test_random_deliveries_come_out_once_each(live: Live, name: str) -> None:
    """Bodies split, doubled and shuffled at random give every message once."""
    chance = random.Random(7)
    events = [call("track", f"e{n}", userId=name) for n in range(60)]
    bodies = [chance.sample(events, chance.randint(1, 12)) for _ in range(40)]
    bodies += [[event for event in events if not any(event in body for body in bodies)]]
    while bodies:
        some = [bodies.pop() for _ in range(min(len(bodies), chance.randint(5, 25)))]
        load(live, *[batch(*body) for body in some])
    found = sorted(row["name"] for row in rows(live, "events", user_id=name))
    assert found == sorted(event["event"] for event in events)
