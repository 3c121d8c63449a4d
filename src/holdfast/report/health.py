"""Health scores for a terminal and as rows: everyone's, one account's with its records, what moved it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

from rich.console import Group, RenderableType
from rich.text import Text

from holdfast.metrics.health.weights import COMPONENTS
from holdfast.report.layout import Column, fitted, table
from holdfast.words import say, say_many
from holdfast.words.amounts import bare, date, number, percent

if TYPE_CHECKING:
    from holdfast.flow.judging.health import Movement
    from holdfast.flow.judging.scoring import Health
    from holdfast.insights.health.moved import Ground
    from holdfast.metrics.health.score import Part
    from holdfast.metrics.health.weights import Profile
    from holdfast.report.look import Look

COLUMNS = (
    "account_id", "name", "at", "score", "band", "counted", "coverage", "reason", *COMPONENTS, "mrr",
    "profile", "version", "override_reason", "override_until",
)  # fmt: skip
PARTS = ("account_id", "at", "part", "component", "value", "weight", "points")
MOVED = ("account_id", "part", "kind", "record", "record_at", "before", "after", "change")
PROFILES = ("place", "profile", "rule", *COMPONENTS, "version")
Line: TypeAlias = tuple[str, str, str, str]
STYLES = {"green": "green", "amber": "yellow", "red": "red"}


def healths_as_rows(found: Sequence[Health]) -> list[dict[str, Any]]:
    """One row per account with the columns of `COLUMNS`."""
    return [
        {
            "account_id": each.account_id,
            "name": each.name,
            "at": each.at,
            "score": _float(each.value),
            "band": each.band,
            "counted": _float(each.counted.value),
            "coverage": float(each.counted.coverage),
            "reason": each.counted.reason,
            **{name: _float(each.counted.component(name)) for name in COMPONENTS},
            "mrr": each.mrr,
            "profile": each.counted.profile.name,
            "version": each.counted.profile.version,
            "override_reason": each.override.reason if each.override else None,
            "override_until": each.override.expires_at if each.override else None,
        }
        for each in found
    ]


def parts_as_rows(health: Health) -> list[dict[str, Any]]:
    """One row per part of a score with the columns of `PARTS`."""
    return [
        {
            "account_id": health.account_id,
            "at": health.at,
            "part": part.name,
            "component": part.component,
            **{name: float(getattr(part, name)) for name in ("value", "weight", "points")},
        }
        for part in health.counted.parts
    ]


def moved_as_rows(found: Movement) -> list[dict[str, Any]]:
    """One row per record that moved a score, with the columns of `MOVED`."""
    return [
        {
            "account_id": found.after.account_id,
            "part": row.part,
            "kind": row.kind,
            "record": row.record,
            "record_at": row.at,
            **{name: float(getattr(row, name)) for name in ("before", "after", "change")},
        }
        for row in found.rows
    ]


def profiles_as_rows(profiles: Sequence[Profile]) -> list[dict[str, Any]]:
    """One row per profile in the order in which they are tried, with the columns of `PROFILES`."""
    return [
        {"place": place, "profile": each.name, "rule": each.rule, "version": each.version}
        | {name: float(each.weights[name]) for name in COMPONENTS}
        for place, each in enumerate(profiles, start=1)
    ]


def healths_shown(found: Sequence[Health], look: Look, most: int) -> RenderableType:
    """How many are in each band, then the accounts, the least healthy first; all where `most` is 0."""
    language = look.language
    if not found:
        return Text(look.shown(say("health.nobody", language)), style="dim")
    many = Counter(each.band or "unknown" for each in found)
    bands = say("list.comma", language).join(
        f"{number(many[band], language)} {say(f'health.band.{band}', language)}"
        for band in ("green", "amber", "red", "unknown")
        if many[band]
    )
    head = say("health.heading", language, day=date(found[0].at.date(), language), bands=bands)
    shown = list(found[: most or None])
    cells = {
        "account": [Text(look.shown(each.account_id)) for each in shown],
        "name": [Text(look.shown(each.name or "")) for each in shown],
        "score": [_score(each, look) for each in shown],
        "band": [_coloured(each, look) for each in shown],
        "mrr": [Text("" if each.mrr is None else number(each.mrr, language, decimals=2)) for each in shown],
    }
    for name in COMPONENTS:
        cells[name] = [Text(_points(each.counted.component(name), look)) for each in shown]
    parts = [Text(look.shown(head), style="bold"), Text(""), _table(cells, look)]
    if more := len(found) - len(shown):
        parts.append(
            Text(say_many("explain.more", more, language, count=bare(more, "", language)), style="dim")
        )
    return Group(*parts, *_overridden(shown, look))


def health_shown(health: Health, grounds: Sequence[Ground], look: Look) -> RenderableType:
    """One account's score, its parts with their points, and the records behind each."""
    language, counted = look.language, health.counted
    lines = [
        Text(look.shown(_heading(health, look)), style="bold"),
        Text(look.shown(_profile(health, look)), style="dim"),
        *_overridden([health], look),
        Text(""),
    ]
    rows: list[Line] = []
    breaks = []
    for part in counted.parts:
        rows += [_part(part, look), *_records(part, grounds, look)]
        breaks.append(len(rows) - 1)
    rows.append((say("health.sum", language), "", "", _points(counted.value, look)))
    names = ("part", "value", "weight", "points")
    cells = {name: [Text(look.shown(row[place])) for row in rows] for place, name in enumerate(names)}
    return Group(*lines, _table(cells, look, breaks))


