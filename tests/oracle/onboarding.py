"""Getting started: onboarding, activation and time to value (K23 to K25)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.oracle.active_users import acts_at_accounts
from tests.oracle.answers import Answer, ratio
from tests.oracle.churn import with_wilson
from tests.oracle.company import Company
from tests.oracle.days import FOREVER, Window
from tests.oracle.intervals import log_log
from tests.oracle.knowledge import Row, recorded, source
from tests.oracle.lifetime import Spell, median, steps

NAME = r"""(?:\d+\s+)?(?:"[^"]*"|'[^']*'|[^\s()]+)"""
ENDINGS = re.compile(r"\s+(within (\d+) (day|week)s?|by (one user|account))$")
Deed = tuple[datetime, str, tuple[str, str] | None]
"""When something happened, what, and by which user."""


@dataclass(frozen=True)
class Newcomer:
    """An account or a user who signed up, with all that it did by `as_of`."""

    since: datetime
    deeds: Sequence[Deed]


def in_force(declared: Any, instant: datetime) -> Any:
    """What was declared for those who sign up at an instant; nothing where nothing was yet."""
    if not isinstance(declared, list):
        return declared or None
    held = [value for since, value in declared if since <= instant]
    return held[-1] if held else None


def newest_rows(company: Company) -> dict[tuple[str, str], list[Row]]:
    """The rows of every user, oldest first."""
    people: dict[tuple[str, str], list[Row]] = {}
    for row in company.rows["users"]:
        people.setdefault((source(row), row["user_id"]), []).append(row)
    for rows in people.values():
        rows.sort(key=lambda row: (row.get("valid_from") or datetime.min, recorded(row)))
    return people


def deeds(company: Company) -> Iterator[tuple[str | None, Deed]]:
    """What happened by `as_of` with its account, save what internal users did."""
    people = newest_rows(company)
    for event in company.rows["events"]:
        who = (source(event), event["user_id"]) if event.get("user_id") is not None else None
        rows = people.get(who, []) if who else []
        late = company.as_of is not None and event["occurred_at"] >= company.as_of
        if late or any(row.get("is_internal") for row in rows):
            continue
        at = event if event.get("account_id") is not None else rows[-1] if rows else None
        yield (None if at is None else company.identity.of(at)), (event["occurred_at"], event["name"], who)


def begun(company: Company, window: Window, since: datetime) -> bool:
    """Whether an instant is in the period and before `as_of`."""
    return window.holds(since) and (company.as_of is None or since < company.as_of)


def new_accounts(company: Company, window: Window) -> list[Newcomer]:
    """The accounts that count and signed up in a period."""
    began: dict[str, datetime] = {}
    for row in company.rows["accounts"]:
        account = company.identity.of(row)
        began[account] = min(began.get(account, FOREVER), row["created_at"])
    did: dict[str | None, list[Deed]] = {}
    for at, deed in deeds(company):
        did.setdefault(at, []).append(deed)
    return [
        Newcomer(since, sorted(did.get(account, []), key=lambda deed: deed[0]))
        for account, since in began.items()
        if begun(company, window, since) and not company.identity.internal(account)
    ]


def new_users(company: Company, window: Window) -> list[Newcomer]:
    """The users who count and signed up in a period."""
    found = []
    did: dict[tuple[str, str] | None, list[Deed]] = {}
    for _, deed in deeds(company):
        did.setdefault(deed[2], []).append(deed)
    for who, rows in newest_rows(company).items():
        began = [row.get("created_at") or row.get("valid_from") for row in rows]
        since = min((instant for instant in began if instant), default=FOREVER)
        first = min(rows, key=lambda row: row.get("created_at") or row.get("valid_from") or FOREVER)
        internal = any(row.get("is_internal") for row in rows)
        internal |= company.identity.internal(company.identity.of(first))
        if begun(company, window, since) and not internal:
            found.append(Newcomer(since, sorted(did.get(who, []), key=lambda deed: deed[0])))
    return found


def holds(rule: str, counts: Mapping[str, int]) -> bool:
    """Whether a rule is true of how often each event happened."""

    def told(found: re.Match[str]) -> str:
        if found[0] in ("and", "or"):
            return found[0]
        number = re.match(r"\d+(?=\s)", found[0])
        name = found[0][number.end() if number else 0 :].strip().strip("\"'")
        return str(counts.get(name, 0) >= int(number[0] if number else 1))

    return bool(eval(re.sub(NAME, told, rule)))  # noqa: S307


def first_met(rule: str, done: Sequence[Deed]) -> datetime | None:
    """The first instant at which a rule is true."""
    counts: dict[str, int] = {}
    for at, name, _ in done:
        counts[name] = counts.get(name, 0) + 1
        if holds(rule, counts):
            return at
    return None


def split(text: str) -> tuple[str, int | None, bool]:
    """A criterion's rule, its days, and whether one user must meet it."""
    days, alone = None, False
    while found := ENDINGS.search(text):
        text = text[: found.start()]
        if found[2]:
            days = int(found[2]) * (7 if found[3] == "week" else 1)
        else:
            alone = found[4] == "one user"
    return text, days, alone


def met_at(text: str, newcomer: Newcomer) -> datetime | None:
    """When the newcomer first met a criterion."""
    rule, _, alone = split(text)
    if not alone:
        return first_met(rule, newcomer.deeds)
    people = {deed[2] for deed in newcomer.deeds if deed[2] is not None}
    each = [first_met(rule, [deed for deed in newcomer.deeds if deed[2] == who]) for who in people]
    return min((instant for instant in each if instant), default=None)


def ripe(company: Company, closes: datetime) -> bool:
    """Whether a window is over."""
    return company.as_of is None or closes <= company.as_of


