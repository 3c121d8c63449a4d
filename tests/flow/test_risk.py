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
from holdfast.timelines.basis import FAR
from tests.demo import demo

__all__ = ["demo"]


@pytest.fixture(scope="module")
def space(demo: Path) -> Iterator[Workspace]:
    with holdfast.open(demo, read_only=True) as opened:
        yield opened


def test_no_feature_reads_what_came_later_and_a_planted_one_is_named(
    space: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone_soon(moments: Any, layout: Any) -> Any:
        spans = layout.spans.filter(layout.spans.end_at < ibis.literal(FAR))
        near = moments.beside(
            spans, lambda each, at: each.end_at >= at.bound, lambda each, at: each.start_at < at.bound
        )
        return near.select("account_id", "bound", value=ibis.literal(1.0))

    known = features.known
    planted = {"gone_soon": gone_soon}
    monkeypatch.setattr("holdfast.flow.risk.known", lambda moments, layout: known(moments, layout, planted))
    assert space.leaks() == ["gone_soon"]


def test_a_young_company_tells_too_little(space: Workspace) -> None:
    found = space.risks(30)
    assert isinstance(found.card, TooFew)
    assert not found.is_shown
    assert found.accounts == ()


def test_other_horizons_are_refused(space: Workspace) -> None:
    with pytest.raises(UsageError, match="45 days"):
        space.risks(45)