def moved_shown(found: Movement, look: Look) -> RenderableType:
    """The score at both instants, and the records between them, which sum to the change."""
    language = look.language
    days = [date(each.at.date(), language) for each in (found.before, found.after)]
    head = say(
        "health.moved",
        language,
        account=found.after.account_id,
        before=_points(found.before.counted.value, look),
        first=days[0],
        after=_points(found.after.counted.value, look),
        last=days[1],
    )
    rows = [row for row in found.rows if row.change]
    cells = {
        "part": [Text(look.shown(say(f"health.part.{row.part}", language))) for row in rows],
        "record": [Text(look.shown(record_text(row.kind, row.record, look))) for row in rows],
        "day": [Text(date(row.at.date(), language) if row.at else "") for row in rows],
        "before": [Text(_points(row.before, look)) for row in rows],
        "after": [Text(_points(row.after, look)) for row in rows],
        "change": [Text(_signed(row.change, look)) for row in rows],
    }
    total = [Text(look.shown(say("health.sum", language))), Text(""), Text("")]
    total += [Text(_points(each.counted.value, look)) for each in (found.before, found.after)]
    total.append(Text(_signed(found.change, look)))
    for cell, column in zip(total, cells.values(), strict=True):
        column.append(cell)
    return Group(Text(look.shown(head), style="bold"), Text(""), _table(cells, look, [len(rows) - 1]))


def profiles_shown(profiles: Sequence[Profile], look: Look) -> RenderableType:
    """The profiles in the order in which they are tried, with their weights."""
    language = look.language
    cells = {
        "profile": [Text(each.name) for each in profiles],
        "rule": [
            Text(look.shown(each.rule or say(f"health.for.{each.name}", language))) for each in profiles
        ],
    } | {
        name: [Text(bare(float(each.weights[name]), "", language)) for each in profiles]
        for name in COMPONENTS
    }
    return Group(Text(look.shown(say("health.tried", language)), style="bold"), Text(""), _table(cells, look))


def _table(cells: dict[str, list[Text]], look: Look, breaks: Sequence[int] = ()) -> RenderableType:
    words = {"account", "name", "band", "part", "record", "day", "profile", "rule"}
    ranks = {"name": 2, "mrr": 1} | {name: place for place, name in enumerate(COMPONENTS, start=3)}
    columns = [
        Column(
            name,
            say(f"health.component.{name}" if name in COMPONENTS else f"health.column.{name}", look.language),
            each,
            rank=ranks.get(name, 0),
            right=name not in words,
            least=20 if name in {"part", "record", "rule"} else None,
        )
        for name, each in cells.items()
    ]
    return table(fitted(columns, look.width), look, breaks)


def _heading(health: Health, look: Look) -> str:
    name = f"{health.account_id} {health.name or ''}".strip()
    day = date(health.at.date(), look.language)
    return say(
        "health.of_account",
        look.language,
        account=name,
        day=day,
        score=_points(health.value, look),
        band=_band(health, look),
    )


def _overridden(found: Sequence[Health], look: Look) -> list[Text]:
    return [
        Text(
            look.shown(
                say(
                    "health.overridden",
                    look.language,
                    account=each.account_id,
                    score=_points(Fraction(each.override.score), look),
                    counted=_points(each.counted.value, look),
                    day=date(each.override.expires_at.date(), look.language),
                    reason=each.override.reason,
                )
            ),
            style="dim",
        )
        for each in found
        if each.override
    ]


def _profile(health: Health, look: Look) -> str:
    known = percent(float(health.counted.coverage), look.language)
    return say("health.profile", look.language, profile=health.counted.profile.name, coverage=known)


def _part(part: Part, look: Look) -> Line:
    language = look.language
    name, component = (
        say(f"health.part.{part.name}", language),
        say(f"health.component.{part.component}", language),
    )
    named = say("health.part_of", language, part=name, component=component)
    weight = percent(float(part.weight), language)
    return named, _points(part.value, look), weight, _points(part.points, look)


def _records(part: Part, grounds: Sequence[Ground], look: Look) -> list[Line]:
    those = [each for each in grounds if each.part == part.name and each.kind != "base"]
    return [
        (f"  {record_text(each.kind, each.record, look)}", _signed(each.value, look), "", "")
        for each in those
    ]


def _coloured(each: Health, look: Look) -> Text:
    return Text(look.shown(_band(each, look)), style=STYLES.get(each.band or "", "dim"))


def record_text(kind: str, record: str, look: Look) -> str:
    """A record as a person reads it: what it is, and its id."""
    said = say(f"health.kind.{kind}", look.language)
    return f"{said} {record}".strip()


def _score(each: Health, look: Look) -> Text:
    return Text(_points(each.value, look) + (look.mark if each.override else ""))


def _band(each: Health, look: Look) -> str:
    return say(f"health.band.{each.band or 'unknown'}", look.language)


def _points(value: Fraction | None, look: Look) -> str:
    return look.dash if value is None else number(float(value), look.language, decimals=1)


def _signed(value: Fraction, look: Look) -> str:
    text = number(abs(float(value)), look.language, decimals=1)
    return f"+{text}" if value > 0 else f"-{text}" if value < 0 else text


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
