"""A company of one account that grows by a day, and what of its figures is remembered."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from holdfast.flow.answering.figures import Desk, Question
from holdfast.flow.keeping import refresh
from holdfast.flow.keeping.remembering import Memory
from holdfast.metrics import Asked, find
from tests.flow.courses import Step, Telling
from tests.flow.telling import Told

PERIODS = ("month", "2017-09", "2018-03")


def asked(*names: str, anew: bool = False) -> Question:
    """The board of some metrics over the months of a course."""
    grain, first, last = PERIODS
    return Question(names, grain, first, last, anew=anew)


def figures(told: Told, question: Question) -> Any:
    """What the workspace answers."""
    told.space.catch_up()
    with told.warehouse.reading():
        return Desk(told.warehouse, question).figures()


def months_held(told: Told, name: str) -> list[str]:
    """The months of which a figure is remembered and still holds."""
    told.space.catch_up()
    with told.warehouse.reading():
        desk = Desk(told.warehouse, asked(name))
        metric = find(name)
        periods = desk._periods([metric])
        memory = Memory(told.warehouse, desk.known)
        question = Asked([metric], periods, as_of=desk.as_of(metric))
        return [period.label for period in memory.holding(metric, question)]


@pytest.fixture
def grown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A company of one account that pays since September, known up to December, and asked about."""
    monkeypatch.setattr(refresh, "MOST", 0)
    accounts = [{"account_id": "a", "created_at": datetime(2017, 9, 2)}]
    told = Told.create(tmp_path / "grown", {"zone": "UTC", "currency": "USD"})
    told.tell(Step([Telling("accounts", accounts), Telling("subscription_phases", [phase("a", 9)])], dec(1)))
    figures(told, asked("mrr", "signups"))
    yield told
    told.space.close()


def phase(account: str, month: int, until: datetime | None = None) -> dict[str, Any]:
    """A plan of an account, paid since the 2nd of a month."""
    return {
        "phase_id": account,
        "subscription_id": account,
        "account_id": account,
        "plan": "basic",
        "status": "active",
        "start_at": datetime(2017, month, 2),
        "end_at": until,
        "currency": "USD",
        "unit_amount": 10,
        "quantity": 1,
        "interval": "month",
        "interval_count": 1,
    }


def dec(day: int) -> datetime:
    """A day of December 2017."""
    return datetime(2017, 12, day)


CLOSED = ["2017-09", "2017-10"]
"""November waits for the hours within which a return would not be a churn and a return."""
