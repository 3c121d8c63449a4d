"""Targets are kept with every version, refused where they cannot be right, and judged by the figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from holdfast.errors import UsageError
from holdfast.flow.aims.aiming import Aim
from holdfast.insights.forecast import Forecast
from tests.flow import rows
from tests.flow.courses import Step, Telling
from tests.flow.telling import Told

THROUGH = datetime(2025, 5, 3)
MONTHS = [f"{number // 12}-{number % 12 + 1:02}" for number in range(2024 * 12, 2025 * 12 + 4)]
DUE = "2025-08"


def subscriber(number: int) -> dict[str, Any]:
    """Forty since the start, in two countries, one of them leaving each month; one more joins each month."""
    name, joined = f"c{number:02}", max(number - 39, 0)
    month = datetime(2024 + joined // 12, joined % 12 + 1, 3)
    left = datetime(2024 + (number + 1) // 12, (number + 1) % 12 + 1, 9) if number < 14 else None
    return rows.phase(name, start_at=month, end_at=left, status="active")


def story() -> Step:
    everyone = range(55)
    accounts = [
        rows.account(f"c{number:02}", country="DE" if number % 2 else "FR", created_at=datetime(2023, 12, 1))
        for number in everyone
    ]
    phases = [subscriber(number) for number in everyone]
    tellings = [Telling("accounts", accounts), Telling("subscription_phases", phases)]
    return Step(tellings, THROUGH)


def customers_at(moment: datetime) -> int:
    told = [subscriber(number) for number in range(55)]
    return sum(
        each["start_at"] < moment and not (each["end_at"] and each["end_at"] < moment) for each in told
    )


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    folder: Path = tmp_path_factory.mktemp("targets") / "told"
    with Told.create(folder, {"zone": "UTC", "currency": "USD"}) as made:
        made.tell(story())
        yield made


def test_a_target_keeps_what_it_was_set_with(company: Told) -> None:
    made = company.space.targets.set(
        Aim("customer_churn_rate", DUE), "1.5%", owner="ana", reason="board of May", by="mina"
    )
    assert (made.value, made.unit, made.direction, made.owner) == (Decimal("0.015"), "share", "lower", "ana")
    assert (made.period_label, made.due_at) == (DUE, datetime(2025, 9, 1))
    (april,) = company.space.kpis(["customer_churn_rate"], first="2025-04", last="2025-04")
    assert (made.from_label, made.from_value) == ("2025-04", april.value)
    assert company.space.targets.find(made.target_id[:6]) == made
    company.space.targets.drop(made.target_id, reason="only a try")


def test_a_revision_keeps_what_was_said_before(company: Told) -> None:
    targets = company.space.targets
    made = targets.set(Aim("mrr", DUE), "5000 USD", owner="ana", by="ana")
    revised = targets.revise(made.target_id, value="4500", owner="bo", reason="two deals slipped", by="bo")
    dropped = targets.drop(made.target_id, reason="sold the product", by="ana")
    versions = targets.versions(made.target_id)
    assert versions == [made, revised, dropped]
    assert [(each.value, each.owner, each.by, each.reason, each.state) for each in versions] == [
        (Decimal(5000), "ana", "ana", None, "open"),
        (Decimal(4500), "bo", "bo", "two deals slipped", "open"),
        (Decimal(4500), "bo", "ana", "sold the product", "dropped"),
    ]
    assert revised.from_value == made.from_value, "progress is counted from where it began"
    known = {moment: targets.all(known_at=moment) for moment in (made.recorded_at, revised.recorded_at)}
    assert known == {made.recorded_at: [made], revised.recorded_at: [revised]}
    assert targets.all() == []
    assert dropped in targets.all(dropped=True)


def test_progress_goes_from_the_value_when_set_to_the_target(tmp_path: Path) -> None:
    with Told.create(tmp_path / "told", {"zone": "UTC", "currency": "USD"}) as told:
        told.tell(story())
        made = told.space.targets.set(Aim("customers", "2025-12"), "50", owner="ana")
        assert made.from_label == "2025-04"
        assert made.from_value == customers_at(datetime(2025, 5, 1))
        more = [rows.phase(f"n{number}", start_at=datetime(2025, 5, 20)) for number in range(6)]
        accounts = [rows.account(f"n{number}", created_at=datetime(2025, 5, 1)) for number in range(6)]
        told.tell(
            Step(
                [Telling("accounts", accounts), Telling("subscription_phases", more)],
                datetime(2025, 6, 5),
            )
        )
        (standing,) = told.space.targets.standings()
        assert standing.current is not None
        (may,) = told.space.kpis(["customers"], first="2025-05", last="2025-05")
        assert standing.current == may
        before = customers_at(datetime(2025, 5, 1))
        after = before + 6
        assert may.value == after
        assert standing.progress == Decimal(after - before) / (50 - before)
        assert standing.as_of == datetime(2025, 6, 5)
        (then,) = told.space.targets.standings(known_at=made.recorded_at)
        assert then.progress == 0


def test_a_segment_has_targets_of_its_own(company: Told) -> None:
    targets = company.space.targets
    german = targets.set(Aim("customers", DUE, segment=("country = DE",)), "25", owner="ana")
    everyone = targets.set(Aim("customers", DUE), "45", owner="ana")
    standing = targets.standing(german)
    (figure,) = company.space.kpis(["customers"], first="2025-04", last="2025-04", segment="country = DE")
    assert standing.current == figure
    assert german.from_value == figure.value
    assert everyone.from_value != german.from_value
    for made in (german, everyone):
        targets.drop(made.target_id, reason="only a try")


def test_a_target_whose_figures_are_gone_says_so_and_spoils_no_other(company: Told) -> None:
    targets = company.space.targets
    company.space.segments.define("brief", "country = DE")
    kept = targets.set(Aim("customers", DUE), "45", owner="ana")
    lost = targets.set(Aim("customers", DUE, segment=("brief",)), "25", owner="ana")
    company.space.segments.drop("brief")
    found = {each.target.target_id: each for each in targets.standings()}
    assert found[kept.target_id].problem is None
    assert found[kept.target_id].current is not None
    assert (found[lost.target_id].state, found[lost.target_id].current) == ("undefined", None)
    assert "brief" in (found[lost.target_id].problem or "")
    company.set({"currency": "EUR"})
    earned = targets.set(Aim("mrr", DUE), "9000", owner="ana")
    company.set({"currency": "USD"})
    assert targets.standing(earned).problem == "The target is in EUR, its figures are in USD now."
    for made in (kept, lost, earned):
        targets.drop(made.target_id, reason="only a try")


def test_the_forecast_is_of_the_period_due_and_stands_on_settled_figures_alone(company: Told) -> None:
    targets = company.space.targets
    made = targets.set(Aim("customers", DUE), "60", owner="ana")
    standing = targets.standing(made)
    forecast = standing.forecast
    assert isinstance(forecast, Forecast)
    assert standing.current is not None
    assert standing.current.period_label == "2025-04"
    assert [step.ahead for step in forecast.steps] == [1, 2, 3, 4]
    assert forecast.periods == len(MONTHS)
    targets.drop(made.target_id, reason="only a try")


def test_a_proposal_names_the_periods_it_is_drawn_from(company: Told) -> None:
    proposal = company.space.targets.propose(Aim("customer_churn_rate", DUE))
    assert proposal.direction == "lower"
    assert [each.period_label for each in proposal.history] == MONTHS[-len(proposal.history) :]
    assert len(proposal.best) == len(proposal.history) // 4
    assert proposal.ambitious <= proposal.cautious


@pytest.mark.parametrize(
    ("aim", "value", "words"),
    [
        (Aim("customer_churn_rate", DUE), "120%", "between 0 % and 100 %"),
        (Aim("customer_churn_rate", "2025-02"), "2%", "2025-02 is over"),
        (Aim("left_and_back", DUE), "2", "neither more nor less is better"),
        (Aim("customer_churn_ratee", DUE), "2%", "No metric is called"),
        (Aim("customer_churn_rate", DUE, "fortnight"), "2%", "fortnight"),
        (Aim("customers", DUE, segment=("big_asia",)), "5", "No segment is called 'big_asia'"),
        (Aim("survival", DUE), "50%", "counted apart by months"),
        (Aim("nps", DUE), "5", "nothing to count nps from"),
    ],
)
def test_what_cannot_be_right_is_refused(company: Told, aim: Aim, value: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        company.space.targets.set(aim, value, owner="ana")
    assert company.space.targets.all() == []


def test_what_lacks_an_owner_a_reason_or_a_change_is_refused(company: Told) -> None:
    targets = company.space.targets
    with pytest.raises(UsageError, match="needs an owner"):
        targets.set(Aim("mrr", DUE), "5000", owner=" ")
    made = targets.set(Aim("mrr", DUE), "5000", owner="ana")
    with pytest.raises(UsageError, match="has a target for 2025-08 already"):
        targets.set(Aim("mrr", DUE), "6000", owner="ana")
    with pytest.raises(UsageError, match="needs a reason"):
        targets.revise(made.target_id, value="6000", reason=" ")
    with pytest.raises(UsageError, match="Nothing is to be revised"):
        targets.revise(made.target_id, reason="because")
    with pytest.raises(UsageError, match="needs a reason"):
        targets.drop(made.target_id, reason="")
    targets.drop(made.target_id, reason="only a try")
    with pytest.raises(UsageError, match="was dropped"):
        targets.revise(made.target_id, value="6000", reason="again")
    with pytest.raises(UsageError, match="No target has the id 'zz'"):
        targets.find("zz")
