"""Risk on a simulated company: nothing later is read, a planted leak is named, little evidence is said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ibis
import pytest

import holdfast
from holdfast.errors import UsageError
from holdfast.flow import Workspace
from holdfast.insights.risk import features
from holdfast.insights.risk.backtest import TooFew
from holdfast.timelines.acts import counted_acts
from holdfast.timelines.tickets import known_tickets
from tests.demo import demo

__all__ = ["demo"]


@pytest.fixture(scope="module")
def space(demo: Path) -> Iterator[Workspace]:
    with holdfast.open(demo, read_only=True) as opened:
        yield opened


def test_no_feature_reads_what_came_later_and_a_planted_one_is_named(
    space: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def seen_later(moments: Any, layout: Any) -> Any:
        acts = counted_acts(layout).select("account_id", "day").distinct()
        near = moments.beside(acts, lambda each, at: each.day >= at.bound_day)
        return near.group_by(["account_id", "bound"]).agg(value=near.count())

    def solved_after_all(moments: Any, layout: Any) -> Any:
        tickets = known_tickets(layout).filter(ibis._.solved_at.notnull()).select("account_id", "created_at")
        near = moments.beside(tickets, lambda each, at: each.created_at < at.bound)
        return near.group_by(["account_id", "bound"]).agg(value=near.count())

    known = features.known
    planted = {"seen_later": seen_later, "solved_after_all": solved_after_all}
    monkeypatch.setattr(
        "holdfast.flow.judging.risk.known",
        lambda moments, layout, more: known(moments, layout, {**more, **planted}),
    )
    assert space.leaks() == ["seen_later", "solved_after_all"]


def test_a_young_company_tells_too_little(space: Workspace) -> None:
    found = space.risks(30)
    assert isinstance(found.card, TooFew)
    assert not found.is_shown
    assert found.accounts == ()


def test_other_horizons_are_refused(space: Workspace) -> None:
    with pytest.raises(UsageError, match="45 days"):
        space.risks(45)
