"""Chances that were told beforehand: as learned, of those asked for, anew when something was recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import holdfast
from holdfast.company import simulate, write_exports
from holdfast.flow import Workspace
from holdfast.flow.judging import told as room
from holdfast.flow.judging.risk import AtRisk, Risks
from holdfast.flow.judging.told import CARDS, CHANCES
from holdfast.flow.live import Live
from holdfast.insights.risk.backtest import Backtest, TooFew


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company old and large enough for chances within 90 days to be told."""
    folder = tmp_path_factory.mktemp("told") / "old"
    company = simulate(300, 24, seed=1, events_per_account=8)
    exports = folder.with_name("exports")
    write_exports(company, exports)
    with holdfast.create(folder, currency=company.currency, zone=company.sizing.zone) as space:
        space.import_folder(exports, through=company.end)
    return folder


@pytest.fixture(scope="module")
def space(folder: Path) -> Iterator[Workspace]:
    with holdfast.open(folder) as opened:
        yield opened


def test_what_is_told_is_what_is_learned(space: Workspace, folder: Path) -> None:
    assert space.told_risks(90) is None
    with Live(folder) as live:
        assert live.untold() == str(space.recorded_until)
    learned = {days: space.risks(days) for days in (30, 60, 90)}
    assert learned[90].is_shown
    space.tell_risks()
    for days, found in learned.items():
        last = space.told_risks(days)
        assert last is not None
        assert last[1] == found == space.risks(days)
        assert isinstance(last[1].card, Backtest | TooFew)
        assert last[0].known_at == space.recorded_until
        assert last[1].by_renewal == TooFew(9, 20, "judge")
        assert all(one.renewal is None or one.renewal.chance is None for one in last[1].accounts)
    with Live(folder) as live:
        assert not live.untold()


def test_what_was_kept_in_another_shape_is_not_read_but_told_anew(
    space: Workspace, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(room, "SHAPE", "as it was")
        before.setattr(room, "SCHEMA", pa.schema(list(room.SCHEMA)[:-2]))
        rows_of = room._chance

        def older(found: Risks, one: AtRisk) -> dict[str, Any]:
            row = rows_of(found, one)
            return {name: value for name, value in row.items() if name in room.SCHEMA.names}

        before.setattr(room, "_chance", older)
        space.tell_risks()
    assert space.told_risks(90) is None
    with Live(folder) as live:
        assert live.untold()
    space.tell_risks()
    assert space.told_risks(90) is not None


def test_some_accounts_or_none_may_be_asked_for(space: Workspace) -> None:
    space.tell_risks()
    whole = space.told_risks(90)
    assert whole is not None
    mine = whole[1].accounts[3]
    one = space.told_risks(90, (mine.account_id, "nobody"))
    none = space.told_risks(90, ())
    assert one is not None
    assert none is not None
    assert one[1].accounts == (mine,)
    assert none[1].accounts == ()
    assert none[1].card == whole[1].card


def test_a_segment_is_judged_by_its_own_and_learned_from_all(space: Workspace) -> None:
    everybody, inside = space.risks(90), space.risks(90, segment="mrr >= 100")
    assert isinstance(everybody.card, Backtest)
    assert isinstance(inside.card, Backtest)
    assert inside.card.cards["model"].rows < everybody.card.cards["model"].rows
    chances = {each.account_id: each.chance for each in everybody.accounts}
    assert 0 < len(inside.accounts) < len(chances)
    assert {each.account_id: each.chance for each in inside.accounts}.items() <= chances.items()
    assert all(each.mrr is not None and each.mrr >= 100 for each in inside.accounts)


def test_they_are_told_anew_after_news_and_a_rest(
    space: Workspace, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    space.tell_risks()
    before = space.told_risks(90, ())
    assert before is not None
    space.write_note("a000001", "They asked for a call.", by="ana")
    with Live(folder) as live:
        assert not live.untold(), "told a moment ago"
        monkeypatch.setattr(room, "LEAST_REST", timedelta(0))
        monkeypatch.setattr(room, "REST", 0)
        assert live.untold() == str(space.recorded_until)
    space.tell_risks()
    after = space.told_risks(90, ())
    assert after is not None
    assert after[0].told_at > before[0].told_at
    with Live(folder) as live:
        assert not live.untold()


def test_who_is_erased_is_told_of_no_more(space: Workspace) -> None:
    space.tell_risks()
    last = space.told_risks(90)
    assert last is not None
    space.erase("account", last[1].accounts[0].account_id)
    assert CHANCES not in space._warehouse.derived_states()
    assert CARDS in space._warehouse.derived_states()
    assert space.told_risks(90) is None


def test_without_subscriptions_there_is_nothing_to_tell(tmp_path: Path) -> None:
    with holdfast.create(tmp_path / "new", currency="USD", zone="UTC") as space:
        space.set("gross_margin", "0.8")
        space.tell_risks()
        assert space.told_risks(90) is None
    with Live(tmp_path / "new") as live:
        assert not live.untold()
