"""Accounts and their users as tables, and when each account did what in its first week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from holdfast.company import market
from holdfast.company.clock import Clock
from holdfast.company.columns import (
    NEVER,
    SECOND,
    Bools,
    Ints,
    canonical,
    chance,
    flags,
    ids,
    instants,
    joined,
    pick,
    spread,
    whole,
    words,
)
from holdfast.company.founding import Accounts
from holdfast.company.lives import ACTIVE, PAST_DUE, Phases, Rows


@dataclass(frozen=True)
class Users(Rows):
    """One array per attribute, sorted by account; `zone` is a place in `market.ZONES`."""

    who: Ints
    created: Ints
    zone: Ints
    persona: Ints
    first: Bools


@dataclass(frozen=True)
class Habits(Rows):
    """Per account: when it did what in its first week (`NEVER` where it did not), and when it left."""

    invited_at: Ints
    integrated_at: Ints
    themed_at: Ints
    left: Ints


def habits_of(accounts: Accounts, phases: Phases, clock: Clock, seed: int) -> Habits:
    """When in its first seven days an account did what, and when its last phase ends."""
    rng = chance(seed, "habits")

    def some_time(did: Bools) -> Ints:
        seconds = (0.1 + 6.8 * rng.random(accounts.count)) * 86_400
        at = accounts.created + seconds.astype(np.int64) * SECOND
        return np.where(did & (at < clock.end), at, NEVER)

    left = np.zeros(accounts.count, dtype=np.int64)
    np.maximum.at(left, phases.who, np.minimum(phases.end, clock.end))
    return Habits(
        some_time(accounts.invited), some_time(accounts.integrated), some_time(accounts.themed), left
    )


def populate(accounts: Accounts, habits: Habits, clock: Clock, seed: int) -> Users:
    """The users of every account: the founder, the invited of the first week, those who come later."""
    rng = chance(seed, "users")
    invites = habits.invited_at < NEVER
    early = np.where(invites, 1 + rng.poisson(0.9, accounts.count), 0)
    late = rng.poisson(np.minimum(accounts.seats, 12) * np.where(invites, 0.16, 0.08))
    who, number = spread(1 + early + late)
    first = number == 0
    invited = ~first & (number <= early[who])
    since = np.where(invited, habits.invited_at[who], accounts.created[who])
    wait = np.where(
        invited, rng.integers(60, 40_000, len(who)), rng.integers(8 * 86_400, 260 * 86_400, len(who))
    )
    created = np.where(first, since, since + wait * SECOND)
    kept = first | ((created < clock.end) & (created < habits.left[who]))
    who, created, first = who[kept], created[kept], first[kept]
    persona = np.where(first, 0, pick(rng, (0.1, 0.3, 0.25, 0.35), len(who)))
    return Users(who, created, _zones(rng, accounts.country[who]), persona, first)


def _zones(rng: np.random.Generator, country: Ints) -> Ints:
    most = max(len(place.zones) for place in market.COUNTRIES)
    table = np.array(
        [
            [market.ZONES.index(place.zones[number % len(place.zones)]) for number in range(most)]
            for place in market.COUNTRIES
        ]
    )
    zones: Ints = table[country, rng.integers(0, most, len(country))]
    return zones


def account_table(accounts: Accounts, clock: Clock, seed: int) -> pa.Table:
    """The canonical table `accounts`: a row per account, a second where its attributes changed."""
    rng = chance(seed, "account_table")
    count = accounts.count
    changed_at = accounts.created + rng.integers(40 * 86_400, 420 * 86_400, count) * SECOND
    changes = (rng.random(count) < 0.1) & (changed_at < clock.end)
    who = np.concatenate([np.arange(count), np.flatnonzero(changes)])
    again = np.arange(len(who)) >= count
    valid = np.where(again, changed_at[who], accounts.created[who])
    order = np.lexsort((valid, who))
    who, again, valid = who[order], again[order], valid[order]
    grows = again & (accounts.size[who] < len(market.SIZE_BANDS) - 1)
    size = accounts.size[who] + grows
    owner = np.where(again, (accounts.owner[who] + 1) % len(market.OWNERS), accounts.owner[who])
    columns = {
        "account_id": ids("a", who),
        "valid_from": instants(valid),
        "name": _company_names(seed, count).take(pa.array(who)),
        "created_at": instants(accounts.created[who]),
        "country": words(accounts.country[who], [country.code for country in market.COUNTRIES]),
        "industry": words(accounts.industry[who], market.INDUSTRIES),
        "size_band": words(size, market.SIZE_BANDS),
        "employees": whole(np.where(grows, np.array(market.SIZE_BOUNDS)[size], accounts.employees[who])),
        "language": words(accounts.country[who], [country.language for country in market.COUNTRIES]),
        "owner": words(owner, market.OWNERS),
        "channel": words(accounts.channel[who], market.CHANNELS),
        "referred_by": ids("a", accounts.referred_by[who]),
        "is_internal": flags(accounts.internal[who]),
        "merged_into": ids("a", accounts.merged_into[who]),
        "attributes": words(who % 3, ('{"beta": false}', '{"beta": true}', None)),
    }
    return canonical("accounts", columns)


def _company_names(seed: int, count: int) -> pa.Array:
    rng = chance(seed, "names")
    starts = words(rng.integers(0, len(market.NAME_STARTS), count), market.NAME_STARTS)
    return joined(starts, " ", words(rng.integers(0, len(market.NAME_ENDS), count), market.NAME_ENDS))


def user_table(users: Users, accounts: Accounts, clock: Clock, seed: int) -> pa.Table:
    """The canonical table `users`."""
    rng = chance(seed, "user_table")
    count, country = users.count, accounts.country[users.who]
    verified = users.created + rng.integers(30, 86_400, count) * SECOND
    verified = np.where((rng.random(count) < 0.87) & (verified < clock.end), verified, NEVER)
    language = words(country, [place.language for place in market.COUNTRIES])
    number = np.arange(count)
    columns = {
        "user_id": ids("u", number),
        "account_id": ids("a", users.who),
        "created_at": instants(users.created),
        "email": joined(ids("user", number, 1), "@", ids("account", users.who, 1), ".example"),
        "email_verified_at": instants(verified),
        "name": _person_names(rng, country),
        "role": words(np.where(users.first, 0, pick(rng, (0.1, 0.65, 0.25), count)), market.ROLES),
        "persona": words(users.persona, market.PERSONAS),
        "locale": joined(language, "-", words(country, [place.code for place in market.COUNTRIES])),
        "timezone": words(users.zone, market.ZONES),
        "is_internal": flags(accounts.internal[users.who]),
        "consent": words(pick(rng, (0.7, 0.2, 0.1), count), ('{"email": true}', '{"email": false}', None)),
    }
    return canonical("users", columns)


def _person_names(rng: np.random.Generator, country: Ints) -> pa.Array:
    given = _by_language(rng, country, market.FIRST_NAMES)
    return joined(given, " ", _by_language(rng, country, market.LAST_NAMES))


def _by_language(rng: np.random.Generator, country: Ints, names: Mapping[str, tuple[str, ...]]) -> pa.Array:
    everyone = [name for group in names.values() for name in group]
    sizes = {language: len(group) for language, group in names.items()}
    begins = dict(zip(names, np.cumsum([0, *sizes.values()])[:-1], strict=True))
    begin = np.array([begins[place.language] for place in market.COUNTRIES])[country]
    size = np.array([sizes[place.language] for place in market.COUNTRIES])[country]
    return words(begin + np.floor(size * rng.random(len(country))).astype(np.int64), everyone)


def account_truth(accounts: Accounts, habits: Habits, phases: Phases, ever_paid: Ints) -> pa.Table:
    """What each account is like and did early: the true causes of staying, with a decoy."""
    trialed = np.zeros(accounts.count, dtype=bool)
    trialed[phases.who[phases.status == 0]] = True
    paying = phases.take((phases.status == ACTIVE) | (phases.status == PAST_DUE))
    counts = np.bincount(paying.who, minlength=accounts.count)
    return pa.table(
        {
            "account_id": ids("a", np.arange(accounts.count)),
            "invited_teammates_at": instants(habits.invited_at),
            "connected_integration_at": instants(habits.integrated_at),
            "changed_theme_at": instants(habits.themed_at),
            "invited_teammates": flags(accounts.invited),
            "connected_integration": flags(accounts.integrated),
            "changed_theme": flags(accounts.themed),
            "had_trial": flags(trialed),
            "converted_at": instants(ever_paid),
            "charged_phases": whole(counts),
            "is_internal": flags(accounts.internal),
            "merged_into": ids("a", accounts.merged_into),
        }
    )
