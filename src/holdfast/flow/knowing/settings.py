"""The settings of a workspace: names, defaults and help; stored as rows with two clocks."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from holdfast.criterion import (
    EXAMPLE,
    JOURNEY_EXAMPLE,
    STEPS_EXAMPLE,
    criterion,
    journey_stages,
    onboarding_steps,
)
from holdfast.errors import unknown
from holdfast.flow.knowing.values import (
    NOTHING,
    WEEK_STARTS,
    a_criterion,
    a_currency,
    a_journey,
    a_month,
    a_share,
    a_week_start,
    a_whole_number,
    a_zone,
    an_instant,
    as_named,
    named_causes,
    several,
    some_days,
    timed_pulls,
)
from holdfast.insights.causes.taxonomy import EXAMPLE as CAUSES_EXAMPLE
from holdfast.insights.warning.rules import Rules
from holdfast.periods import Calendar
from holdfast.rulebook import HELP, Rulebook
from holdfast.timelines import Basis

RULE = "rules."
NAMES = "NAME,NAME"
DATED = ("activation", "onboarding")
"""Settings of which every value counts, each for who signs up while it holds."""

Declared = Sequence[tuple[datetime | None, Any]]
"""The values of a setting, oldest first, with the instant from which each holds; None for always."""


@dataclass(frozen=True)
class Setting:
    """One setting: what it is when nobody said, what it means, and how a value given is read.

    `events` gives the names of the events that a value read speaks of, `example` shows one; `choices`
    are the values by the names that a person gives them, where there are only a few.
    """

    name: str
    default: Any
    help: str
    read: Callable[[Any], Any]
    events: Callable[[Any], Sequence[str]] = lambda value: ()
    example: str = "VALUE"
    choices: Mapping[str, Any] = field(default_factory=dict)


SETTINGS = {
    setting.name: setting
    for setting in (
        Setting("zone", "UTC", "The IANA time zone in which days and months begin (R2).", a_zone),
        Setting(
            "currency", "USD", "The currency that money is shown in; others are converted (R14).", a_currency
        ),
        Setting(
            "week_start",
            0,
            "The first day of the week: monday, saturday or sunday (R2).",
            a_week_start,
            choices=WEEK_STARTS,
        ),
        Setting("fiscal_start", 1, "The first month of the year, 1 to 12 (R2).", a_month),
        Setting(
            "core_events",
            [],
            "Names of the events that mean real use, comma-separated (K09).",
            several,
            as_named,
            NAMES,
        ),
        Setting(
            "qualifying_events",
            [],
            "Names of the events that make a user active, comma-separated; none for all of clients (K17).",
            several,
            as_named,
            NAMES,
        ),
        Setting("ideal_use_days", 3, "Active days in the interval that are ideal use (K19).", some_days),
        Setting(
            "gross_margin",
            None,
            "The gross margin as a share, such as 0.8; none to count it from costs (K14).",
            a_share,
        ),
        Setting(
            "close_after_days",
            10,
            "A month is closed, and its figures published, so many days after its end (R19).",
            some_days,
        ),
        Setting("sources", [], "The order in which sources are believed where they disagree.", several),
        Setting(
            "pulls",
            [],
            "What the server pulls by itself, comma-separated: each a source and its rhythm.",
            timed_pulls,
            example="stripe every 1 hour, shop at 03:00",
        ),
        Setting(
            "observed_from",
            None,
            "Since when churn has been recorded: accounts older than that enter survival late (K12).",
            an_instant,
        ),
        Setting(
            "activation",
            None,
            "What a new account does when it gets the product's value: a rule over events (K24, K25).",
            a_criterion,
            lambda text: [step.event for step in criterion(text).steps] if text else [],
            EXAMPLE,
        ),
        Setting(
            "loss_causes",
            [],
            "What reasons for leaving mean, by semicolons: each a reason and its cause (holdfast causes).",
            named_causes,
            example=CAUSES_EXAMPLE,
        ),
        Setting(
            "onboarding",
            [],
            "The steps that a new account is to take, comma-separated: events, with counts if need be (K23).",
            lambda value: [] if value in NOTHING else list(map(str, onboarding_steps(value))),
            lambda steps: [step.event for step in onboarding_steps(steps)],
            STEPS_EXAMPLE,
        ),
        Setting(
            "journey",
            None,
            "The stages that new users are to go through, in their order, > between (holdfast journeys).",
            a_journey,
            lambda text: [step.event for step in journey_stages(text)] if text else [],
            JOURNEY_EXAMPLE,
        ),
        Setting(
            "warnings",
            [],
            "What of the rules of warnings is not as usual, comma-separated: `holdfast warnings rules`.",
            lambda value: Rules.of([] if value in NOTHING else several(value)).told(),
            example="usage_percent=40,off=healthy_quiet",
        ),
    )
}


def known_settings(rows: Mapping[str, Any]) -> dict[str, Any]:
    """Every setting and rule by name: what `rows` (name -> stored JSON) say, else the default."""
    found = {name: setting.default for name, setting in SETTINGS.items()}
    found |= {RULE + name: value for name, value in Rulebook().as_mapping().items()}
    return found | {name: json.loads(value) for name, value in rows.items() if name in found}


def read_setting(name: str, value: Any) -> Any:
    """`value` as setting `name` stores it; raises UsageError with what would be right."""
    if name.startswith(RULE):
        rule = name.removeprefix(RULE)
        kind = type(Rulebook().as_mapping().get(rule))
        given = a_whole_number(rule, value) if kind is int else value
        return getattr(Rulebook.from_mapping({rule: given}), rule)
    if name not in SETTINGS:
        raise unknown("setting", name, [*SETTINGS, *(RULE + rule for rule in HELP)])
    return SETTINGS[name].read(value)


def help_of(name: str) -> str:
    """What a setting or rule means."""
    return HELP[name.removeprefix(RULE)] if name.startswith(RULE) else SETTINGS[name].help


def events_of(name: str, value: Any) -> Sequence[str]:
    """The names of the events that a value of a setting speaks of."""
    return SETTINGS[name].events(value) if name in SETTINGS else ()


def rules_of(settings: Mapping[str, Any]) -> Rulebook:
    """The rulebook in force, from the settings of a workspace."""
    rules = {name.removeprefix(RULE): value for name, value in settings.items() if name.startswith(RULE)}
    return Rulebook.from_mapping(rules)


def basis_of(settings: Mapping[str, Any], declared: Mapping[str, Declared]) -> Basis:
    """What figures stand on, from the settings of a workspace and all values of the `DATED` ones."""
    since = settings["observed_from"]
    return Basis(
        rules=rules_of(settings),
        calendar=Calendar(settings["zone"], settings["week_start"], settings["fiscal_start"]),
        currency=settings["currency"],
        core_events=tuple(settings["core_events"]),
        qualifying_events=tuple(settings["qualifying_events"]),
        ideal_use_days=settings["ideal_use_days"],
        gross_margin=None if settings["gross_margin"] is None else Decimal(settings["gross_margin"]),
        observed_from=datetime.fromisoformat(since) if since else None,
        activation=tuple(
            (since or datetime.min, criterion(text) if text else None)
            for since, text in declared["activation"]
        ),
        onboarding=tuple(
            (since or datetime.min, onboarding_steps(steps)) for since, steps in declared["onboarding"]
        ),
    )
