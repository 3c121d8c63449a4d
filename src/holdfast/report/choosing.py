"""The KPIs proposed for a goal: why each, what it is now or lacks, and how it goes with staying."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import fill
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from holdfast.insights.goals import GOALS
from holdfast.insights.links import LEAST
from holdfast.words import knows, say
from holdfast.words.amounts import amount, date, number, period_name, signed

if TYPE_CHECKING:
    from holdfast.flow.aims.choosing import Candidate, Choice
    from holdfast.report.look import Look

INDENT = "   "
COLUMNS = (
    "goal",
    "metric",
    "because",
    "ready",
    "lacking",
    "value",
    "unit",
    "n",
    "period_label",
    "of",
    "link",
    "verdict",
    "good_accounts",
    "good_stayed",
    "other_accounts",
    "other_stayed",
    "difference",
    "low",
    "high",
    "cut",
    "window_start",
    "window_end",
    "later_end",
)


def choice_as_rows(choice: Choice) -> list[dict[str, Any]]:
    """One row per KPI proposed, with the columns of `COLUMNS`."""
    return [dict.fromkeys(COLUMNS) | _row(each, choice) for each in choice.candidates]


def goals_listed(look: Look) -> RenderableType:
    """Every goal with its name and its title."""
    head = Text(say("choose.goals", look.language), style="bold")
    width = max(len(goal.name) for goal in GOALS) + 2
    lines = [
        Text(f"  {goal.name:{width}}{look.shown(say(f'goal.{goal.name}', look.language))}") for goal in GOALS
    ]
    return Group(head, *lines)


def chosen(choice: Choice, look: Look) -> RenderableType:
    """Each KPI in a paragraph of its own, those that can be counted first."""
    language = look.language
    title = say(f"goal.{choice.goal.name}", language)
    head = say("choose.heading", language, goal=title, name=choice.goal.name)
    parts: list[RenderableType] = [Text(look.shown(head), style="bold")]
    for place, each in enumerate(choice.candidates, start=1):
        name = say(f"metric.{each.metric.name}", language)
        parts += [Text(""), Text(look.shown(f"{number(place, language)}. {name}"), style="bold")]
        parts += [_indented(line, look) for line in _lines(each, choice, look)]
    return Group(*parts, Text(""), *(Text(look.shown(line), style="dim") for line in _notes(choice, look)))


def _indented(line: str, look: Look) -> Text:
    return Text(fill(look.shown(line), look.width, initial_indent=INDENT, subsequent_indent=INDENT))


def _lines(candidate: Candidate, choice: Choice, look: Look) -> Iterator[str]:
    yield say(f"because.{candidate.metric.name}", look.language)
    yield _now(candidate, look)
    yield _link(candidate, choice, look)


def _now(candidate: Candidate, look: Look) -> str:
    figure, language = candidate.figure, look.language
    lacking = ", ".join(candidate.lacking)
    if figure is None or figure.value is None:
        return say(f"choose.{candidate.ready}", language, lacking=lacking)
    value = amount(figure.value, figure.unit, language)
    period = period_name(figure.grain, figure.period_label, language)
    subjects = look.dash if figure.n is None else number(figure.n, language)
    return say(f"choose.{candidate.ready}", language, value=value, period=period, n=subjects)


def _link(candidate: Candidate, choice: Choice, look: Look) -> str:
    language, found = look.language, candidate.link
    if found is None:
        return say(f"choose.unlinked.{candidate.unlinked or 'no_history'}", language)
    good, others = found.good, found.others
    if found.kind == "alike":
        return say("choose.link.alike", language, accounts=number(good.accounts, language))
    if found.kind == "too_few" or found.gap is None or found.low is None or found.high is None:
        counts = {"good": good.accounts, "others": others.accounts, "needed": LEAST}
        return say(
            "choose.link.too_few", language, **{key: number(each, language) for key, each in counts.items()}
        )
    gap, low, high = (signed(each, "share", language) for each in (found.gap, found.low, found.high))
    counts = {
        "good": good.accounts,
        "stayed": good.stayed,
        "others": others.accounts,
        "others_stayed": others.stayed,
        "days": choice.days,
    }
    told = {key: number(each, language) for key, each in counts.items()}
    measured = say("choose.link.measured", language, gap=gap, low=low, high=high, **told)
    return f"{say(f'choose.verdict.{found.verdict}', language)} {measured}"


def _notes(choice: Choice, look: Look) -> Iterator[str]:
    if choice.window is not None and choice.later is not None:
        yield say(
            "choose.note",
            look.language,
            first=date(choice.window.first_day, look.language),
            last=date(choice.window.last_day, look.language),
            end=date(choice.later.last_day, look.language),
        )


def _row(candidate: Candidate, choice: Choice) -> dict[str, Any]:
    figure, found, key = candidate.figure, candidate.link, f"because.{candidate.metric.name}"
    row: dict[str, Any] = {
        "goal": choice.goal.name,
        "metric": candidate.metric.full_name,
        "because": say(key) if knows(key) else None,
        "ready": candidate.ready,
        "lacking": list(candidate.lacking),
        "link": found.kind if found else candidate.unlinked or "no_history",
    }
    if figure is not None:
        row |= {name: getattr(figure, name) for name in ("value", "unit", "n", "period_label", "of")}
    if found is not None:
        row |= {
            "verdict": found.verdict if found.kind == "measured" else None,
            "good_accounts": found.good.accounts,
            "good_stayed": found.good.stayed,
            "other_accounts": found.others.accounts,
            "other_stayed": found.others.stayed,
            "difference": found.gap,
            "low": found.low,
            "high": found.high,
            "cut": found.cut,
        }
    if choice.window is not None and choice.later is not None:
        row |= {
            "window_start": choice.window.start,
            "window_end": choice.window.end,
            "later_end": choice.later.end,
        }
    return row
