"""Settings tried before they are kept: the same figures as once they are, and nothing is kept by trying."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from holdfast.errors import UsageError
from tests.flow.telling import Told
from tests.flow.test_comparing import adds_up, tell
from tests.flow.test_comparing import company as company  # noqa: PLC0414 - a fixture of that module

NAMES = ["mrr", "customers", "customer_churn_rate"]
TRIED: list[dict[str, Any]] = [
    {"zone": "America/New_York", "rules.discount_policy": "all", "week_start": 6},
    {"observed_from": "2025-02-01T00:00:00", "fiscal_start": 4},
]


def told_of(space: Any, **tried: Any) -> list[tuple[str, object, object]]:
    figures = space.kpis(NAMES, first="2025-03", last="2025-03", **tried)
    return [(each.name, each.value, each.reason) for each in figures]


def test_what_is_tried_is_what_comes_once_it_is_kept(told: Told) -> None:
    space = tell(told).space
    before, were, moved = told_of(space), space.settings(), []
    for tried in TRIED:
        would = told_of(space, tried=tried)
        assert (told_of(space), space.settings()) == (before, were), "nothing is kept by trying"
        space.set_all(tried, by="ana@acme.example")
        assert told_of(space) == would, tried
        moved.append(would != before)
        space.set_all({name: were[name] for name in tried})
    assert told_of(space) == before
    assert moved[0], "a trial that moves nothing shows nothing"


@pytest.mark.parametrize("name", NAMES)
def test_the_parts_of_what_is_tried_add_up_and_name_the_setting(company: Told, name: str) -> None:
    bridge = company.space.compare(name, period="2025-03", tried=TRIED[0])
    adds_up(bridge)
    assert {row.because.rpartition(": ")[2] for row in bridge.rows} <= {
        "discount_policy",
        "week_start, zone",
        "came in",
        "went out",
    }


def test_settings_that_cannot_be_are_refused_and_each_setting_is_known_by_who_set_it(told: Told) -> None:
    space = tell(told).space
    for wrong, said in (
        ({"zone": "Mars/Olympus"}, "Mars"),
        ({"rules.pause_policy": "mrr_none"}, "pause_policy"),
        ({"zonee": "UTC"}, "zonee"),
        ({"core_events": "opened"}, "No event is called opened"),
    ):
        with pytest.raises(UsageError, match=said):
            space.read_settings(wrong)
    assert space.read_settings({"gross_margin": "0.80"}) == {"gross_margin": "0.80"}
    space.set_all({"gross_margin": Decimal("0.7")}, by="ana@acme.example")
    newest = space.settings_history()[0]
    assert (newest["name"], newest["value"], newest["by"]) == ("gross_margin", "0.7", "ana@acme.example")
