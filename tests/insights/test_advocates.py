"""Power users, advocates and promoters by their bounds; their facts counted again by hand."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

import holdfast
from holdfast.insights.advocates import Use, bounds_of, choose
from tests.demo import demo

__all__ = ["demo"]


def use(user: str, days: int, core: int, features: int, score: int | None = None, at: str = "a") -> Use:
    return Use(user, at, None, days, core, features, score, None)


MANY = [use(f"u{number}", 1, 1, 1, at=f"b{number}") for number in range(40)]


def told(*some: Use) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {one.use.user: (one.kind, one.reasons) for one in choose([*MANY, *some])[1]}


def test_each_kind_by_its_bounds() -> None:
    assert told(use("core", 20, 90, 1), use("broad", 20, 0, 5), use("often", 20, 0, 1)) == {
        "core": ("power_user", ("often", "core")),
        "broad": ("power_user", ("often", "broad")),
    }
    assert told(use("x", 20, 90, 5, score=9)) == {"x": ("advocate", ("often", "core", "broad", "recommends"))}
    assert told(use("x", 1, 0, 1, score=10)) == {"x": ("promoter", ("recommends",))}
    assert told(use("x", 1, 0, 1, score=8)) == {}


def test_where_somebody_warned_nobody_is_an_advocate() -> None:
    found = told(use("x", 20, 90, 5, score=10), use("y", 0, 0, 0, score=6))
    assert found == {"x": ("power_user", ("often", "core", "broad", "recommends"))}
    other = use("y", 0, 0, 0, score=6, at="elsewhere")
    assert told(use("x", 20, 90, 5, score=10), other)["x"][0] == "advocate"


def test_days_under_four_are_not_often_whatever_the_others_do() -> None:
    assert bounds_of(MANY).days == 4
    assert told(use("x", 3, 90, 5)) == {}


def test_the_facts_are_those_of_the_records(demo: Path) -> None:
    with holdfast.open(demo, read_only=True) as space:
        found = space.advocates()
        first, last = found.at.date() - timedelta(days=28), found.at.date()
        days: dict[str, set[date]] = defaultdict(set)
        names: dict[str, set[str]] = defaultdict(set)
        for row in space.records("events").to_pyarrow().to_pylist():
            if row["user_id"] and row["origin"] != "server" and first <= row["occurred_at"].date() < last:
                days[row["user_id"]].add(row["occurred_at"].date())
                names[row["user_id"]].add(row["name"])
        answers = {
            row["response_id"]: row for row in space.records("survey_responses").to_pyarrow().to_pylist()
        }
    assert len(found.chosen) > 5
    for each in found.chosen:
        assert (each.use.days, each.use.features) == (len(days[each.use.user]), len(names[each.use.user]))
        if each.use.answer is not None:
            assert answers[each.use.answer]["score"] == each.use.score
