"""What stands beside figures: waves of surveys, why renewals were lost, an effort weighed (C29, C77, C70)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from holdfast.errors import UsageError
from holdfast.insights.weighing import Effort
from tests.flow import rows
from tests.flow.courses import Step, Telling
from tests.flow.telling import Told, whole_through

WAVES = {"2025-Q1": (datetime(2025, 1, 20), (9, 9, 3)), "2024-Q4": (datetime(2024, 12, 28), (10, 2))}


def asked(table: str = "survey_invitations") -> list[rows.Row]:
    """Two waves of one survey, put to the twelve users; some answer, on the day after."""
    found = []
    for wave, (sent, scores) in WAVES.items():
        for number, name in enumerate(rows.ACCOUNTS):
            invited = {"survey_id": "relationship", "invitation_id": f"{wave}-{name}", "user_id": f"u-{name}"}
            if table == "survey_invitations":
                found.append({**invited, "wave": wave, "sent_at": sent, "delivered": True})
            elif number < len(scores):
                told = {"response_id": f"{wave}-{name}", "kind": "nps", "score": Decimal(scores[number])}
                found.append({**invited, **told, "answered_at": sent + timedelta(days=1)})
    return found


def unasked() -> list[rows.Row]:
    """Answers to a survey that has no waves, in two months."""
    days = (datetime(2025, 2, 3), datetime(2025, 3, 3), datetime(2025, 3, 5))
    return [
        {"response_id": f"r{number}", "survey_id": "widget", "kind": "csat", "user_id": f"u-a0{number}"}
        | {"scale_min": Decimal(1), "scale_max": Decimal(5), "score": Decimal(5), "answered_at": day}
        for number, day in enumerate(days, start=1)
    ]


def surveyed(told: Told) -> None:
    told.tell(rows.beginning())
    answers = [*asked("survey_responses"), *unasked()]
    tellings = [Telling("survey_invitations", asked()), Telling("survey_responses", answers)]
    told.tell(Step(tellings, rows.THROUGH))
    with told.warehouse.write() as writing:
        whole_through(writing, rows.THROUGH, [each.table for each in tellings])


def test_a_survey_is_a_series_of_its_waves(told: Told) -> None:
    surveyed(told)
    found = told.space.waves()
    (recommending,), (satisfied,) = found["nps"], found["csat"]
    assert found["ces"] == []
    assert [(wave.label, wave.figure.value, wave.figure.n) for wave in recommending] == [
        ("2024-Q4", 0, 2),
        ("2025-Q1", Decimal(100) / 3, 3),
    ]
    assert [(wave.rate.numerator, wave.rate.denominator) for wave in recommending if wave.rate] == [
        (2, 12),
        (3, 12),
    ]
    assert recommending[0].change is None
    assert (recommending[1].change and recommending[1].change.earlier_label) == "2024-Q4"
    assert [(wave.label, wave.named, wave.figure.n) for wave in satisfied] == [
        ("2025-02", False, 1),
        ("2025-03", False, 2),
    ]


def test_waves_are_as_they_were_known(told: Told) -> None:
    surveyed(told)
    assert told.space.waves(known_at=datetime(2020, 1, 1)) == {}
    (waves,) = told.space.waves(["nps"], as_of=datetime(2025, 1, 1))["nps"]
    assert [wave.label for wave in waves] == ["2024-Q4"]


def test_what_nobody_is_asked_has_no_waves(told: Told) -> None:
    with pytest.raises(UsageError, match="mrr is not what customers answer"):
        told.space.waves(["mrr"])


def lapsing(told: Told) -> None:
    """Three accounts stop as their month ends in February: two say why, one is told by how it went."""
    told.tell(rows.beginning())
    ends = datetime(2025, 2, 10)
    why: dict[str, dict[str, Any]] = {
        "a03": {"end_reason": "voluntary", "end_cause": " too expensive "},
        "a04": {"end_reason": "voluntary", "end_cause": "too expensive"},
        "a05": {"end_reason": "payment_failure"},
    }
    told.tell(rows.step("subscription_phases", *[rows.phase(name, end_at=ends, **why[name]) for name in why]))
    with told.warehouse.write() as writing:
        whole_through(writing, rows.THROUGH, ["subscription_phases"])


def test_renewals_are_lost_by_what_the_account_said(told: Told) -> None:
    lapsing(told)
    names = ("lost_renewals", "lost_renewals.mrr")
    split = told.space.kpis(names, first="2025-02", last="2025-02", by=("lost_because",))
    counted = {(each.name, each.segment["lost_because"]): each.value for each in split}
    assert counted == {
        ("lost_renewals", "too expensive"): 2,
        ("lost_renewals", "payment_failure"): 1,
        ("lost_renewals.mrr", "too expensive"): 200,
        ("lost_renewals.mrr", "payment_failure"): 100,
    }
    rate, lost = told.space.kpis(("renewal_rate", "lost_renewals"), first="2025-02", last="2025-02")
    assert (rate.denominator, rate.numerator, lost.value) == (12, 9, 3)


def test_a_reason_given_later_is_not_known_before(told: Told) -> None:
    lapsing(told)
    history = told.warehouse.history("imports").to_pyarrow().to_pylist()
    before = max(row["recorded_at"] for row in history)
    later = rows.phase("a05", end_at=datetime(2025, 2, 10), end_cause="no use for it")
    told.tell(rows.step("subscription_phases", later))

    def said(known_at: datetime | None = None) -> dict[str, str]:
        by = ("lost_because",)
        found = told.space.explain("lost_renewals", period="2025-02", by=by, known_at=known_at)
        return {row["account_id"]: row["by_lost_because"] for row in found.rows.to_pylist()}

    both = {"a03": "too expensive", "a04": "too expensive"}
    assert said() == {**both, "a05": "no use for it"}
    assert said(known_at=before) == {**both, "a05": "payment_failure"}
    assert told.space.compare("lost_renewals", period="2025-02", known_at=before).difference == 0


def test_an_effort_starts_from_what_is_counted(told: Told) -> None:
    lapsing(told)
    found = told.space.weigh(Effort(monthly=Decimal(10), saves=Decimal("0.5"), months=3))
    assert (found.outset.month, found.outset.customers, found.outset.mrr) == ("2025-03", 9, Decimal(920))
    assert found.outset.margin is None
    # Of the 1,220 that February opened with 300 went; March opened with 920 and kept them.
    assert found.outset.loss == Decimal(300) / Decimal(1220 + 920)
