"""The health of accounts at an instant: parts from the layout, profiles and overrides as known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

from holdfast.errors import Sentence, UsageError, unknown
from holdfast.flow.answering.figures import Desk
from holdfast.flow.knowing.profiles import kept_profiles
from holdfast.insights.health.moved import Ground
from holdfast.metrics.health.parts import all_grounds, part_values, subjects
from holdfast.metrics.health.score import Band, Score, band_of, score
from holdfast.metrics.health.weights import ONBOARDING_DAYS, Profile, in_order
from holdfast.segments import Moments, facts_told, members, rule
from holdfast.timelines.identity import qualified
from holdfast.timelines.layout import Layout
from holdfast.warehouse import Warehouse

OVERRIDES = "health_overrides"
READS = ("subscription_phases",)
"""What must be whole before there is a health at an instant."""


@dataclass(frozen=True)
class Override:
    """A score that a person set, in force from `set_at` until `expires_at`."""

    account_id: str
    score: Decimal
    reason: str
    set_at: datetime
    expires_at: datetime
    by: str | None = None


@dataclass(frozen=True)
class Health:
    """The health of one account at an instant; an `override` in force stands before the counted score."""

    account_id: str
    name: str | None
    mrr: Decimal | None
    at: datetime
    counted: Score
    override: Override | None = None

    @property
    def value(self) -> Fraction | None:
        """The score that counts: the override, else the counted one."""
        return Fraction(self.override.score) if self.override else self.counted.value

    @property
    def band(self) -> Band | None:
        """The band of the score that counts."""
        return band_of(self.value)


def healths(warehouse: Warehouse, desk: Desk, at: datetime | None) -> list[Health]:
    """Everyone's health just before an instant, the least first, unknown ones last."""
    moments = _moments(desk, at)
    who = subjects(moments, desk.layout)
    for each in desk.segments.within.values():
        who = who.semi_join(members(each, moments, desk.layout), ["account_id", "bound"])
    who = desk.layout.keep("health_subjects", who)
    values = part_values(all_grounds(who, moments, desk.layout)).to_pyarrow()
    found = _counted(warehouse, desk, desk.layout, who, values.to_pylist(), moments)
    return sorted(found, key=lambda each: (each.value is None, each.value or 0, each.account_id))


def health_of(
    warehouse: Warehouse, desk: Desk, account_id: str, *instants: datetime | None
) -> list[tuple[Health, list[Ground]]]:
    """One account's health at each instant with the records behind its parts; UsageError where it has none.

    Laid out for this account alone, and for all the instants at once.
    """
    bounds = [at or whole_until(desk) for at in instants]
    moments = Moments.at([(at, at) for at in bounds], desk.layout.basis.calendar)
    layout = desk.layout.of_accounts([account_id])
    who = layout.keep("health_subjects", subjects(moments, layout))
    rows = all_grounds(who, moments, layout).to_pyarrow().to_pylist()
    counted = _counted(warehouse, desk, layout, who, _summed(rows), moments)
    found = {each.at: each for each in counted}
    for at in bounds:
        if at not in found:
            _refuse(desk, account_id, at)
    return [(found[at], _grounds([row for row in rows if row["bound"] == at])) for at in bounds]


