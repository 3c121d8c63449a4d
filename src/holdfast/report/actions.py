"""Actions as a list, and one of them in full: what is done, by whom, and how its metric went since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from holdfast.report.layout import Column, fitted, table
from holdfast.report.phrases import title_text, with_commas
from holdfast.words import say
from holdfast.words.amounts import amount, bare, date, period_name, signed

if TYPE_CHECKING:
    from holdfast.insights.actions import Action, Result
    from holdfast.metrics import Figure, Metric
    from holdfast.report.look import Look

SHORT_ID, LEAST_NAME, LEAST_RESULT = 8, 18, 24
TOLD = (
    "action_id", "title", "cause", "owner", "begun_at", "due_on", "metric", "segment", "grain", "state",
    "word", "by", "recorded_at",
)  # fmt: skip
COLUMNS = (
    *TOLD, "before_label", "before", "since_label", "since", "unit", "difference", "low", "high", "verdict",
    "reason", "problem", "as_of",
)  # fmt: skip


def results_as_rows(results: Sequence[Result]) -> list[dict[str, Any]]:
    """One row per action with the columns of `COLUMNS`; what cannot be said is empty, with the `reason`."""
    return [_row(each) for each in results]


def listed(results: Sequence[Result], metrics: Sequence[Metric], look: Look) -> RenderableType:
    """One line per action: those to be done first, the nearest day first."""
    language = look.language
    if not results:
        return Text(look.shown(say("actions.none", language)))
    rows = [
        ("actions.title", 0, LEAST_NAME, [each.action.title for each in results]),
        ("causes.column.cause", 2, None, [say(f"causes.{each.action.cause}", language) for each in results]),
        ("targets.owner", 3, None, [each.action.owner for each in results]),
        ("targets.due", 1, None, [date(each.action.due_on, language) for each in results]),
        ("targets.state", 0, None, [state_text(each.action, language) for each in results]),
        ("actions.metric", 4, LEAST_NAME, [aimed_at(each.action, metrics, look) for each in results]),
        ("actions.result", 0, LEAST_RESULT, [result_text(each, look) for each in results]),
        ("targets.id", 0, None, [each.action.action_id[:SHORT_ID] for each in results]),
    ]
    columns = [
        Column(key, say(key, language), _shown(cells, look), rank, least=least)
        for key, rank, least, cells in rows
    ]
    note = Text(look.shown(say("actions.note", language)), style="dim")
    return Group(table(fitted(columns, look.width), look), note)


def action_page(
    result: Result, versions: Sequence[Action], metrics: Sequence[Metric], look: Look
) -> RenderableType:
    """One action: what it is for, its measured result, and what was said of it."""
    lines = [Text(look.shown(line)) for line in _facts(result, metrics, look)]
    note = Text(look.shown(say("actions.note", look.language)), style="dim")
    told = Text(look.shown(say("targets.edits", look.language)), style="bold")
    head = Text(look.shown(result.action.title), style="bold")
    return Group(head, *lines, note, Text(""), told, _edits(versions, look))


def state_text(action: Action, language: str) -> str:
    """Whether it is to be done, done or dropped."""
    return say(f"actions.state.{action.state}", language)


def aimed_at(action: Action, metrics: Sequence[Metric], look: Look) -> str:
    """The metric as it is called, with what was asked of it and its segments."""
    name, _, own = action.metric.partition("[")
    metric = next((each for each in metrics if each.full_name == name), None)
    title = title_text(name, look, metric.title if metric else None)
    return look.shown(with_commas([title, own.removesuffix("]").replace("=", " "), *action.segment], look))


def result_text(result: Result, look: Look) -> str:
    """How the metric went: it rose, it fell, it did not move beyond chance, or why none of it is said."""
    language, reason = look.language, result.reason
    if reason is not None or result.change is None or result.before is None or result.since is None:
        return say(f"actions.reason.{reason}", language, **_needed(result, language))
    told = {"before": _told(result.before, look), "since": _told(result.since, look)}
    sentence = say(f"actions.verdict.{result.verdict}", language, **told)
    if result.change.difference is None or result.verdict == "same":
        return sentence
    return with_commas((sentence, difference_text(result, look)), look)


def difference_text(result: Result, look: Look) -> str:
    """`+1.2 pp (0.4 pp to 2.0 pp)`: the difference, with its interval where it has one."""
    change, since = result.change, result.since
    if change is None or since is None or change.difference is None:
        return ""
    language, unit = look.language, since.unit
    gap = signed(change.difference, unit, language)
    if change.low is None or change.high is None:
        return gap
    low, high = (signed(each, unit, language) for each in (change.low, change.high))
    bounds = say("board.bounds", language, low=low, high=high)
    return say("actions.with_interval", language, gap=gap, bounds=bounds)


def _needed(result: Result, language: str) -> dict[str, str]:
    change = result.change
    if change is None or change.n is None or change.needed is None:
        return {"n": "", "needed": ""}
    return {"n": bare(change.n, "", language), "needed": bare(change.needed, "", language)}


def _told(figure: Figure, look: Look) -> str:
    """`3.1% (June 2025)`."""
    value = look.dash if figure.value is None else amount(figure.value, figure.unit, look.language)
    period = period_name(figure.grain, figure.period_label, look.language)
    return say("actions.in_period", look.language, value=value, period=period)


def _facts(result: Result, metrics: Sequence[Metric], look: Look) -> Iterator[str]:
    action, language = result.action, look.language
    cause = say(f"causes.{action.cause}", language)
    yield say("actions.for", language, cause=cause, metric=aimed_at(action, metrics, look))
    day, begun = date(action.due_on, language), date(action.begun_at.date(), language)
    yield say("actions.owned", language, owner=action.owner, begun=begun, day=day, id=action.action_id)
    yield say("targets.stands", language, state=state_text(action, language))
    yield say("actions.came_of_it", language, result=result_text(result, look))
    if result.problem:
        yield result.problem


def _edits(versions: Sequence[Action], look: Look) -> RenderableType:
    language = look.language
    rows = [
        ("targets.when", [f"{each.recorded_at:%Y-%m-%d %H:%M}" for each in versions]),
        ("targets.who", [each.by or look.dash for each in versions]),
        ("targets.state", [state_text(each, language) for each in versions]),
        ("actions.word", [each.word or look.dash for each in versions]),
    ]
    columns = [Column(key, say(key, language), _shown(cells, look)) for key, cells in rows]
    return table(fitted(columns, look.width), look)


def _shown(cells: Sequence[str], look: Look) -> list[Text]:
    return [Text(look.shown(cell)) for cell in cells]


def _row(result: Result) -> dict[str, Any]:
    before, since, change = result.before, result.since, result.change
    unit = next((each.unit for each in (since, before) if each is not None), None)
    return {
        **{name: getattr(result.action, name) for name in TOLD},
        "before_label": before.period_label if before else None,
        "before": before.value if before else None,
        "since_label": since.period_label if since else None,
        "since": since.value if since else None,
        "unit": unit,
        "difference": change.difference if change else None,
        "low": change.low if change else None,
        "high": change.high if change else None,
        "verdict": result.verdict,
        "reason": result.reason,
        "problem": result.problem,
        "as_of": result.as_of,
    }
