"""Every value of every rule by which subscriptions are laid out is the oracle's too."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args, get_type_hints

import pytest

from holdfast.rulebook import OF_TIMELINES, Rulebook
from tests.agreement.sizes import WHOLE
from tests.agreement.telling import differences
from tests.histories import History, large

NUMBERS = {
    "merge_gap_hours": (0, 25),
    "pause_churn_days": (0, 31),
    "past_due_grace_days": (0, 12),
    "new_again_after_days": (1, 30),
}
ASKED = (
    "mrr",
    "customers",
    "customer_churn_rate",
    "mrr_new",
    "mrr_new.period_net",
    "mrr_contraction",
    "mrr_churn",
    "mrr_reactivation",
    "mrr_reactivation.period_net",
)
HINTS = get_type_hints(Rulebook)
VALUES = [
    (rule, value)
    for rule in OF_TIMELINES
    for value in NUMBERS.get(rule, get_args(HINTS[rule]))
    if value != getattr(Rulebook(), rule)
]
SEEDS = tuple(range(20, 24)) if WHOLE else (21,)


def priced_otherwise(history: History, seed: int) -> History:
    """The same company with prices per day and week, and requests to cancel before some ends."""
    dice, rows = random.Random(seed), []
    for row in history.tables["subscription_phases"]:
        more: dict[str, Any] = {"interval": dice.choice(["month", "year", "week", "day"])}
        if row.get("end_at") is not None and dice.random() < 0.6:
            before = timedelta(days=dice.choice([0, 1, 5, 30]), seconds=dice.choice([0, 7200]))
            more["cancel_requested_at"] = row["end_at"] - before
        rows.append(row | more)
    return replace(history, tables=history.tables | {"subscription_phases": rows})


@pytest.mark.trial
@pytest.mark.parametrize(("rule", "value"), VALUES, ids=[f"{rule}={value}" for rule, value in VALUES])
def test_a_rule_counts_as_the_oracle_does(rule: str, value: object) -> None:
    for seed in SEEDS:
        history = priced_otherwise(large(seed, "America/Sao_Paulo", 40), seed)
        assert differences(replace(history, rules={rule: value}), ASKED, "month") == {}
