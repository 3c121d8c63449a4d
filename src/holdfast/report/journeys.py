"""How far users of each persona come in a journey, for a terminal and as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from holdfast.insights.journeys.drops import comparisons
from holdfast.report.behaviours import gap_text
from holdfast.report.layout import Column, fitted, table
from holdfast.words import say, say_many
from holdfast.words.amounts import bare, date, number, percent, period_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from holdfast.flow.judging.journeys import Journeys, Walker
    from holdfast.insights.journeys.drops import Passage
    from holdfast.report.look import Look

COLUMNS = (
    "persona", "stage", "event", "count", "started", "before", "reached", "dropped", "conversion", "low",
    "high", "median_days", "others", "others_reached", "difference", "difference_low", "difference_high",
    "p", "verdict", "pending", "days", "from", "to", "until",
)  # fmt: skip
WALKERS = ("persona", "stage", "source", "user_id", "account_id", "signed_up_at", "reached", "at", "records")


def journeys_as_rows(found: Journeys) -> list[dict[str, Any]]:
    """One row per persona and stage with the columns of `COLUMNS`."""
    return [_row(found, each) for each in found.passages]


def walkers_as_rows(found: Journeys, persona: str | None, stage: int) -> list[dict[str, Any]]:
    """One row per user at the stage before with the columns of `WALKERS`, who reached it or dropped."""
    return [
        {
            "persona": persona,
            "stage": stage,
            "source": each.source,
            "user_id": each.user_id,
            "account_id": each.account_id,
            "signed_up_at": each.signed_up_at,
            "reached": each.reached,
            "at": each.at,
            "records": [
                {"stage": place, "at": at, "record": f"events/{event}"} for place, at, event in each.records
            ],
        }
        for each in found.walkers(persona, stage)
    ]


def journeys_shown(found: Journeys, look: Look) -> RenderableType:
    """Each persona's stages in their order, with what is pending, unknown and compared."""
    language = look.language
    parts: list[RenderableType] = [
        Text(look.shown(heading(found, language)), style="bold"),
        Text(look.shown(" > ".join(way(found, language)))),
        Text(""),
    ]
    if found.passages:
        several = len([each for each in found.personas if each is not None]) > 1
        cells = _cells(found, look, several=several)
        ends = [n for n, each in enumerate(found.passages) if each.number == len(found.stages)]
        parts.append(_table(cells, look, {"bounds": 3, "days": 1, "against": 2}, ends))
    parts += [Text(look.shown(note), style="dim") for note in notes(found, language)]
    return Group(*parts)


def walkers_shown(found: Journeys, persona: str | None, stage: int, look: Look, most: int) -> RenderableType:
    """The users of a persona who reached a stage, then those who dropped there."""
    language, passage = look.language, found.passage(persona, stage)
    told = {"persona": persona_text(persona, language), "stage": stage_text(found, stage, language)}
    parts: list[RenderableType] = [
        Text(look.shown(say("journeys.of_stage", language, **told)), style="bold"),
        Text(look.shown(share_text(passage, look))),
    ]
    walkers = list(found.walkers(persona, stage))
    for name, reached in (("reached", True), ("dropped", False)):
        mine = [each for each in walkers if each.reached is reached]
        if not mine:
            continue
        parts += [Text(""), Text(look.shown(say(f"journeys.{name}", language)), style="bold")]
        parts.append(_table(_of_walkers(found, mine[: most or None], look), look, {"account": 1}))
        if most and len(mine) > most:
            more = len(mine) - most
            line = say_many("explain.more", more, language, count=bare(more, "", language))
            parts.append(Text(look.shown(line), style="dim"))
    return Group(*parts)


def heading(found: Journeys, language: str) -> str:
    """Whose journey it is, and within how many days."""
    first, last = (period_name("month", found.months[place].label, language) for place in (0, -1))
    return say("journeys.heading", language, first=first, last=last, days=number(found.days, language))


def way(found: Journeys, language: str) -> list[str]:
    """The stages from sign-up on."""
    return [say("journeys.signed_up", language), *map(str, found.stages)]


def notes(found: Journeys, language: str) -> list[str]:
    """What is to be known beside the figures: who is pending or unknown, and what is compared."""
    lines = []
    if not found.passages:
        lines.append(say("journeys.none", language))
    if pending := sum(found.pending.values()):
        days = number(found.days, language)
        lines.append(say("journeys.pending", language, count=number(pending, language), days=days))
    if None in found.personas:
        count = number(found.passage(None, 1).started, language)
        lines.append(say("journeys.without", language, count=count))
    if many := comparisons(found.passages):
        lines.append(say("journeys.compared", language, count=number(many, language)))
    if not found.declared:
        lines.append(say("journeys.onboarding", language))
    return lines


