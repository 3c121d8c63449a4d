"""How likely new accounts are to come back again, criterion met or not, for a terminal and as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from holdfast.insights.behaviours.returning import bounds, share
from holdfast.report.behaviours import gap_text, side_text
from holdfast.report.layout import Column, fitted, table
from holdfast.words import say
from holdfast.words.amounts import number, percent, period_name

if TYPE_CHECKING:
    from holdfast.flow.judging.returns import Returns
    from holdfast.insights.links import Side
    from holdfast.report.look import Look

COLUMNS = (
    "times", "met", "met_returned", "met_share", "met_low", "met_high", "not_met", "not_met_returned",
    "not_met_share", "not_met_low", "not_met_high", "difference", "low", "high", "reason", "pending",
    "undeclared", "days", "from", "to", "until",
)  # fmt: skip
ACCOUNTS = ("account_id", "met", "days_back", "since", "until")
SHOWN = ("times", "met", "met_bounds", "not_met", "not_met_bounds", "difference")
NOBODY = "empty_denominator"
"""Why a share or a difference is undefined (R16): on a side there is nobody."""


def returns_as_rows(found: Returns) -> list[dict[str, Any]]:
    """One row for at least 1, 2, 3 and 4 days with the columns of `COLUMNS`."""
    context = {
        "pending": found.pending,
        "undeclared": found.undeclared,
        "days": found.days,
        "from": found.months[0].label,
        "to": found.months[-1].label,
        "until": found.until,
    }
    rows = []
    for each in found.found:
        gap = each.gap
        rows.append(
            {
                "times": each.times,
                **_side("met", each.met),
                **_side("not_met", each.others),
                "difference": gap.value if gap else None,
                "low": gap.low if gap else None,
                "high": gap.high if gap else None,
                "reason": None if gap else NOBODY,
                **context,
            }
        )
    return rows


def accounts_as_rows(found: Returns) -> list[dict[str, Any]]:
    """One row per account that counts with the columns of `ACCOUNTS`."""
    return [each._asdict() for each in found.accounts]


def returns_shown(found: Returns, look: Look) -> RenderableType:
    """The chances of both sides with their difference, and what is to be known beside them."""
    language = look.language
    cells = cells_of(found, look)
    columns = [
        Column(
            name,
            say(f"returns.column.{name}", language),
            [Text(look.shown(cell)) for cell in cells[name]],
            rank={"met_bounds": 1, "not_met_bounds": 1}.get(name, 0),
            right=True,
        )
        for name in SHOWN
    ]
    rule = say("returns.criterion", language, criterion=criteria(found))
    lines = [rule, *notes(found, language)]
    return Group(
        Text(look.shown(heading(found, language)), style="bold"),
        Text(""),
        table(fitted(columns, look.width), look),
        *(Text(look.shown(note), style="dim") for note in lines),
    )


def heading(found: Returns, language: str) -> str:
    """Who signed up when, and how long after the time for activation they are looked at."""
    first, last = (period_name("month", found.months[place].label, language) for place in (0, -1))
    return say("returns.heading", language, first=first, last=last, days=number(found.days, language))


def cells_of(found: Returns, look: Look) -> dict[str, list[str]]:
    """The table as it is read: a list for each of `SHOWN`, a dash where there is nobody."""
    language, rows = look.language, found.found
    return {
        "times": [say("returns.at_least", language, count=number(each.times, language)) for each in rows],
        "met": [_share(each.met, look) for each in rows],
        "met_bounds": [_bounds(each.met, look) for each in rows],
        "not_met": [_share(each.others, look) for each in rows],
        "not_met_bounds": [_bounds(each.others, look) for each in rows],
        "difference": [gap_text(each.gap, language) if each.gap else look.dash for each in rows],
    }


def criteria(found: Returns) -> str:
    """Every criterion that was in force, as it is declared."""
    return "; ".join(found.criteria)


def notes(found: Returns, language: str) -> list[str]:
    """From when on it is counted, that it is observed, and who is counted nowhere."""
    lines = [
        say("returns.landmark", language),
        say("behaviours.observed", language),
    ]
    if any(each.gap is None for each in found.found):
        lines.append(say("returns.nobody", language))
    if found.pending:
        told = {"count": number(found.pending, language), "days": number(found.days, language)}
        lines.append(say("returns.pending", language, **told))
    if found.undeclared:
        lines.append(say("returns.undeclared", language, count=number(found.undeclared, language)))
    return lines


def _side(name: str, side: Side) -> dict[str, Any]:
    low, high = bounds(side) or (None, None)
    return {
        name: side.accounts,
        f"{name}_returned": side.stayed,
        f"{name}_share": share(side),
        f"{name}_low": low,
        f"{name}_high": high,
    }


def _share(side: Side, look: Look) -> str:
    return side_text(side, look.language) if side.accounts else look.dash


def _bounds(side: Side, look: Look) -> str:
    found = bounds(side)
    if found is None:
        return look.dash
    low, high = (percent(bound, look.language) for bound in found)
    return say("board.bounds", look.language, low=low, high=high)
