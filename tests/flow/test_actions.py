"""Actions are kept with every version, and measured by the figures before they began and since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from holdfast.errors import UsageError
from holdfast.flow.aims.actions import Plan
from holdfast.insights.actions import Action, measured
from holdfast.metrics import Figure
from tests.flow import rows
from tests.flow.courses import Step, Telling
from tests.flow.telling import Told

THROUGH = datetime(2025, 8, 20)
WORSE, BETTER = range(60, 160), range(160, 460)


def story() -> Step:
    """Sixty stay for good; forty of a hundred leave in March, and three of three hundred in June."""
    left = {number: datetime(2025, 3, 10) for number in WORSE if number < 100}
    left |= {number: datetime(2025, 6, 10) for number in range(160, 163)}
    joined = {number: datetime(2025, 5, 3) for number in BETTER}
    everyone = range(460)
    return Step(
        [
            Telling(
                "accounts", [rows.account(f"c{each}", created_at=datetime(2024, 12, 1)) for each in everyone]
            ),
            Telling(
                "subscription_phases",
                [
                    rows.phase(
                        f"c{each}",
                        start_at=joined.get(each, datetime(2025, 1, 3)),
                        end_at=left.get(each),
                        status="active",
                    )
                    for each in everyone
                ],
            ),
        ],
        THROUGH,
    )


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    folder: Path = tmp_path_factory.mktemp("actions") / "told"
    with Told.create(folder, {"zone": "UTC", "currency": "USD"}) as made:
        made.tell(story())
        yield made


def plan(**other: Any) -> Plan:
    told: dict[str, Any] = {
        "title": "A call",
        "cause": "service",
        "metric": "customer_churn_rate",
        "due": "2025-12-31",
    }
    return Plan(**{**told, **other})


def test_an_action_keeps_what_was_said_and_each_version(company: Told) -> None:
    actions = company.space.actions
    made = actions.add(plan(title=" A call "), owner="ana@acme.example", by="mina")
    assert (made.title, made.cause, made.owner, made.by) == ("A call", "service", "ana@acme.example", "mina")
    assert (made.due_on, made.begun_at, made.grain, made.state) == (
        date(2025, 12, 31),
        THROUGH,
        "month",
        "open",
    )
    done = actions.done(made.action_id[:8], word="Everyone was called.", by="bo")
    assert actions.versions(made.action_id) == [made, done]
    assert (done.state, done.word, done.by) == ("done", "Everyone was called.", "bo")
    assert actions.all(known_at=made.recorded_at) == [made], "what was known then stays known"
    with pytest.raises(UsageError, match="is done already"):
        actions.drop(made.action_id, word="no")


def test_its_result_is_the_last_period_before_against_the_newest_since(company: Told) -> None:
    actions = company.space.actions
    fell = actions.result(actions.add(plan(begun="2025-04-10"), owner="ana"))
    before, since = company.space.kpis(["customer_churn_rate"], first="2025-03", last="2025-07")[::4]
    assert (fell.before, fell.since) == (before, since)
    assert (before.value, since.value) == (Decimal(40) / 160, 0)
    assert (fell.verdict, fell.is_better, fell.reason) == ("fell", True, None)
    assert fell.change is not None
    assert fell.change.high is not None
    assert fell.change.high < 0, "said to fall only where the interval excludes no change"
    same = actions.result(actions.add(plan(begun="2025-06-01"), owner="ana"))
    assert same.before is not None
    assert (same.before.period_label, same.verdict, same.is_better) == ("2025-05", "same", None)
    counted = actions.result(actions.add(plan(metric="customers", begun="2025-05-01"), owner="ana"))
    assert (counted.verdict, counted.is_better) == ("rose", True)


def test_once_done_it_is_the_period_after_its_due_day(company: Told) -> None:
    actions = company.space.actions
    made = actions.add(plan(begun="2025-04-01", due="2025-05-20"), owner="ana")
    done = actions.result(actions.done(made.action_id, word="done"))
    assert done.before is not None
    assert done.since is not None
    assert (done.before.period_label, done.since.period_label) == ("2025-03", "2025-06")
    late = actions.add(plan(begun="2025-04-01", due="2025-07-20"), owner="ana")
    waits = actions.result(actions.done(late.action_id, word="done"))
    assert (waits.reason, waits.since, waits.verdict) == ("too_early", None, "unknown")


def test_what_cannot_be_said_is_null_with_its_reason(company: Told) -> None:
    actions, space = company.space.actions, company.space
    early = actions.result(actions.add(plan(), owner="ana"))
    assert (early.reason, early.change, early.since) == ("too_early", None, None)
    assert actions.result(actions.add(plan(begun="2021-01-01"), owner="ana")).reason == "no_earlier"
    nobody = actions.add(plan(begun="2025-04-01", segment=("mrr > 1000000",)), owner="ana")
    undefined = actions.result(nobody)
    assert (undefined.reason, undefined.verdict) == ("undefined", "unknown")
    assert undefined.change is not None
    assert undefined.change.difference is None
    space.segments.define("brief", "country = DE")
    lost = actions.add(plan(segment=("brief",)), owner="ana")
    dropped = actions.drop(actions.add(plan(), owner="ana").action_id, word="sold")
    space.segments.drop("brief")
    found = {each.action.action_id: each for each in actions.results(dropped=True)}
    assert found[lost.action_id].reason == "uncounted"
    assert "brief" in (found[lost.action_id].problem or "")
    assert found[dropped.action_id].reason == "dropped"
    assert found[early.action.action_id].reason == "too_early", "one that is gone spoils no other"
    assert dropped not in actions.all()
    actions.drop(lost.action_id, word="its segment is gone")


@pytest.mark.parametrize(
    ("other", "owner", "words"),
    [
        ({"cause": "prise"}, "ana", "No cause is called 'prise'"),
        ({"metric": "customer_churn_ratee"}, "ana", "No metric is called"),
        ({"segment": ("big_asia",)}, "ana", "No segment is called 'big_asia'"),
        ({"grain": "fortnight"}, "ana", "fortnight"),
        ({"due": "soon"}, "ana", "due cannot be 'soon'"),
        ({"due": "2025-08-01"}, "ana", "2025-08-01 is before 2025-08-20"),
        ({"title": " "}, "ana", "An action needs a title"),
        ({}, " ", "An action needs an owner"),
    ],
)
def test_what_cannot_be_an_action_is_refused(
    company: Told, other: dict[str, object], owner: str, words: str
) -> None:
    before = company.space.actions.all(dropped=True)
    with pytest.raises(UsageError, match=words):
        company.space.actions.add(plan(**other), owner=owner)
    assert company.space.actions.all(dropped=True) == before


def test_an_end_needs_a_word_and_an_action_that_there_is(company: Told) -> None:
    made = company.space.actions.add(plan(), owner="ana")
    with pytest.raises(UsageError, match="needs a word"):
        company.space.actions.done(made.action_id, word=" ")
    with pytest.raises(UsageError, match="No action has the id 'nothing'"):
        company.space.actions.find("nothing")


def share(month: int, value: Decimal | None, **other: Any) -> Figure:
    told = {"n": 400, "low": 0.08, "high": 0.12, "denominator": 400, **other}
    return Figure(
        metric="customer_churn_rate", grain="month", period_label=f"2025-{month:02}", unit="share",
        value=value, period_start=datetime(2025, month, 1), period_end=datetime(2025, month + 1, 1), **told,
    )  # fmt: skip


def test_by_worked_figures() -> None:
    action = Action(
        action_id="a", title="t", cause="price", owner="o", begun_at=datetime(2025, 3, 15),
        due_on=date(2025, 4, 30), metric="customer_churn_rate", grain="month", recorded_at=datetime.min,
    )  # fmt: skip
    ends = {"due_at": datetime(2025, 5, 1), "as_of": datetime(2025, 7, 1)}
    tenth = Decimal("0.1")
    months = [
        share(2, tenth),
        share(3, tenth),
        share(4, tenth),
        share(5, Decimal("0.3"), low=0.25, high=0.35),
    ]
    rose = measured(action, months, **ends)
    assert (rose.verdict, rose.is_better) == ("rose", False)
    assert [each and each.period_label for each in (rose.before, rose.since)] == ["2025-02", "2025-05"]
    moving = [*months[:3], share(5, Decimal("0.3"), status="provisional")]
    still = measured(action, moving, **ends)
    assert (still.verdict, still.since) == ("same", months[2]), "what may still change is not compared"
    few = measured(action, [months[0], share(4, tenth, n=4)], **ends)
    assert (few.reason, few.change and few.change.needed) == ("too_few", 10)
    empty = measured(action, [months[0], share(4, None)], **ends)
    assert (empty.reason, empty.verdict) == ("undefined", "unknown")