def steps_of(company: Company, newcomer: Newcomer) -> list[datetime | None]:
    """When each of the steps that were in force at sign-up was taken."""
    text = in_force(company.settings["onboarding"], newcomer.since) or ""
    each = [re.sub(r"^(\d+\s+)?(.+)$", r'\1"\2"', step.strip()) for step in text.split(",") if step.strip()]
    return [first_met(step, newcomer.deeds) for step in each]


def onboarded(company: Company, window: Window) -> Iterator[list[bool]]:
    """For each newcomer whose time is over, which steps were taken in time."""
    for newcomer in new_accounts(company, window):
        closes = newcomer.since + timedelta(days=company.rules["onboarding_window_days"])
        taken = steps_of(company, newcomer)
        early = all(at is not None and at < newcomer.since for at in taken)
        # The last step decides: taken before sign-up, all were.
        if taken and not early and ripe(company, closes):
            yield [at is not None and at < closes for at in taken]


def onboarding_rate(company: Company, window: Window) -> Answer:
    found = list(onboarded(company, window))
    return with_wilson(ratio(sum(all(taken) for taken in found), len(found)))


def steps_done(company: Company, window: Window) -> Answer:
    found = list(onboarded(company, window))
    return ratio(sum(map(sum, found)), sum(map(len, found)))


def activation(company: Company, newcomers: Sequence[Newcomer], alone: bool) -> Answer:
    """Newcomers who met the criterion in time, of those whose time is over."""
    above = below = 0
    for newcomer in newcomers:
        text = in_force(company.settings["activation"], newcomer.since)
        if not text:
            continue
        rule, days, _ = split(text)
        limit = company.rules["activation_window_days"] if days is None else days
        closes = newcomer.since + timedelta(days=limit)
        met = met_at(rule if alone else text, newcomer)
        if (met is not None and met < newcomer.since) or not ripe(company, closes):
            continue
        below += 1
        above += met is not None and met < closes
    return with_wilson(ratio(above, below))


def returns(company: Company, window: Window, times: int, of: tuple[bool, ...] = (True, False)) -> Answer:
    """Of newcomers who met the criterion or did not, those with so many days of use after its time."""
    above = below = 0
    for newcomer, acts in zip(new_accounts(company, window), used(company, window), strict=True):
        text = in_force(company.settings["activation"], newcomer.since)
        if not text:
            continue
        _, days, _ = split(text)
        limit = company.rules["activation_window_days"] if days is None else days
        closes, met = newcomer.since + timedelta(days=limit), met_at(text, newcomer)
        if (met is not None and met < newcomer.since) or not ripe(company, closes + timedelta(days=28)):
            continue
        if (met is not None and met < closes) in of:
            below += 1
            above += len({(at - closes).days for at in acts if 0 <= (at - closes).days < 28}) >= times
    return with_wilson(ratio(above, below))


def used(company: Company, window: Window) -> list[list[datetime]]:
    """When someone acted at each of the new accounts."""
    acts = acts_at_accounts(company)
    began: dict[str, datetime] = {}
    for row in company.rows["accounts"]:
        account = company.identity.of(row)
        began[account] = min(began.get(account, FOREVER), row["created_at"])
    return [
        [act["occurred_at"] for act in acts.get(account, [])]
        for account, since in began.items()
        if begun(company, window, since) and not company.identity.internal(account)
    ]


def times(company: Company, window: Window) -> list[Spell]:
    """How many days each new account took to meet the criterion, or has been seen without."""
    found = []
    for newcomer in new_accounts(company, window):
        text = in_force(company.settings["activation"], newcomer.since)
        met = met_at(text, newcomer) if text else None
        if not text or (met is not None and met < newcomer.since):
            continue
        until = met or company.as_of or FOREVER
        found.append(Spell(Fraction((until - newcomer.since) / timedelta(days=1)), met is not None))
    return found


def time_to_value(company: Company, window: Window) -> Answer:
    seen = times(company, window)
    answer = median(seen)
    if not seen:
        return answer
    low, high = (first_below(seen, side) for side in (0, 1))
    return Answer(answer.value, sum(each.left for each in seen), len(seen), answer.reason, low, high)


def first_below(seen: Sequence[Spell], side: int) -> float | None:
    """When the lower or the upper bound of the curve falls to a half (Brookmeyer and Crowley)."""
    for time, value, greenwood in steps(seen):
        bounds = log_log(float(value), greenwood) or (float(value), float(value))
        if bounds[side] <= 0.5:
            return float(time)
    return None


def achievers_median(company: Company, window: Window) -> Answer:
    seen = times(company, window)
    made_it = sorted(each.months for each in seen if each.left)
    if not seen:
        return Answer(None, reason="no_data")
    if not made_it:
        return Answer(None, 0, len(seen), "no_data")
    middle = made_it[(len(made_it) - 1) // 2] + made_it[len(made_it) // 2]
    return Answer(middle / 2, len(made_it), len(seen))


MEASURES: dict[str, Callable[..., Answer]] = {
    "onboarding_rate": onboarding_rate,
    "onboarding_rate.steps": steps_done,
    "activation_rate": lambda company, window: activation(
        company, new_accounts(company, window), alone=False
    ),
    "activation_rate.users": lambda company, window: activation(
        company, new_users(company, window), alone=True
    ),
    "time_to_value": time_to_value,
    "time_to_value.achievers_median": achievers_median,
    "returns": returns,
    "returns.met": lambda company, window, times: returns(company, window, times, (True,)),
    "returns.not_met": lambda company, window, times: returns(company, window, times, (False,)),
}
"""Metric -> what gives its answer from a company, a window and the metric's own dimension by name."""
