"""The settings of a workspace: names, defaults and help; stored as rows with two clocks."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from babel.numbers import is_currency

from holdfast.criterion import EXAMPLE, STEPS_EXAMPLE, criterion, onboarding_steps
from holdfast.errors import Sentence, UsageError, unknown
from holdfast.insights.causes.taxonomy import EXAMPLE as CAUSES_EXAMPLE
from holdfast.insights.causes.taxonomy import read_causes
from holdfast.insights.warning.rules import Rules
from holdfast.periods import Calendar, rhythm
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


def _zone(value: Any) -> str:
    return Calendar(zone=str(value)).zone


def _currency(value: Any) -> str:
    code = str(value).upper()
    if not is_currency(code):
        raise UsageError(
            Sentence("{value!r} is no currency.", value=value),
            hint=Sentence("An ISO 4217 code, such as EUR."),
        )
    return code


WEEK_STARTS = {"monday": 0, "saturday": 5, "sunday": 6}


def _week_start(value: Any) -> int:
    number = WEEK_STARTS.get(str(value).casefold(), value)
    return Calendar(week_start=_whole("week_start", number)).week_start


def _fiscal_start(value: Any) -> int:
    return Calendar(fiscal_start=_whole("fiscal_start", value)).fiscal_start


def _whole(name: str, value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise UsageError(
            Sentence("{name} cannot be {value!r}.", name=name, value=value), hint=Sentence("A whole number.")
        ) from None


def _days(value: Any) -> int:
    days = _whole("days", value)
    if days < 1:
        raise UsageError(
            Sentence("{value!r} is no number of days.", value=value),
            hint=Sentence("A whole number of 1 or more."),
        )
    return days


def _share(value: Any) -> str | None:
    if value in (None, "", "none"):
        return None
    try:
        share = Decimal(str(value))
    except InvalidOperation:
        share = Decimal(-1)
    if not 0 <= share <= 1:
        raise UsageError(
            Sentence("{value!r} is no share.", value=value),
            hint=Sentence("A number from 0 to 1, such as 0.8."),
        )
    return str(share)


def _names(value: Any) -> list[str]:
    parts = value.split(",") if isinstance(value, str) else list(value)
    return [str(part).strip() for part in parts if str(part).strip()]


def _as_named(names: Sequence[str]) -> Sequence[str]:
    return names


def _criterion(value: Any) -> str | None:
    return None if value in (None, "", "none") else str(criterion(str(value)))


def _instant(value: Any) -> str | None:
    if value in (None, "", "none"):
        return None
    try:
        return datetime.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise UsageError(
            Sentence("{value!r} is no instant.", value=value), hint=Sentence("ISO 8601, such as 2024-01-01.")
        ) from None


def _pulls(value: Any) -> list[str]:
    """Sources with their rhythm, each as `stripe every 1 hour`."""
    found = []
    for text in [] if value in (None, "", "none") else _names(value):
        name, _, rest = text.partition(" ")
        found.append(f"{name} {rhythm(rest)}")
    return found


def _causes(value: Any) -> list[str]:
    if value in (None, "", "none"):
        return []
    found = read_causes(value if isinstance(value, str) else "; ".join(map(str, value)))
    return [f"{reason} = {cause}" for reason, cause in found.items()]


SETTINGS = {
    setting.name: setting
    for setting in (
        Setting("zone", "UTC", "The IANA time zone in which days and months begin (R2).", _zone),
        Setting(
            "currency", "USD", "The currency that money is shown in; others are converted (R14).", _currency
        ),
        Setting(
            "week_start",
            0,
            "The first day of the week: monday, saturday or sunday (R2).",
            _week_start,
            choices=WEEK_STARTS,
        ),
        Setting("fiscal_start", 1, "The first month of the year, 1 to 12 (R2).", _fiscal_start),
        Setting(
            "core_events",
            [],
            "Names of the events that mean real use, comma-separated (K09).",
            _names,
            _as_named,
            NAMES,
        ),
        Setting(
            "qualifying_events",
            [],
            "Names of the events that make a user active, comma-separated; none for all of clients (K17).",
            _names,
            _as_named,
            NAMES,
        ),
        Setting("ideal_use_days", 3, "Active days in the interval that are ideal use (K19).", _days),
        Setting(
            "gross_margin",
            None,
            "The gross margin as a share, such as 0.8; none to count it from costs (K14).",
            _share,
        ),
        Setting(
            "close_after_days",
            10,
            "A month is closed, and its figures published, so many days after its end (R19).",
            _days,
        ),
        Setting("sources", [], "The order in which sources are believed where they disagree.", _names),
        Setting(
            "pulls",
            [],
            "What the server pulls by itself, comma-separated: each a source and its rhythm.",
            _pulls,
            example="stripe every 1 hour, shop at 03:00",
        ),
        Setting(
            "observed_from",
            None,
            "Since when churn has been recorded: accounts older than that enter survival late (K12).",
            _instant,
        ),
        Setting(
            "activation",
            None,
            "What a new account does when it gets the product's value: a rule over events (K24, K25).",
            _criterion,
            lambda text: [step.event for step in criterion(text).steps] if text else [],
            EXAMPLE,
        ),
        Setting(
            "loss_causes",
            [],
            "What reasons for leaving mean, by semicolons: each a reason and its cause (holdfast causes).",
            _causes,
            example=CAUSES_EXAMPLE,
        ),
        Setting(
            "onboarding",
            [],
            "The steps that a new account is to take, comma-separated: events, with counts if need be (K23).",
            lambda value: [] if value in (None, "", "none") else list(map(str, onboarding_steps(value))),
            lambda steps: [step.event for step in onboarding_steps(steps)],
            STEPS_EXAMPLE,
        ),
        Setting(
            "warnings",
            [],
            "What of the rules of warnings is not as usual, comma-separated: `holdfast warnings rules`.",
            lambda value: Rules.of([] if value in (None, "", "none") else _names(value)).told(),
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
        given = _whole(rule, value) if kind is int else value
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
