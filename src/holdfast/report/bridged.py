"""A bridge for a terminal: both figures, what each reason moved, and the accounts, largest part first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from holdfast.report.layout import Column, fitted, table
from holdfast.report.phrases import reason_text, rule_text, segment_text, title_text, value_text, within_text
from holdfast.report.rows import exact
from holdfast.words import knows, say, say_many
from holdfast.words.amounts import period_name, signed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from holdfast.metrics.bridge import Bridge, Moved
    from holdfast.metrics.figure import Figure
    from holdfast.report.look import Look

COLUMNS = (
    "account_id",
    "because",
    "part",
    "before",
    "after",
    "numerator_before",
    "numerator_after",
    "denominator_before",
    "denominator_after",
)


def bridged(bridge: Bridge, look: Look, *, title: str, most: int) -> RenderableType:
    """The bridge for a terminal; `most` accounts are shown, all where it is 0."""
    shown = bridge.rows if most == 0 else bridge.rows[:most]
    more = len(bridge.rows) - len(shown)
    parts: list[RenderableType] = [
        Text(title_text(bridge.before.name, look, title), style="bold"),
        *_within(bridge, look),
        *_both(bridge, look),
        Text(""),
    ]
    if not bridge.rows:
        return Group(*parts, Text(say("compare.none", look.language), style="dim"))
    parts += [_by_reason(bridge, look), Text(""), _accounts(shown, bridge, look)]
    if more:
        parts.append(Text(say_many("explain.more", more, look.language, count=f"{more:,}"), style="dim"))
    return Group(*parts, Text(""), *_sum(bridge, look))


def bridged_each(bridges: Sequence[Bridge], look: Look, *, title: str) -> RenderableType:
    """A line for each value of a dimension: both figures, what lies between, over how many accounts."""
    first = bridges[0]
    head = [Text(title_text(first.before.name, look, title), style="bold"), *_within(first, look)]
    columns = [
        _column("segment", [segment_text(each.after, look) for each in bridges], look),
        _column("was", [_said(each.before, look) for each in bridges], look, right=True),
        _column("is", [_said(each.after, look) for each in bridges], look, right=True),
        _column("part", [_part(each.difference, each.after, look) for each in bridges], look, right=True),
        _column("accounts", [f"{len(each.rows):,}" for each in bridges], look, right=True),
    ]
    return Group(*head, *_names(first, look), Text(""), table(columns, look))


def each_as_rows(bridges: Sequence[Bridge]) -> list[dict[str, Any]]:
    """Every account of every value, with the `segment` that it is in."""
    return [{"segment": each.after.segment, **row} for each in bridges for row in as_rows(each)]


def as_rows(bridge: Bridge) -> list[dict[str, Any]]:
    """Every account with the columns of `COLUMNS`."""
    return [{name: asdict(row)[name] for name in COLUMNS} for row in bridge.rows]


def _within(bridge: Bridge, look: Look) -> list[Text]:
    kept = within_text(bridge.after, look)
    return [Text(kept)] if kept else []


def _both(bridge: Bridge, look: Look) -> list[Text]:
    return [
        Text(say(f"compare.{key}", look.language, **_named(figure, look), value=_said(figure, look)))
        for key, figure in (("before", bridge.before), ("after", bridge.after))
    ]


def _names(bridge: Bridge, look: Look) -> list[Text]:
    """What the columns of a table of values are of."""
    return [
        Text(say("compare.named", look.language, column=_header(key, look), **_named(figure, look)))
        for key, figure in (("was", bridge.before), ("is", bridge.after))
    ]


def _named(figure: Figure, look: Look) -> dict[str, str]:
    period = period_name(figure.grain, figure.period_label, look.language)
    return {"name": title_text(figure.name, look), "period": period}


def _said(figure: Figure, look: Look) -> str:
    said = value_text(figure, look).strip()
    return said if figure.value is not None else f"{said} ({reason_text(figure, look)})"


def _sum(bridge: Bridge, look: Look) -> list[Text]:
    if bridge.difference is None:
        key = f"reason.{(bridge.reason or '').partition(':')[0]}"
        why = say(key, look.language) if knows(key) else str(bridge.reason)
        return [Text(say("compare.undefined", look.language, reason=why))]
    told = signed(bridge.difference, bridge.after.unit, look.language)
    return [Text(say("compare.sum", look.language, difference=told, exact=exact(bridge.difference)))]


def _by_reason(bridge: Bridge, look: Look) -> RenderableType:
    moved: defaultdict[str, list[Moved]] = defaultdict(list)
    for row in bridge.rows:
        moved[kind_of(row.because)].append(row)
    order = sorted(moved, key=lambda kind: (-abs(_total(moved[kind])), kind))
    columns = [
        _column("because", [because_text(kind, look) for kind in order], look),
        _column("accounts", [f"{len(moved[kind]):,}" for kind in order], look, right=True),
        _column("part", [_part(_total(moved[kind]), bridge.after, look) for kind in order], look, right=True),
    ]
    return table(columns, look)


def _accounts(rows: Sequence[Moved], bridge: Bridge, look: Look) -> RenderableType:
    divided = bridge.before.denominator is not None
    columns = [
        _column("account_id", [row.account_id for row in rows], look),
        _column("because", [because_text(row.because, look) for row in rows], look),
        _column("part", [_part(row.part, bridge.after, look) for row in rows], look, right=True),
        _column("numerator_before", [exact(row.numerator_before) for row in rows], look, right=True),
        _column("numerator_after", [exact(row.numerator_after) for row in rows], look, right=True),
    ]
    if divided:
        columns += [
            _column("denominator_before", [exact(row.denominator_before) for row in rows], look, rank=2),
            _column("denominator_after", [exact(row.denominator_after) for row in rows], look, rank=2),
        ]
    return table(fitted(columns, look.width), look)


def kind_of(because: str) -> str:
    """What reasons have in common: the table of a corrected record, not its id."""
    table = because.partition(" ")[0]
    return table if "_" in table else because


def because_text(because: str, look: Look) -> str:
    """Why an account moved, in words: what came in or went out by which rule, a variant, a record."""
    kind, _, rule = because.partition(": ")
    key = f"because.{kind.replace(' ', '_').replace(',', '')}"
    if not knows(key):
        return title_text(because, look)
    told = say(key, look.language)
    return f"{told}: {rule_text(rule, look)}" if rule else told


def _total(rows: Sequence[Moved]) -> Decimal:
    return sum((row.part or Decimal(0) for row in rows), Decimal(0))


def _part(part: Decimal | None, figure: Figure, look: Look) -> str:
    return look.dash if part is None else signed(part, figure.unit, look.language)


def _column(name: str, cells: Sequence[str], look: Look, *, right: bool = False, rank: int = 0) -> Column:
    return Column(
        name, _header(name, look), [Text(look.shown(cell)) for cell in cells], rank, right=right or rank > 0
    )


def _header(name: str, look: Look) -> str:
    return say(f"compare.column.{name}", look.language)
