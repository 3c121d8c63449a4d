"""Activation and onboarding as a workspace declares them: read, refused, dated and known (R19, K23, K24)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import holdfast
from holdfast.errors import UsageError
from holdfast.flow import Workspace
from holdfast.metrics import Figure

EVENTS = """event_id,account_id,name,occurred_at
1,old,profile_filled,2025-01-06T00:00:00Z
2,old,report_made,2025-01-07T00:00:00Z
3,new,profile_filled,2025-03-06T00:00:00Z
4,quick,report_made,2025-03-06T00:00:00Z
5,quick,profile_filled,2025-03-07T00:00:00Z
6,quick,report_made,2025-03-08T00:00:00Z
7,late,login,2025-06-01T00:00:00Z
"""
ACCOUNTS = """account_id,created_at
old,2025-01-05T00:00:00Z
new,2025-03-05T00:00:00Z
quick,2025-03-05T12:00:00Z
late,2025-05-31T00:00:00Z
"""


@pytest.fixture(scope="module")
def told_once(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with four accounts and what they did first, to be copied."""
    files = tmp_path_factory.mktemp("begun")
    (files / "accounts.csv").write_text(ACCOUNTS)
    (files / "events.csv").write_text(EVENTS)
    folder = shutil.copytree(empty, files / "space")
    with holdfast.open(folder) as space:
        for table in ("accounts", "events"):
            space.import_files(table, [files / f"{table}.csv"])
    return folder


@pytest.fixture
def begun(told_once: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A workspace with four accounts and what they did first."""
    with holdfast.open(shutil.copytree(told_once, tmp_path / "space")) as space:
        yield space


def asked(space: Workspace, name: str, known_at: datetime | None = None) -> list[tuple[object, object]]:
    """Numerator and denominator of January and March."""
    figures: list[Figure] = space.kpis([name], first="2025-01", last="2025-03", known_at=known_at)
    return [(figure.numerator, figure.denominator) for figure in figures if figure.period_label != "2025-02"]


def test_activation_is_kept_as_it_is_read(begun: Workspace) -> None:
    begun.set("activation", "(2 report_made  OR login) and profile_filled within 1 week")
    assert begun.settings()["activation"] == "(2 report_made or login) and profile_filled within 7 days"
    assert asked(begun, "activation_rate") == [(0, 1), (1, 2)]
    begun.set("activation", "none")
    assert begun.settings()["activation"] is None
    with pytest.raises(UsageError, match="activation_rate needs the setting activation") as refused:
        begun.kpis(["activation_rate"])
    assert "holdfast settings activation" in str(refused.value.hint)
    board = {figure.name: figure.reason for figure in begun.kpis(first="2025-03", last="2025-03")}
    assert board["activation_rate"] == board["time_to_value"] == "undeclared:activation"
    assert board["onboarding_rate"] == "undeclared:onboarding"


def test_events_that_never_occurred_are_refused_with_the_nearest(begun: Workspace) -> None:
    for name, value in (("activation", "3 report_mad"), ("onboarding", "profile_filled, 3 report_mad")):
        with pytest.raises(UsageError, match="No event is called report_mad") as refused:
            begun.set(name, value)
        assert "Did you mean 'report_made'?" in str(refused.value.hint)
        assert "login, profile_filled, report_made" in str(refused.value.hint)
    with pytest.raises(UsageError, match="no criterion"):
        begun.set("activation", "report made")
    assert begun.settings()["activation"] is None


def test_an_account_is_judged_by_the_steps_in_force_at_its_sign_up(begun: Workspace) -> None:
    begun.set("onboarding", "profile_filled")
    assert asked(begun, "onboarding_rate") == [(1, 1), (2, 2)]
    begun.set("onboarding", ["profile_filled", "2 report_made"], valid_from=datetime(2025, 3, 1))
    assert begun.settings()["onboarding"] == ["profile_filled", "2 report_made"]
    assert asked(begun, "onboarding_rate") == [(1, 1), (1, 2)]
    assert asked(begun, "onboarding_rate.steps") == [(1, 1), (3, 4)]


def test_a_declaration_corrected_later_is_known_as_it_was(begun: Workspace) -> None:
    since = datetime(2025, 3, 1)
    begun.set("onboarding", "profile_filled")
    begun.set("onboarding", "profile_filled, 2 report_made", valid_from=since)
    then = datetime.now(UTC).replace(tzinfo=None)
    begun.set("onboarding", "report_made", valid_from=since)
    begun.set("onboarding", "profile_filled, login")
    assert asked(begun, "onboarding_rate") == [(0, 1), (1, 2)]
    assert asked(begun, "onboarding_rate", known_at=then) == [(1, 1), (1, 2)]


def test_who_signed_up_before_anything_was_declared_is_left_out(begun: Workspace) -> None:
    begun.set("activation", "profile_filled", valid_from=datetime(2025, 3, 1))
    assert asked(begun, "activation_rate") == [(0, 0), (2, 2)]
    shown = begun.explain("activation_rate", period="2025-01")
    assert [row["excluded_because"] for row in shown.left_out.to_pylist()] == ["not_declared_then"]
    waiting = begun.explain("activation_rate", period="2025-05")
    assert [row["excluded_because"] for row in waiting.left_out.to_pylist()] == ["pending"]
    assert waiting.figure.status == "provisional"


def test_time_to_value_says_by_when_it_was_not_reached(begun: Workspace) -> None:
    begun.set("activation", "2 report_made")
    (january,) = begun.kpis(["time_to_value"], first="2025-01", last="2025-01", as_of=datetime(2025, 1, 25))
    assert (january.value, january.reason) == (None, "not_reached:20.0")
    (march,) = begun.kpis(["time_to_value"], first="2025-03", last="2025-03")
    assert (march.value, march.unit) == (2.5, "days")