def persona_text(persona: str | None, language: str) -> str:
    """A persona in the business's own word, or that it is unknown."""
    return say("journeys.unknown", language) if persona is None else persona


def share_text(passage: Passage, look: Look) -> str:
    """How many of those at the stage before went on: `60.0% (6 of 10)`."""
    if passage.conversion is None:
        return look.dash
    return say(
        "experiment.share",
        look.language,
        share=percent(passage.conversion, look.language),
        stayed=number(passage.reached, look.language),
        accounts=number(passage.before, look.language),
    )


def against_text(passage: Passage, language: str) -> str:
    """How a persona differs from the others at a stage, or that it is not told apart from them."""
    if passage.verdict == "alone":
        return ""
    if passage.against is None or passage.verdict in {"same", "too_few"}:
        return say(f"journeys.{passage.verdict}", language)
    return say(f"journeys.{passage.verdict}", language, gap=gap_text(passage.against, language))


def _row(found: Journeys, each: Passage) -> dict[str, Any]:
    step, against, others = found.stages[each.number - 1], each.against, each.others
    low, high = each.bounds or (None, None)
    return {
        "persona": each.persona,
        "stage": each.number,
        "event": step.event,
        "count": step.count,
        "started": each.started,
        "before": each.before,
        "reached": each.reached,
        "dropped": each.dropped,
        "conversion": each.conversion,
        "low": low,
        "high": high,
        "median_days": each.days,
        "others": others.accounts if others else None,
        "others_reached": others.stayed if others else None,
        "difference": against.value if against else None,
        "difference_low": against.low if against else None,
        "difference_high": against.high if against else None,
        "p": against.p if against else None,
        "verdict": each.verdict,
        "pending": found.pending.get(each.persona, 0),
        "days": found.days,
        "from": found.months[0].label,
        "to": found.months[-1].label,
        "until": found.until,
    }


def _cells(found: Journeys, look: Look, *, several: bool) -> dict[str, list[str]]:
    language, rows = look.language, found.passages
    cells = {
        "persona": [persona_text(each.persona, language) if each.number == 1 else "" for each in rows],
        "stage": [stage_text(found, each.number, language) for each in rows],
        "conversion": [share_text(each, look) for each in rows],
        "bounds": [bounds_text(each, look) for each in rows],
        "dropped": [number(each.dropped, language) for each in rows],
        "days": [days_text(each, look) for each in rows],
    }
    if several:
        cells["against"] = [against_text(each, language) for each in rows]
    return cells


def stage_text(found: Journeys, stage: int, language: str) -> str:
    """A stage by its number and what it asks for."""
    return say("journeys.stage", language, number=stage, stage=str(found.stages[stage - 1]))


def bounds_text(each: Passage, look: Look) -> str:
    """The interval of a conversion."""
    if each.bounds is None:
        return look.dash
    low, high = (percent(bound, look.language) for bound in each.bounds)
    return say("board.bounds", look.language, low=low, high=high)


def days_text(each: Passage, look: Look) -> str:
    """The median of days from sign-up to a stage."""
    return look.dash if each.days is None else number(each.days, look.language, decimals=1)


def _of_walkers(found: Journeys, rows: Sequence[Walker], look: Look) -> dict[str, list[str]]:
    def day(at: datetime) -> str:
        return date(found.calendar.to_local(at).date(), look.language)

    return {
        "user": [each.user_id for each in rows],
        "account": [each.account_id for each in rows],
        "signed_up": [day(each.signed_up_at) for each in rows],
        "last": [day(each.records[-1][1]) if each.records else look.dash for each in rows],
        "records": ["; ".join(f"events/{event}" for *_, event in each.records) for each in rows],
    }


def _table(
    cells: Mapping[str, Sequence[str]], look: Look, ranks: Mapping[str, int], breaks: Sequence[int] = ()
) -> RenderableType:
    words = {"persona", "stage", "against", "user", "account", "records"}
    columns = [
        Column(
            name,
            say(f"journeys.column.{name}", look.language),
            [Text(look.shown(cell)) for cell in each],
            rank=ranks.get(name, 0),
            right=name not in words,
            least={"against": 24, "records": 30}.get(name),
        )
        for name, each in cells.items()
    ]
    return table(fitted(columns, look.width), look, breaks)