def _summed(grounds: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The parts that grounds add up to, as `part_values` counts them."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in grounds:
        key = {name: row[name] for name in ("account_id", "bound", "part", "denominator")}
        part = found.setdefault(tuple(key.values()), {**key, "numerator": 0})
        part["numerator"] += row["numerator"]
    return list(found.values())


def profiles_of(warehouse: Warehouse, known_at: datetime | None) -> list[Profile]:
    """The profiles of weights in the order in which they are tried; the last fits every account."""
    return in_order(kept_profiles(warehouse, known_at))


def whole_until(desk: Desk) -> datetime:
    """The instant up to which subscriptions are whole; UsageError where there are none."""
    moment = desk.whole_until(READS)
    if moment is None:
        raise UsageError(
            Sentence("Nobody has a health yet."),
            hint=Sentence("Import something: {command}", command="holdfast import --help"),
        )
    return moment


def _moments(desk: Desk, at: datetime | None) -> Moments:
    moment = at or whole_until(desk)
    return Moments.at([(moment, moment)], desk.layout.basis.calendar)


def _counted(
    warehouse: Warehouse,
    desk: Desk,
    layout: Layout,
    who: Any,
    values: Iterable[Mapping[str, Any]],
    moments: Moments,
) -> list[Health]:
    known_at = desk.known.known_at
    parts: dict[Key, dict[str, Fraction]] = {}
    for row in values:
        value = Fraction(100 * row["numerator"], row["denominator"])
        parts.setdefault(_key(row), {})[row["part"]] = value
    profiles = profiles_of(warehouse, known_at)
    fits = _fitting(profiles, who, moments, layout)
    overrides = _overrides(warehouse, known_at)
    return [
        Health(
            row["account_id"],
            row["name"],
            row["mrr"],
            row["bound"],
            score(parts.get(_key(row), {}), profiles[fits[_key(row)]]),
            _in_force(overrides.get(row["account_id"]), row["bound"]),
        )
        for row in named_with_mrr(who, moments, layout)
    ]


Key: TypeAlias = tuple[str, datetime]


def _key(row: Mapping[str, Any]) -> Key:
    return row["account_id"], row["bound"]


def _grounds(rows: Iterable[Mapping[str, Any]]) -> list[Ground]:
    found = [
        Ground(
            row["part"],
            row["kind"],
            row["record"],
            row["at"],
            Fraction(100 * row["numerator"], row["denominator"]),
        )
        for row in rows
    ]
    return sorted(found, key=lambda each: (each.part, each.kind != "base", each.record))


def _refuse(desk: Desk, account_id: str, at: datetime) -> None:
    accounts = desk.layout.accounts.account_id.to_pyarrow().to_pylist()
    if account_id not in accounts:
        raise unknown("account", account_id, accounts)
    day = f"{at:%Y-%m-%d}"
    hint = "Customers have one, and who is trying; --at gives another day."
    raise UsageError(f"{account_id} has no health on {day}: it is no customer then.", hint=hint)


def _overrides(warehouse: Warehouse, known_at: datetime | None) -> dict[str, Override]:
    names = tuple(Override.__dataclass_fields__)
    found = {}
    for row in warehouse.rows(OVERRIDES, known_at):
        account = qualified(row["source"], row["account_id"])
        found[account] = Override(**{name: row[name] for name in names} | {"account_id": account})
    return found


def _fitting(profiles: Sequence[Profile], who: Any, moments: Moments, layout: Layout) -> dict[Key, int]:
    """The place among `profiles` of the first that fits each account at each instant."""
    last = len(profiles) - 1
    rows = who.select("account_id", "bound", "age_days").to_pyarrow().to_pylist()
    found = {_key(row): 0 if row["age_days"] < ONBOARDING_DAYS else last for row in rows}
    for place in range(last - 1, 0, -1):
        for row in members(rule(profiles[place].rule or ""), moments, layout).to_pyarrow().to_pylist():
            if found.get(_key(row)):
                found[_key(row)] = place
    return found


def named_with_mrr(who: Any, moments: Moments, layout: Layout) -> list[dict[str, Any]]:
    """account_id, bound, name and MRR of the accounts and instants in `who`."""
    rows, columns = facts_told(rule("mrr >= 0"), moments, layout)
    (mrr,) = columns.values()
    rows = rows.semi_join(who, ["account_id", "bound"]).select("account_id", "bound", mrr=rows[mrr])
    names = layout.accounts.select(who="account_id", name="name")
    joined = rows.left_join(names, rows.account_id == names.who)
    found: list[dict[str, Any]] = joined.select("account_id", "bound", "mrr", "name").to_pyarrow().to_pylist()
    return found


def _in_force(override: Override | None, at: datetime) -> Override | None:
    return override if override and override.set_at <= at < override.expires_at else None
