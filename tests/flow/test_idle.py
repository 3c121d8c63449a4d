"""While nothing is posted and nothing recorded, the store is left alone; what changes is seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast import flow
from holdfast.collect.spool import Spool
from holdfast.collect.spooled import line_of
from holdfast.flow import live as room
from holdfast.flow.live import Live
from holdfast.periods import rhythm
from holdfast.warehouse import Warehouse
from tests.flow.loads import folder, live, load, name
from tests.posting import batch, call, post

__all__ = ["folder", "live", "name"]


def _ask_all(live: Live) -> None:
    assert live.load() is None
    assert live.offsets() is not None
    assert (live.webhooks(), live.calendar.zone) == ({}, "UTC")
    live.pulls()


def test_an_idle_loader_reads_no_table(live: Live, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    load(live, batch(call("track", "a", userId=name)))
    _ask_all(live)
    monkeypatch.setattr(Warehouse, "records", lambda *_: pytest.fail("a table was read"))
    _ask_all(live)
    _ask_all(live)


def test_what_was_set_meanwhile_or_comes_into_force_is_seen(
    live: Live, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live.pulls()
    with flow.open(folder) as space:
        space.set("pulls", "stripe at 03:00")
    assert live.pulls() == {"stripe": rhythm("at 03:00")}
    monkeypatch.setattr(room, "HOLDS_SECONDS", -1.0)
    monkeypatch.setattr(Live, "_pulls", lambda _: {"fees": rhythm("at 04:00")})
    assert list(live.pulls()) == ["fees"]


def test_what_another_loaded_is_not_loaded_again(live: Live, folder: Path, name: str) -> None:
    load(live, batch(call("track", "a", userId=name)))
    assert live.load() is None
    post(folder, batch(call("track", "b", userId=name), {"type": "no kind", "userId": name}))
    with Live(folder) as other:
        done = other.load()
    assert done is not None
    assert (done.events, done.rejected) == (1, 1)
    assert live.load() is None
    assert live.waiting(live.offsets()) == 0


def test_a_segment_is_removed_once_nobody_writes_it_any_more(live: Live, name: str) -> None:
    spool = Spool(live.spool)
    spool.append(line_of(batch(call("track", "a", userId=name))))
    assert live.load() is not None
    assert live.load() is None
    assert len(list(live.spool.glob("*.jsonl"))) == 1
    spool.close()
    assert live.load() is None
    assert list(live.spool.glob("*.jsonl")) == []
