"""Health as a KPI: the mean of scores worked by hand, its evidence, its two clocks (K33)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

import holdfast
from holdfast.flow import Workspace
from tests.flow.in_health import told


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return told(tmp_path_factory.mktemp("health"))


@pytest.fixture(scope="module")
def space(made: Path) -> Iterator[Workspace]:
    """For reading only."""
    with holdfast.open(made) as opened:
        yield opened


@pytest.fixture
def own(made: Path, tmp_path: Path) -> Iterator[Workspace]:
    """One to write to."""
    with holdfast.open(shutil.copytree(made, tmp_path / "space")) as opened:
        yield opened


def test_the_kpi_is_the_mean_of_the_scores_worked_by_hand(space: Workspace) -> None:
    """old is 35 x 50 + 20 x 50 + 15 x (80 + 50 + 250 / 3), quiet 1500 / 65, new (40 x 50 + 20 x 100) / 60."""
    mean, red = space.kpis(["health_score", "health_score.red"], first="2025-06", last="2025-06")
    by_hand = [Fraction(2750 * 3 + 15 * 640, 300), Fraction(1500, 65), Fraction(4000, 60)]
    assert float(mean.value or 0) == pytest.approx(float(sum(by_hand) / 3), abs=1e-8)
    assert (mean.n, red.value, mean.unit) == (3, Decimal(1) / Decimal(3), "points")
    bounds = (float(mean.low or 0), float(mean.value or 0), float(mean.high or 0))
    assert sorted(set(bounds)) == list(bounds)


def test_the_kpi_explains_itself_by_account_with_its_components(space: Workspace) -> None:
    found = space.explain("health_score", "month", "2025-06")
    assert found.agrees
    rows = {row["account_id"]: row for row in found.rows.to_pylist()}
    assert [rows["old"][name] for name in ("usage", "outcome", "sentiment", "support")] == [50, 50, 80, 50]
    assert (rows["quiet"]["sentiment"], rows["new"]["profile"]) == (None, "onboarding")


def test_the_kpi_of_any_month_and_split_is_the_mean_of_what_health_lists(space: Workspace) -> None:
    for month, end in (("2025-03", datetime(2025, 4, 1)), ("2025-05", datetime(2025, 6, 1))):
        exact = {each.account_id: each.counted.value for each in space.health.scores(at=end)}
        rows = space.explain("health_score", "month", month)
        counted = {row["account_id"]: row["numerator"] for row in rows.rows.to_pylist()}
        assert set(counted) == {account for account, value in exact.items() if value is not None}
        assert all(
            abs(Fraction(counted[each]) - (exact[each] or 0)) <= Fraction(1, 10**9) for each in counted
        )
    split = space.kpis(["health_score"], first="2025-06", last="2025-06", by=["plan"])
    assert sum(figure.n or 0 for figure in split) == 3


def test_where_too_little_is_known_the_kpi_is_undefined_and_says_who_was_left_out(space: Workspace) -> None:
    found = space.explain("health_score", "month", "2024-01")
    assert (found.figure.value, found.figure.reason) == (None, "not_enough_data")
    assert {row["excluded_because"] for row in found.left_out.to_pylist()} == {"not_enough_data"}


def test_the_kpi_is_by_the_weights_in_force_and_as_known_by_those_known_then(own: Workspace) -> None:

    def asked(known_at: datetime | None = None) -> object:
        (figure,) = own.kpis(["health_score"], first="2025-06", last="2025-06", known_at=known_at)
        return figure.value

    before = asked()
    known = datetime.now(UTC).replace(tzinfo=None)
    own.health.set_weights("first", {"usage": 50, "outcome": 50}, rule="mrr >= 200")
    own.health.override("old", "0", reason="Only the list says so.", until=datetime(2025, 8, 1))
    rows = own.explain("health_score", "month", "2025-06").rows.to_pylist()
    assert {row["account_id"]: (row["profile"], row["numerator"]) for row in rows}["old"] == ("first", 50)
    assert (asked() == before, asked(known)) == (False, before)
    bridge = own.compare("health_score", "month", "2025-06", against="2025-05")
    assert bridge.difference == sum(moved.part or 0 for moved in bridge.rows) != 0
