"""Targets as a list, and one of them in full: what was said of it, what to expect, how sure that is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from holdfast.insights.targets import progress
from holdfast.report.forecasts import expected_text, forecast_parts, forecast_row
from holdfast.report.layout import Column, fitted, table
from holdfast.report.phrases import interval_text, title_text, with_commas
from holdfast.report.rows import figures_as_rows
from holdfast.words import say
from holdfast.words.amounts import amount, percent, period_name

if TYPE_CHECKING:
    from holdfast.insights.targets import Standing, Target
    from holdfast.metrics import Figure, Metric
    from holdfast.report.look import Look

SHORT_ID, LEAST_NAME = 8, 18
TOLD = (
    "target_id",
    "metric",
    "segment",
    "grain",
    "period_label",
    "due_at",
    "value",
    "unit",
    "direction",
    "owner",
    "from_label",
    "from_value",
    "reason",
    "by",
    "recorded_at",
)
COLUMNS = (
    *TOLD[:10],
    "state",
    "progress",
    "current",
    "current_label",
    "current_low",
    "current_high",
    "from_label",
    "from_value",
    "as_of",
    "problem",
    "expected",
    "expected_low",
    "expected_high",
    "method",
    "error",
    "inside",
    "held_out",
    "naive_error",
    "seasonal_naive_error",
    "reason",
    "by",
    "recorded_at",
)


def standings_as_rows(standings: Sequence[Standing]) -> list[dict[str, Any]]:
    """One row per target with the columns of `COLUMNS`."""
    return [dict.fromkeys(COLUMNS) | _row(each) for each in standings]


def versions_as_rows(versions: Sequence[Target]) -> list[dict[str, Any]]:
    """One row per version of a target: what it said, since when, by whom and why."""
    return [{**{name: getattr(each, name) for name in TOLD}, "state": each.state} for each in versions]


def listed(standings: Sequence[Standing], metrics: Sequence[Metric], look: Look) -> RenderableType:
    """One line per target, the nearest date first."""
    if not standings:
        return Text(say("targets.none", look.language))
    columns = [
        Column(name, say(f"targets.{name}", look.language), cells, rank, least=least)
        for name, rank, least, cells in (
            ("name", 0, LEAST_NAME, [Text(titled(each.target, metrics, look)) for each in standings]),
            ("due", 1, None, [Text(_due(each.target, look)) for each in standings]),
            ("target", 0, None, [Text(wanted(each.target, look)) for each in standings]),
            ("now", 3, None, [Text(_now(each, look)) for each in standings]),
            ("progress", 4, None, [Text(progress_text(each, look)) for each in standings]),
            ("state", 0, None, [_state(each, look) for each in standings]),
            ("expected", 5, None, [Text(expected_text(each, look)) for each in standings]),
            ("owner", 6, None, [Text(look.shown(each.target.owner)) for each in standings]),
            ("id", 2, None, [Text(each.target.target_id[:SHORT_ID]) for each in standings]),
        )
    ]
    note = Text(say("targets.note", look.language), style="dim")
    return Group(table(fitted(columns, look.width), look), note)


def target_page(
    standing: Standing, versions: Sequence[Target], metrics: Sequence[Metric], look: Look
) -> RenderableType:
    """One target: where it stands, what is to be expected, and every version of it."""
    target = standing.target
    head = say(
        "targets.page",
        look.language,
        name=titled(target, metrics, look),
        target=wanted(target, look),
        period=_due(target, look),
    )
    parts: list[RenderableType] = [Text(head, style="bold")]
    parts += [Text(look.shown(line)) for line in _facts(standing, look)]
    parts += [Text(""), *forecast_parts(standing, look), Text("")]
    return Group(*parts, Text(say("targets.edits", look.language), style="bold"), _edits(versions, look))


def titled(target: Target, metrics: Sequence[Metric], look: Look) -> str:
    """The metric as it is called, with what was asked of it and its segments."""
    name, _, own = target.metric.partition("[")
    metric = next((each for each in metrics if each.full_name == name), None)
    title = title_text(name, look, metric.title if metric else None)
    apart = [
        own.removesuffix("]").replace("=", " "),
        *target.segment,
    ]
    return look.shown(with_commas([title, *apart], look))


def wanted(target: Target, look: Look) -> str:
    """`at most 2.5%`."""
    side = "at_least" if target.direction == "higher" else "at_most"
    return say(f"targets.{side}", look.language, value=amount(target.value, target.unit, look.language))


def progress_text(standing: Standing, look: Look) -> str:
    """`40% of the way`, or that it was there from the beginning."""
    target = standing.target
    if standing.progress is not None:
        return percent(standing.progress, look.language, decimals=0)
    if target.from_value is not None and target.is_reached_by(target.from_value):
        return say("targets.already", look.language)
    return look.dash


def target_of(figure: Figure, targets: Sequence[Target]) -> Target | None:
    """The nearest target that a figure is held against: of its metric and grain, due then or later."""
    for target in targets:
        if target.due_at < figure.period_end:
            continue
        name, _, own = target.metric.partition("[")
        asked = dict(part.split("=", 1) for part in own.removesuffix("]").split(",") if own)
        same = {key: str(figure.of.get(key)) for key in asked} == asked
        if (
            same
            and (name, target.grain) == (figure.name, figure.grain)
            and not set(figure.segment) - {"segment"}
        ):
            return target
    return None


def beside_targets(figures: Sequence[Figure], targets: Sequence[Target]) -> list[dict[str, Any]]:
    """The rows of figures, each with the `target` that it is held against, or null."""
    rows = figures_as_rows(figures)
    return [
        {**row, "target": _told(figure, target_of(figure, targets))}
        for row, figure in zip(rows, figures, strict=True)
    ]


def _told(figure: Figure, target: Target | None) -> dict[str, Any] | None:
    if target is None:
        return None
    reached = None if figure.value is None else target.is_reached_by(Decimal(str(figure.value)))
    said = {name: getattr(target, name) for name in ("target_id", "value", "direction", "period_label")}
    return {**said, "reached": reached}


def target_text(figure: Figure, targets: Sequence[Target], look: Look) -> str:
    """`at most 2.5%, 40% of the way`; empty where the figure has no target."""
    target = target_of(figure, targets)
    if target is None:
        return ""
    gone = progress(target, figure)
    if figure.value is not None and target.is_reached_by(Decimal(str(figure.value))):
        said = say("targets.reached", look.language)
    elif gone is not None:
        said = say("targets.way", look.language, progress=percent(gone, look.language, decimals=0))
    else:
        return wanted(target, look)
    return say("targets.on_board", look.language, target=wanted(target, look), progress=said)


def _facts(standing: Standing, look: Look) -> Iterator[str]:
    target, current = standing.target, standing.current
    yield say("targets.owned", look.language, owner=target.owner, id=target.target_id)
    if current is not None and current.value is not None:
        interval = interval_text(current, look)
        yield say(
            "targets.current_interval" if interval else "targets.current",
            look.language,
            value=_now(standing, look),
            interval=interval,
            as_of=f"{standing.as_of:%Y-%m-%d %H:%M} UTC" if standing.as_of else look.dash,
        )
    if target.from_value is not None and target.from_label is not None:
        start = amount(target.from_value, target.unit, look.language)
        period = period_name(target.grain, target.from_label, look.language)
        yield say(
            "targets.gone", look.language, start=start, period=period, progress=progress_text(standing, look)
        )
    yield say("targets.stands", look.language, state=say(f"targets.state.{standing.state}", look.language))
    if standing.problem:
        yield standing.problem


def _now(standing: Standing, look: Look) -> str:
    current = standing.current
    if current is None or current.value is None:
        return look.dash
    period = period_name(current.grain, current.period_label, look.language)
    return f"{amount(current.value, current.unit, look.language)} ({period})"


def _due(target: Target, look: Look) -> str:
    return period_name(target.grain, target.period_label, look.language)


def _state(standing: Standing, look: Look) -> Text:
    style = {"met": "green", "on_course": "green", "missed": "red", "unlikely": "red"}
    return Text(say(f"targets.state.{standing.state}", look.language), style=style.get(standing.state, ""))


def _edits(versions: Sequence[Target], look: Look) -> RenderableType:
    rows = [
        ("when", 0, [f"{each.recorded_at:%Y-%m-%d %H:%M}" for each in versions]),
        ("who", 1, [each.by or look.dash for each in versions]),
        ("target", 0, [wanted(each, look) for each in versions]),
        ("due", 0, [_due(each, look) for each in versions]),
        ("owner", 2, [each.owner for each in versions]),
        ("pursued", 3, [say(f"targets.pursued.{each.state}", look.language) for each in versions]),
    ]
    columns = [
        Column(name, say(f"targets.{name}", look.language), [Text(look.shown(cell)) for cell in cells], rank)
        for name, rank, cells in rows
    ]
    reasons = [Text(look.shown(each.reason or look.dash)) for each in versions]
    columns.append(Column("reason", say("targets.reason", look.language), reasons, least=LEAST_NAME))
    return table(fitted(columns, look.width), look)


def _row(standing: Standing) -> dict[str, Any]:
    target, current = standing.target, standing.current
    return {
        **{name: getattr(target, name) for name in TOLD},
        "state": standing.state,
        "progress": standing.progress,
        "current": current.value if current else None,
        "current_label": current.period_label if current else None,
        "current_low": current.low if current else None,
        "current_high": current.high if current else None,
        "as_of": standing.as_of,
        "problem": standing.problem,
        **forecast_row(standing.forecast),
    }
