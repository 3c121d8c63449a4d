"""How long accounts stay by segment, for a terminal and as rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Group as Lines
from rich.console import RenderableType
from rich.text import Text

from holdfast.report.layout import Column, fitted, table
from holdfast.words import say
from holdfast.words.amounts import amount, bare, number, percent, period_name

if TYPE_CHECKING:
    from holdfast.flow.judging.staying import Group, Staying
    from holdfast.metrics.log_rank import LogRank
    from holdfast.report.look import Look

MONTHS = 12
SURE = 0.05
"""The chance under which a difference counts as more than chance, as with an interval of 95 %."""

COLUMNS = (
    "period",
    "segment",
    "accounts",
    "left",
    "expected",
    "after_12_months",
    "low",
    "high",
    "median",
    "median_low",
    "median_high",
    "statistic",
    "freedom",
    "chance",
)
RANKS = {"interval": 1, "expected": 2}


def staying_as_rows(staying: Staying) -> list[dict[str, Any]]:
    """One row per segment with the columns of `COLUMNS`; the test is the same in each."""
    test = staying.test
    told = {name: getattr(test, name) if test else None for name in ("statistic", "freedom", "chance")}
    return [
        {"period": staying.period.label, "segment": dict(zip(staying.by, each.segment, strict=True))}
        | _read(each)
        | told
        for each in staying.groups
    ]


def staying_shown(staying: Staying, look: Look) -> RenderableType:
    """A line per segment, then whether their curves differ by more than chance."""
    language = look.language
    period = period_name(staying.period.grain, staying.period.label, language)
    head = say("staying.heading", language, period=period)
    rows = [_read(each) for each in staying.groups]
    shown = {
        "segment": [_named(each, staying.by, look) for each in staying.groups],
        "accounts": [number(row["accounts"], language) for row in rows],
        "left": [number(row["left"], language) for row in rows],
        "expected": [_known(row["expected"], look) for row in rows],
        "after": [
            look.dash if row["after_12_months"] is None else percent(row["after_12_months"], language)
            for row in rows
        ],
        "interval": [_interval(row, look) for row in rows],
        "median": [
            look.dash if row["median"] is None else amount(row["median"], "months", language) for row in rows
        ],
    }
    columns = [
        Column(
            name,
            say(f"staying.column.{name}", language, months=number(MONTHS, language)),
            [Text(look.shown(cell)) for cell in cells],
            rank=RANKS.get(name, 0),
            right=name != "segment",
        )
        for name, cells in shown.items()
    ]
    verdict = Text(look.shown(_verdict(staying.test, look)))
    return Lines(
        Text(look.shown(head), style="bold"), Text(""), table(fitted(columns, look.width), look), verdict
    )


def _read(group: Group) -> dict[str, Any]:
    curve = group.curve
    seen = curve.at_risk(MONTHS) > 0 or curve.at(MONTHS) == 0
    low, high = (curve.bounds(MONTHS) if seen else None) or (None, None)
    middle = curve.median_bounds()
    return {
        "accounts": len(curve.lasted),
        "left": curve.ended,
        "expected": group.expected,
        "after_12_months": curve.at(MONTHS) if seen else None,
        "low": low,
        "high": high,
        "median": curve.median(),
        "median_low": middle[0],
        "median_high": middle[1],
    }


def _named(group: Group, by: Sequence[str], look: Look) -> str:
    unknown = say("board.unknown_segment", look.language)
    return say("list.comma", look.language).join(
        f"{name} {unknown if value is None else value}" for name, value in zip(by, group.segment, strict=True)
    )


def _known(value: float | None, look: Look) -> str:
    return look.dash if value is None else number(value, look.language, decimals=1)


def _interval(row: dict[str, Any], look: Look) -> str:
    if row["low"] is None:
        return ""
    low, high = (bare(row[name], "share", look.language) for name in ("low", "high"))
    return say("board.bounds", look.language, low=low, high=high)


def _verdict(test: LogRank | None, look: Look) -> str:
    if test is None:
        return say("staying.untold", look.language)
    least = percent(0.001, look.language)
    chance = (
        say("staying.under", look.language, least=least)
        if test.chance < 0.001
        else percent(test.chance, look.language)
    )
    return say(
        "staying.differ" if test.chance < SURE else "staying.alike",
        look.language,
        statistic=number(test.statistic, look.language, decimals=1),
        freedom=number(test.freedom, look.language),
        chance=chance,
    )
