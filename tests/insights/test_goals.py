"""A goal is found by its name or by what a person writes; each names KPIs that there are."""

from __future__ import annotations

import pytest

from holdfast.errors import UsageError
from holdfast.insights.goals import GOALS, Goal, goal_of
from holdfast.metrics import CATALOG
from holdfast.words import LANGUAGES, say


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("fewer customers leave in their first 90 days", "new_customers"),
        ("keep new customers", "new_customers"),
        ("less churn", "less_churn"),
        ("We are losing customers", "less_churn"),
        ("Renewals up by 5 %", "less_churn"),
        ("more upsells to the accounts we have", "expansion"),
        ("onboarding", "onboarding"),
        ("Better on-boarding and faster time to value", "onboarding"),
        ("fewer failed cards", "payments"),
        ("answer tickets faster", "support"),
        ("customer satisfaction and NPS", "loyalty"),
        ("acquisition costs too much", "efficiency"),
        ("नए ग्राहक पहले 90 दिन में न छोड़ें", "new_customers"),
        ("बेहतर सहायता", "support"),
        ("pelanggan baru tetap bertahan", "new_customers"),
        ("kurangi pembayaran gagal", "payments"),
        ("تقليل انسحاب العملاء", "less_churn"),
        ("تحسين الدعم", "support"),
        ("کاهش ریزش مشتری", "less_churn"),
        ("وفاداری مشتریان", "loyalty"),
    ],
)
def test_a_goal_is_found_by_what_people_write(text: str, name: str) -> None:
    assert goal_of(text).name == name


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: goal.name)
def test_every_goal_is_found_by_its_name_and_told_in_every_language(goal: Goal) -> None:
    assert goal in GOALS
    name = goal.name
    assert goal_of(name) is goal
    assert goal_of(name.replace("_", " ").upper()) is goal
    assert len({say(f"goal.{name}", language) for language in LANGUAGES}) == len(LANGUAGES)


@pytest.mark.parametrize(
    ("text", "hint"), [("world peace", "Goals: new_customers"), ("suport", "Did you mean 'support'")]
)
def test_a_text_that_speaks_of_none_lists_them(text: str, hint: str) -> None:
    with pytest.raises(UsageError, match="No goal speaks of") as caught:
        goal_of(text)
    assert hint in (caught.value.hint or "")


def test_every_kpi_of_a_goal_is_in_the_catalogue_and_has_its_reason() -> None:
    for goal in GOALS:
        assert len(set(goal.metrics)) == len(goal.metrics)
        for name in goal.metrics:
            assert name in CATALOG
            assert say(f"because.{name}")
