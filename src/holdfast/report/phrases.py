"""One figure or change in words: its value, its interval, its reason, how it moved."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from holdfast.segments import WITHIN
from holdfast.words import ENGLISH, knows, say, say_many, spoken
from holdfast.words.amounts import amount, bare, signed, when

if TYPE_CHECKING:
    from holdfast.metrics.catalog import Metric
    from holdfast.metrics.figure import Change, Figure
    from holdfast.report.look import Look


def value_text(figure: Figure, look: Look) -> str:
    """The value with its unit, a dash where it is undefined, marked while provisional."""
    text = look.dash if figure.value is None else amount(figure.value, figure.unit, look.language)
    return f"{text} {look.mark if figure.status == 'provisional' else ' '}"


def reason_text(figure: Figure, look: Look) -> str:
    """Why the figure is undefined, in words; `no_rate: EUR 2025-03-31` keeps its detail.

    A median says with its reason by when it was not reached.
    """
    code, _, detail = (figure.reason or "").partition(":")
    key = f"reason.{code.strip()}"
    words = say(key, look.language) if knows(key) else code.strip().replace("_", " ")
    if code == "not_reached" and detail:
        detail = amount(Decimal(detail), figure.unit, look.language)
    return f"{words} ({detail.strip()})" if detail.strip() else words


def rule_text(code: str, look: Look) -> str:
    """Why a row is left out, in words."""
    key = f"excluded.{code}"
    return say(key, look.language) if knows(key) else code


def interval_text(figure: Figure, look: Look) -> str:
    """`3.1% to 4.4%`, followed by how few it stands on where that is few."""
    bounds = ""
    if figure.low is not None and figure.high is not None:
        low, high = (bare(bound, figure.unit, look.language) for bound in (figure.low, figure.high))
        bounds = say("board.bounds", look.language, low=low, high=high)
    elif figure.low is not None:
        bounds = say("board.at_least", look.language, low=amount(figure.low, figure.unit, look.language))
    small = (
        say("board.small", look.language, n=bare(figure.n or 0, "", look.language)) if figure.is_small else ""
    )
    return with_commas((bounds, small), look)


def change_text(change: Change | None, figure: Figure, look: Look, *, whole: bool) -> str:
    """How the figure moved: `whole` names the period (`higher than in September`)."""
    if change is None or figure.value is None:
        return ""
    if change.verdict == "unknown":
        return _cannot_tell(change, look, counted=whole)
    if not whole:
        words = say(f"verdict.{change.verdict}", look.language)
    else:
        period = when(figure.grain, change.earlier_label, figure.period_label, look.language)
        words = say(f"verdict.{change.verdict}_than", look.language, period=period)
    if change.verdict == "same" or change.difference is None:
        return words
    return with_commas((words, signed(change.difference, figure.unit, look.language)), look)


def title_text(name: str, look: Look, otherwise: str | None = None) -> str:
    """What a metric or variant is called: in English as it declares itself, else in the reader's words."""
    key = f"metric.{name}"
    if spoken(look.language) != ENGLISH and knows(key):
        return say(key, look.language)
    return look.shown(name if otherwise is None else otherwise)


def part_text(name: str, look: Look) -> str:
    """What a part of a composed metric is called, or the metric itself, in the reader's words."""
    key = f"metric.{name}" if knows(f"metric.{name}") else f"part.{name}"
    return say(key, look.language) if knows(key) else look.shown(name)


def formula_text(metric: Metric, look: Look) -> str:
    """How a metric or variant is counted: in English as it declares itself, else in the reader's words."""
    key = f"formula.{metric.full_name}"
    translated = spoken(look.language) != ENGLISH and knows(key)
    return say(key, look.language) if translated else look.shown(metric.formula)


def with_commas(parts: Iterable[str], look: Look) -> str:
    """The parts that say anything, with the comma of the language between them."""
    return say("list.comma", look.language).join(filter(None, parts))


def segment_text(figure: Figure, look: Look) -> str:
    """`country DE, plan Pro`: what it is split by, and the metric's own dimension."""
    unknown = say("board.unknown_segment", look.language)
    split = [(name, value) for name, value in figure.segment.items() if name != WITHIN]
    named = [*split, *figure.of.items()]
    said = (_apart(name, unknown if value is None else value, look) for name, value in named)
    return look.shown(with_commas(said, look))


def _apart(name: str, value: object, look: Look) -> str:
    """`after 12 months`, `country DE`: one value of what a figure is split by."""
    key = f"dimension.{name}"
    shown = bare(value, "", look.language) if isinstance(value, int) else value
    if not knows(key):
        return f"{name} {shown}"
    return say_many(key, value if isinstance(value, int) else 0.5, look.language, value=shown)


def within_text(figure: Figure, look: Look) -> str:
    """`Segment big_asia`: what the figure is kept to; nothing where it is of all accounts."""
    kept = figure.segment.get(WITHIN)
    return look.shown(say("board.within", look.language, segment=kept)) if kept else ""


def _cannot_tell(change: Change, look: Look, *, counted: bool) -> str:
    if change.reason in {"no_earlier", "undefined"}:
        return say(f"verdict.{change.reason}", look.language)
    if counted and change.n is not None and change.needed is not None:
        return say("verdict.unknown_counted", look.language, n=change.n, needed=change.needed)
    return say("verdict.unknown", look.language)
