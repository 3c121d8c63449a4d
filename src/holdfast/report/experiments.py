"""Experiments for a terminal and as rows: the plan before, the reading at any time, the list."""

from __future__ import annotations

from collections.abc import Sequence
from math import isinf
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from holdfast.report.layout import Column, fitted, table
from holdfast.words import say
from holdfast.words.amounts import date, number, percent, signed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.flow.judging.experiments import Plan, Reading
    from holdfast.report.look import Look

PLAN = ("accounts", "control", "days", "starts", "verdict_at", "stayed", "detectable")
COLUMNS = (
    "experiment_id", "name", "rule", "share", "salt", "started_at", "ends_at", "at", "treated",
    "treated_stayed", "control", "control_stayed", "difference", "low", "high", "hazard_ratio", "hazard_low",
    "hazard_high", "verdict", "over",
)  # fmt: skip


def plan_as_row(plan: Plan) -> dict[str, Any]:
    """What an experiment could see, with the columns of `PLAN`."""
    return {name: getattr(plan, name) for name in PLAN}


def readings_as_rows(readings: Sequence[Reading]) -> list[dict[str, Any]]:
    """One row per experiment with the columns of `COLUMNS`."""
    return [
        {name: getattr(each.experiment, name) for name in COLUMNS[:7]}
        | {
            "at": each.at,
            "treated": each.treated.accounts,
            "treated_stayed": each.treated.stayed,
            "control": each.control.accounts,
            "control_stayed": each.control.stayed,
            "difference": each.effect.value if each.effect else None,
            "low": each.effect.low if each.effect else None,
            "high": each.effect.high if each.effect else None,
            "hazard_ratio": each.always.ratio,
            "hazard_low": each.always.low,
            "hazard_high": None if isinf(each.always.high) else each.always.high,
            "verdict": each.verdict,
            "over": each.is_over,
        }
        for each in readings
    ]


def plan_shown(plan: Plan, look: Look) -> RenderableType:
    """What could be seen, in sentences."""
    return Group(*(Text(look.shown(line)) for line in _plan(plan, look)))


def reading_shown(reading: Reading, look: Look) -> RenderableType:
    """One experiment: its verdict, its arms, its intervals and how it was said before."""
    language, made = look.language, reading.experiment
    verdict = say(f"experiment.verdict.{reading.verdict}", language)
    head = say("experiment.head", language, name=made.name, verdict=verdict)
    lines = [Text(look.shown(line)) for line in _reading(reading, look)]
    return Group(Text(look.shown(head), style="bold"), *lines)


def readings_shown(readings: Sequence[Reading], look: Look) -> RenderableType:
    """Every experiment with its verdict."""
    language = look.language
    if not readings:
        return Text(look.shown(say("experiment.none", language)), style="dim")
    cells = {
        "name": [each.experiment.name for each in readings],
        "ends": [date(each.experiment.ends_at.date(), language) for each in readings],
        "treated": [share_text(each.treated.stayed, each.treated.accounts, look) for each in readings],
        "control": [share_text(each.control.stayed, each.control.accounts, look) for each in readings],
        "verdict": [say(f"experiment.verdict.{each.verdict}", language) for each in readings],
    }
    columns = [
        Column(
            name,
            say(f"experiment.column.{name}", language),
            [Text(look.shown(cell)) for cell in each],
            rank=1 if name == "ends" else 0,
            least=20 if name == "name" else None,
        )
        for name, each in cells.items()
    ]
    return table(fitted(columns, look.width), look)


def _plan(plan: Plan, look: Look) -> Iterator[str]:
    language = look.language
    yield say(
        "experiment.plan",
        language,
        accounts=number(plan.accounts, language),
        control=number(plan.control, language),
        days=number(plan.days, language),
        day=date(plan.verdict_at.date(), language),
    )
    if plan.stayed is None or plan.detectable is None:
        yield say("experiment.no_past", language)
    else:
        stayed, least = percent(plan.stayed, language), signed(plan.detectable, "share", language)
        yield say("experiment.detectable", language, stayed=stayed, least=least)


def _reading(reading: Reading, look: Look) -> Iterator[str]:
    language, made = look.language, reading.experiment
    yield say(
        "experiment.arms",
        language,
        treated=share_text(reading.treated.stayed, reading.treated.accounts, look),
        control=share_text(reading.control.stayed, reading.control.accounts, look),
        day=date(reading.at.date(), language),
    )
    if reading.effect is not None:
        effect = reading.effect
        gap, low, high = (signed(each, "share", language) for each in (effect.value, effect.low, effect.high))
        yield say("experiment.effect", language, gap=gap, low=low, high=high)
    elif reading.always.ratio is None:
        yield say("experiment.nobody_left", language)
    else:
        bounds = (reading.always.ratio, reading.always.low, reading.always.high)
        ratio, low, high = (number(each, language, decimals=2) for each in bounds)
        ends = date(made.ends_at.date(), language)
        yield say("experiment.hazard", language, ratio=ratio, low=low, high=high, day=ends)
    begun, who = date(made.started_at.date(), language), made.rule or say("experiment.all", language)
    yield say(
        "experiment.said", language, day=begun, share=percent(made.share, language), salt=made.salt, who=who
    )


def share_text(stayed: int, accounts: int, look: Look) -> str:
    """How many of an arm stayed: `96.2% (145 of 153)`."""
    language = look.language
    share = percent(stayed / accounts, language) if accounts else look.dash
    many = number(accounts, language)
    return say("experiment.share", language, share=share, stayed=number(stayed, language), accounts=many)
