"""What a workspace counts by: its settings and rules, who set them when, and what others would come to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args, get_type_hints

from holdfast.errors import Sentence, UsageError
from holdfast.flow import Workspace
from holdfast.flow.knowing.settings import RULE, SETTINGS, read_setting
from holdfast.metrics import CATALOG, Figure
from holdfast.rulebook import HELP, Rulebook
from holdfast.web.answers.readers import answer, do_record
from holdfast.web.answers.standpoint import Standpoint

NAMES = (*SETTINGS, *(RULE + rule for rule in HELP))
"""Every setting, then every rule."""

HEADLINES = (
    *("mrr", "paying_customers", "customer_churn_rate", "net_revenue_retention"),
    *("monthly_active_users", "product_usage_rate", "activation_rate", "payment_recovery_rate"),
)
"""The figures that a preview counts; each other one has its bridge asked for."""

Wanted = tuple[tuple[str, str], ...]
"""Settings as JSON, by name: what an address can hold."""


@dataclass(frozen=True)
class Set:
    """One time that a setting was set."""

    name: str
    value: Any
    valid_from: datetime | None
    by: str | None
    at: datetime


@dataclass(frozen=True)
class Effect:
    """One figure as it is and as it would be; None where a setting that it needs is not set."""

    name: str
    before: Figure | None
    after: Figure | None

    @property
    def moves(self) -> bool:
        """Whether it would be another."""
        return _said(self.before) != _said(self.after)


@answer
def settings_in_force(space: Workspace) -> Mapping[str, Any]:
    """Every setting and rule that holds now."""
    return space.settings()


@answer
def settings_history(space: Workspace) -> Sequence[Set]:
    """Each time that one was set, the newest first."""
    return [
        Set(row["name"], row["value"], row["valid_from"], row["by"], row["recorded_at"])
        for row in space.settings_history()
    ]


@answer
def wanted_of(space: Workspace, told: Wanted) -> Wanted:
    """Those of the settings told that would change something, as they would be kept.

    Raises UsageError for what cannot be, with the nearest event where one never occurred.
    """
    now = space.settings()
    read = {name: (value, read_setting(name, value)) for name, value in values_of(told).items()}
    changed = {name: value for name, (value, kept) in read.items() if kept != now.get(name)}
    return tuple((name, json.dumps(value)) for name, value in space.read_settings(changed).items())


@answer
def effect_of(space: Workspace, at: Standpoint, wanted: Wanted) -> Sequence[Effect]:
    """The headline figures of the standpoint as they are, and by the settings wanted."""
    asked = {"grain": at.grain, "first": at.period, "last": at.period, "segment": at.segment}
    now, tried = space.settings(), values_of(wanted)
    before = _by_name(space.kpis(_countable(now), **asked))  # type: ignore[arg-type]
    after = _by_name(space.kpis(_countable(now | tried), tried=tried, **asked))  # type: ignore[arg-type]
    return [
        Effect(name, before.get(name), after.get(name)) for name in HEADLINES if {name} & {*before, *after}
    ]


def is_rule(name: str) -> bool:
    """Whether a setting is a rule of the rulebook."""
    return name.startswith(RULE)


def choices_of(name: str) -> tuple[str, ...]:
    """What a setting may be, where it is one of a few."""
    if is_rule(name):
        return get_args(get_type_hints(Rulebook).get(name.removeprefix(RULE)))
    return tuple(SETTINGS[name].choices)


def text_of(name: str, value: Any) -> str:
    """A setting as a person writes it; lists by commas, or by semicolons where those are read."""
    if not is_rule(name) and (named := {told: word for word, told in SETTINGS[name].choices.items()}):
        return named[value]
    if not isinstance(value, list):
        return "" if value is None else str(value)
    commas, semicolons = (joint.join(map(str, value)) for joint in (", ", "; "))
    try:
        return commas if read_setting(name, commas) == value else semicolons
    except UsageError:
        return semicolons


def do_set(wanted: Wanted, by: str) -> None:
    """Keep settings from now on; what they were before stays known."""
    do_record(lambda space: space.set_all(values_of(wanted), by=by))


def values_of(wanted: Wanted) -> dict[str, Any]:
    """The settings wanted by name; raises UsageError where one is not JSON."""
    try:
        return {name: json.loads(text) for name, text in wanted}
    except json.JSONDecodeError as problem:
        raise UsageError(
            Sentence("A setting cannot be read: {problem}.", problem=problem),
            hint=Sentence("Fill in the form again."),
        ) from None


def _countable(settings: Mapping[str, Any]) -> list[str]:
    return [name for name in HEADLINES if all(settings.get(need) for need in CATALOG[name].needs)]


def _by_name(figures: Sequence[Figure]) -> dict[str, Figure]:
    return {figure.name: figure for figure in figures if not figure.of}


def _said(figure: Figure | None) -> object:
    return (figure.value, figure.reason) if figure else None
