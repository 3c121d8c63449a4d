"""Onboarding, activation and time to value are the oracle's, on random companies (K23 to K25)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

import pytest

from tests.agreement.again import Told, company, corrected
from tests.agreement.frame import adding_up, as_known_before, evidence
from tests.agreement.sizes import companies, spread
from tests.agreement.telling import LABELS
from tests.histories import AS_OF, CORRECTED, DAY, HOUR, INSTANT, NONE, History, Writer
from tests.oracle.onboarding import MEASURES

NAMES = tuple(MEASURES)
ADDITIVE = tuple(name for name in NAMES if not name.startswith("time_to_value"))
GRAINS = ("month", "week", "day", "quarter")
FEW = [(1, "Asia/Tehran"), (2, "America/Sao_Paulo"), (3, "UTC"), (4, "Asia/Kolkata")]
CASES = companies(FEW, "UTC", "Asia/Tehran", "America/Sao_Paulo")
EARLY = (datetime(2018, 1, 1, 2), datetime(2017, 12, 16), datetime(2018, 1, 20, 12))
SOON = (NONE, -INSTANT, INSTANT, HOUR, DAY, 3 * DAY, 7 * DAY, 7 * DAY - INSTANT, 13 * DAY + 23 * HOUR)
LATE = (14 * DAY, 14 * DAY - INSTANT, 14 * DAY + INSTANT, 20 * DAY, 21 * DAY - INSTANT, 40 * DAY, -HOUR)
ALWAYS = datetime(1, 1, 1)
CHANGED = datetime(2017, 11, 1)
EVENTS = ("report_made", "invited", "Order Placed", "login")
BOTH: tuple[dict[str, Any], ...] = (
    {"activation": "2 report_made and 1 invited within 7 days", "onboarding": "report_made, invited"},
    {"activation": "(report_made or 2 'Order Placed') and invited", "onboarding": "Order Placed, 2 invited"},
    {"activation": "3 report_made or invited within 3 weeks by one user", "onboarding": "invited"},
    {
        "activation": [(ALWAYS, "invited"), (CHANGED, "2 invited by one user"), (datetime(2018, 2, 1), "")],
        "onboarding": [(CHANGED, "report_made"), (datetime(2018, 1, 1), "report_made, invited, 2 login")],
    },
)
RULES: tuple[dict[str, Any], ...] = ({}, {"onboarding_window_days": 7, "activation_window_days": 21})


@dataclass
class Begun(History):
    """A history in which activation and onboarding are declared."""

    more: dict[str, Any] = field(default_factory=dict)

    @property
    def settings(self) -> dict[str, Any]:
        """The workspace's settings."""
        return super().settings | self.more


@cache
def begun(seed: int, zone: str) -> Begun:
    """A company whose accounts and users begin with steps around the ends of their windows."""
    made, writer = company(seed, zone, 24)
    writer.tables["users"].clear()
    writer.tables["events"].clear()
    for number, row in enumerate(list(writer.tables["accounts"])):
        if row["recorded_at"] < CORRECTED:
            begins(writer, number, row)
    corrected(
        writer, "events", {"name": EVENTS, "occurred_at": (datetime(2017, 11, 3), datetime(2018, 1, 5))}
    )
    corrected(writer, "users", {"is_internal": (True,)})
    return Begun(made.tables, zone, made.rated, dict(RULES[seed % 2]), dict(BOTH[seed % 4]))


@lru_cache(maxsize=8)
def told(case: tuple[int, str], as_of: datetime = AS_OF) -> Told:
    """A company as of an instant."""
    return Told(begun(*case), as_of)


def begins(writer: Writer, number: int, account: dict[str, Any]) -> None:
    """What the users of an account do, some of them known in two sources, some internal, some unknown."""
    signed_up = account["created_at"]
    for turn in range(writer.pick(1, 2, 3)):
        # The same id of two sources is two users; accounts of the other source bear its name.
        who = {"source": "own" if turn != 1 else "web", "user_id": f"user{number}-{turn // 2}"}
        created = signed_up + writer.pick(NONE, NONE, DAY, 9 * DAY, -INSTANT)
        home = account["account_id"] if who["source"] == "own" else writer.pick("w1", "w2")
        if writer.pick(True, True, True, False):
            inside = {"is_internal": writer.pick(None, None, None, None, False, True)}
            writer.add("users", who | inside | {"account_id": home, "created_at": created})
        for instant in instants(writer, signed_up, created):
            acted(writer, who, instant, writer.pick(None, home))
    for instant in instants(writer, signed_up, signed_up):
        acted(writer, {"user_id": None}, instant, account["account_id"])


def instants(writer: Writer, *since: datetime) -> Iterator[datetime]:
    for _ in range(writer.pick(0, 2, 4, 7)):
        yield writer.pick(*since) + writer.pick(*SOON * 8, *LATE)


def acted(writer: Writer, who: dict[str, Any], at: datetime, account: str | None) -> None:
    what = {"name": writer.pick(*EVENTS), "origin": writer.pick(None, "client", "server"), "occurred_at": at}
    writer.add("events", who | what | {"event_id": writer.name("event"), "account_id": account})


@pytest.mark.trial
@pytest.mark.parametrize(("case", "grain"), spread(CASES, GRAINS))
def test_counted_twice(case: tuple[int, str], grain: str) -> None:
    assert told(case).differences(NAMES, grain, LABELS[grain]) == {}


@pytest.mark.trial
@pytest.mark.parametrize(("case", "as_of"), spread(CASES, EARLY))
def test_counted_twice_while_windows_are_open(case: tuple[int, str], as_of: datetime) -> None:
    assert told(case, as_of).differences(NAMES, "month", LABELS["month"][2:5]) == {}


@pytest.mark.trial
@pytest.mark.parametrize("gap", [NONE, -INSTANT, INSTANT])
def test_counted_twice_as_the_window_of_someone_ends(gap: Any) -> None:
    history = begun(2, "America/Sao_Paulo")
    for row in history.tables["accounts"][:2]:
        then = Told(history, row["created_at"] + 14 * DAY + gap)
        assert then.differences(NAMES, "month", LABELS["month"]) == {}


def test_counted_twice_as_known_before_a_correction() -> None:
    as_known_before(told((1, "Asia/Tehran")), NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_evidence_adds_up_and_what_is_left_out_says_why(name: str) -> None:
    then = told((4, "Asia/Kolkata"), EARLY[2])
    reasons = (evidence(then.explained(name, "month", label)) for label in ("2017-10", "2017-12", "2018-01"))
    assert "internal" in set[str]().union(*reasons)


def test_numerators_and_denominators_add_over_countries() -> None:
    adding_up(told((3, "UTC")), ADDITIVE)


def test_the_random_companies_have_something_to_count() -> None:
    asked = [figure for case in FEW for figure in told(case).counted(NAMES, "month", LABELS["month"])]
    for name in NAMES:
        figures = [figure for figure in asked if figure.name == name]
        few = 1 if name == "returns.met" else 2  # who met it, is old enough and came back: one in a month
        assert sum(bool(figure.numerator) for figure in figures) > few, name
        assert sum(figure.numerator != figure.denominator for figure in figures) > 2, name
