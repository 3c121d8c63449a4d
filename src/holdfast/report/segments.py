"""Segments for a terminal: which there are, who is in one, and how its members came and went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from holdfast.report.layout import Column, fitted, table
from holdfast.report.rows import as_field
from holdfast.words import say, say_many
from holdfast.words.amounts import bare, period_name

if TYPE_CHECKING:
    import pyarrow as pa

    from holdfast.report.look import Look

LISTED = ("segment", "rule", "accounts", "by")
TURNED = ("period", "opening", "entered", "left", "closing")
LEAST_RULE = 24


def segments_listed(rows: Sequence[Mapping[str, Any]], look: Look) -> RenderableType:
    """Every segment with its rule and how many accounts are in it."""
    if not rows:
        return Text(say("segments.none", look.language), style="dim")
    columns = [
        Column(
            name,
            say(f"segments.column.{name}", look.language),
            [Text(_field(row.get(name), look)) for row in rows],
            rank=1 if name == "by" else 0,
            right=name == "accounts",
            least=LEAST_RULE if name == "rule" else None,
        )
        for name in LISTED
    ]
    return table(fitted(columns, look.width), look)


def members_shown(
    rows: pa.Table, look: Look, *, segment: str, rule: str, instant: str, most: int
) -> RenderableType:
    """The members of a segment, each with the facts that its rule read; all of them where `most` is 0."""
    if not rows.num_rows:
        return Text(say("segments.nobody", look.language, segment=segment), style="dim")
    count = bare(rows.num_rows, "", look.language)
    head = say("segments.members", look.language, count=count, segment=segment, instant=instant)
    shown = rows if most == 0 else rows.slice(0, most)
    columns = [
        Column(name, name, [Text(as_field(value)) for value in shown.column(name).to_pylist()], place)
        for place, name in enumerate(shown.column_names)
    ]
    parts: list[RenderableType] = [Text(head, style="bold")]
    parts += [Text(rule, style="dim")] if rule != segment else []
    parts += [Text(""), table(fitted(columns, look.width), look)]
    if more := rows.num_rows - shown.num_rows:
        said = say_many("explain.more", more, look.language, count=bare(more, "", look.language))
        parts.append(Text(said, style="dim"))
    return Group(*parts)


def turnover_shown(rows: Sequence[Mapping[str, Any]], look: Look, *, segment: str) -> RenderableType:
    """A row per period: members at its opening, who entered and left, members at its closing."""
    columns = [
        Column(
            name,
            say(f"segments.column.{name}", look.language),
            [
                Text(
                    period_name(row["grain"], row["period"], look.language)
                    if name == "period"
                    else bare(row[name], "", look.language)
                )
                for row in rows
            ],
            right=name != "period",
        )
        for name in TURNED
    ]
    head = Text(say("segments.turnover", look.language, segment=segment), style="bold")
    return Group(head, Text(""), table(columns, look))


def _field(value: object, look: Look) -> str:
    return bare(value, "", look.language) if isinstance(value, int) else as_field(value)
