"""The members of a rule are those that a plain look at the rows gives, on random companies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

import pytest

from holdfast.segments import Moments, members, rule
from tests import oracle
from tests.agreement import at_work, talking
from tests.agreement.again import Told
from tests.agreement.sizes import WHOLE, spread
from tests.histories import AS_OF, CORRECTED, History, large
from tests.oracle.facts import Facts, People

Truth = bool | None
Asked = Callable[[Facts], Truth]
MONTHS = ("2017-10", "2017-11", "2018-01", "2018-03")
SEEDS = (20,) if WHOLE else (3,)
ZONES = ("Asia/Tehran", "America/Sao_Paulo", "UTC")


def both(*parts: Truth) -> Truth:
    """`and` in three values."""
    return False if False in parts else None if None in parts else True


def either(*parts: Truth) -> Truth:
    """`or` in three values."""
    return True if True in parts else None if None in parts else False


def no(part: Truth) -> Truth:
    """`not` in three values."""
    return None if part is None else not part


def known(value: Any, holds: Callable[[Any], bool]) -> Truth:
    """Whether it holds of a value; unknown where there is none."""
    return None if value is None else bool(holds(value))


def in_country(facts: Facts, *wanted: str) -> Truth:
    return known(facts.attribute("country"), lambda country: country in wanted)


def lasted(facts: Facts, began: datetime | None, count: int, unit: str) -> Truth:
    return known(began, lambda since: facts.passed(since, count, unit) <= facts.bound)


def last_seen(facts: Facts) -> Any:
    days = [day for _, day in facts.active() or []]
    return max(days, default=None)


def some_acts(facts: Facts, days: int | None, name: str, least: int) -> Truth:
    return known(facts.acts(days, (name,)), lambda acts: len(acts) >= least)


def stands(facts: Facts, state: str) -> Truth:
    return facts.status == state


PAYING: dict[str, Asked] = {
    "mrr >= 50": lambda f: known(f.mrr, lambda mrr: mrr >= 50),
    "mrr = 0 or mrr > 99.95": lambda f: known(f.mrr, lambda mrr: mrr == 0 or mrr > Decimal("99.95")),
    "plan = pro": lambda f: known(f.plans, lambda plans: "pro" in plans),
    "plan != pro": lambda f: known(f.plans, lambda plans: "pro" not in plans),
    "plan in (pro, basic) and not plan = basic": lambda f: known(f.plans, lambda p: p == {"pro"}),
    "country = DE": lambda f: in_country(f, "DE"),
    "country != DE or country is unknown": lambda f: either(
        no(in_country(f, "DE")), f.attribute("country") is None
    ),
    "not (country = DE and mrr > 20)": lambda f: no(
        both(in_country(f, "DE"), known(f.mrr, lambda mrr: mrr > 20))
    ),
    **{
        f"status = {state}": partial(stands, state=state)
        for state in ("paying", "paused", "trialing", "churned", "never_paid")
    },
    "tenure >= 2 months": lambda f: lasted(f, f.first_paid, 2, "month"),
    "tenure < 31 days": lambda f: no(lasted(f, f.first_paid, 31, "day")),
    "age < 1 month": lambda f: no(lasted(f, f.signed_up, 1, "month")),
    "age >= 45 days": lambda f: lasted(f, f.signed_up, 45, "day"),
}
WORKING: dict[str, Asked] = {
    "count(report_made, 28 days) >= 1": lambda f: some_acts(f, 28, "report_made", 1),
    "count(login) >= 2": lambda f: some_acts(f, None, "login", 2),
    "count(login, 7 days) = 0": lambda f: known(f.acts(7, ("login",)), lambda acts: not acts),
    "active_users(30 days) >= 2": lambda f: known(
        f.active(30), lambda acts: len({user for user, _ in acts if user[1] is not None}) >= 2
    ),
    "active_days(14 days) < 2": lambda f: known(f.active(14), lambda acts: len({day for _, day in acts}) < 2),
    "last_seen < 14 days ago": lambda f: known(last_seen(f), lambda day: day < f.today - timedelta(days=14)),
    "last_seen >= 2017-12-01": lambda f: known(last_seen(f), lambda day: str(day) >= "2017-12-01"),
    "last_seen is unknown and mrr > 0": lambda f: both(
        last_seen(f) is None, known(f.mrr, lambda mrr: mrr > 0)
    ),
}
TALKING: dict[str, Asked] = {
    "nps <= 6": lambda f: known(f.score("nps"), lambda score: score <= 6),
    "nps(60 days) is known": lambda f: f.score("nps", 60) is not None,
    "csat(120 days) >= 2": lambda f: known(f.score("csat", 120), lambda score: score >= 2),
    "ces >= 5 or ces1 <= 2": lambda f: either(
        known(f.score("ces2"), lambda score: score >= 5), known(f.score("ces1"), lambda score: score <= 2)
    ),
    "open_tickets >= 1": lambda f: known(f.open_tickets, lambda count: count >= 1),
    "open_tickets = 0": lambda f: known(f.open_tickets, lambda count: count == 0),
}


KINDS: dict[str, Callable[[int, str], History]] = {
    "paying": large,
    "working": at_work.at_work,
    "talking": talking.talking,
}


@lru_cache(maxsize=8)
def told(kind: str, seed: int, zone: str, known_at: datetime | None = None) -> tuple[Told, People]:
    both_sides = Told(KINDS[kind](seed, zone), AS_OF, known_at)
    return both_sides, People(both_sides.company)


def instants(desk: Any, end: str) -> list[tuple[datetime, datetime]]:
    months = [desk.basis.calendar.period("month", label) for label in MONTHS]
    return [(m.start, m.end) if end == "opening" else (m.end, m.end) for m in months]


def by_program(both_sides: Told, text: str, at: list[tuple[datetime, datetime]]) -> set[tuple[str, datetime]]:
    layout = both_sides.desk.layout(both_sides.desk.basis.rules)
    found = members(rule(text), Moments.at(at, layout.basis.calendar), layout).to_pyarrow().to_pylist()
    company = both_sides.company
    return {
        (row["account_id"], row["bound"]) for row in found if not company.identity.internal(row["account_id"])
    }


def accounts(company: oracle.Company) -> Iterator[str]:
    """Everybody whose membership is asked, not internal."""
    named = {
        company.identity.of(row)
        for table in ("accounts", "subscription_phases", "users", "tickets", "survey_responses")
        for row in company.rows[table]
        if row.get("account_id") is not None
    }
    yield from sorted(name for name in named if not company.identity.internal(name))


def disagreement(kind: str, seed: int, zone: str, text: str, asked: Asked, **more: Any) -> list[Any]:
    both_sides, people = told(kind, seed, zone, **more)
    wrong = []
    for end in ("opening", "closing"):
        at = instants(both_sides.desk, end)
        theirs = by_program(both_sides, text, at)
        ours = {
            (account, bound)
            for account in accounts(people.company)
            for bound, until in at
            if asked(Facts(people, account, bound, until)) is True
        }
        wrong += [(end, *each, "theirs") for each in sorted(theirs - ours)]
        wrong += [(end, *each, "ours") for each in sorted(ours - theirs)]
    return wrong


CASES = [
    (kind, text)
    for kind, rules in (("paying", PAYING), ("working", WORKING), ("talking", TALKING))
    for text in rules
]
RULES = PAYING | WORKING | TALKING


@pytest.mark.trial
@pytest.mark.parametrize(("place", "case"), spread([(seed, zone) for zone in ZONES for seed in SEEDS], CASES))
def test_members_are_those_of_a_plain_look(place: tuple[int, str], case: tuple[str, str]) -> None:
    kind, text = case
    assert disagreement(kind, *place, text, RULES[text]) == []


@pytest.mark.parametrize("text", ["mrr >= 50", "status = churned", "country = DE", "plan = pro"])
def test_members_as_known_before_a_correction(text: str) -> None:
    before = CORRECTED - timedelta(days=1)
    assert disagreement("paying", 2, "UTC", text, RULES[text], known_at=before) == []
    first, _ = told("paying", 2, "UTC", before)
    later, _ = told("paying", 2, "UTC")
    at = instants(first.desk, "closing")
    assert by_program(first, text, at) != by_program(later, text, at)


def test_every_rule_has_members_and_others() -> None:
    for kind, text in CASES:
        both_sides, people = told(kind, 2, "UTC")
        at = instants(both_sides.desk, "closing")
        found = by_program(both_sides, text, at)
        assert 0 < len(found) < len(list(accounts(people.company))) * len(at), text
