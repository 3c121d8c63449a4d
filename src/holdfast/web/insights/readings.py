"""What an experiment says by now, as a person reads it."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.report.behaviours import points
from holdfast.report.experiments import share_text
from holdfast.report.look import Look
from holdfast.web.answers.about import INSTANT
from holdfast.web.answers.trying import Reading
from holdfast.web.pages import View
from holdfast.web.pages.showing import said
from holdfast.words import say
from holdfast.words.amounts import date, number, signed

TONES = {"works": "good", "does_not": "bad"}
SIGNS = {"works": "✓", "does_not": "✕"}


@dataclass(frozen=True)
class Told:
    """A reading: its verdict, its arms, what lies between them, and what that means in a sentence."""

    kind: str
    verdict: str
    tone: str
    sign: str
    until: str
    ends: str
    is_over: bool
    treated: str
    control: str
    difference: str
    ratio: str
    sentence: str


def told(found: Reading, view: View) -> Told:
    """What an experiment says as the data end."""
    language, look = view.language, Look(language=view.language)
    days = (found.at, found.experiment.ends_at)
    until, ends = (date(view.about.calendar.local_day(each - INSTANT), language) for each in days)
    effect = found.effect
    return Told(
        kind=found.verdict,
        verdict=say(f"experiment.verdict.{found.verdict}", language),
        tone=TONES.get(found.verdict, ""),
        sign=SIGNS.get(found.verdict, ""),
        until=until,
        ends=ends,
        is_over=found.is_over,
        treated=share_text(found.treated.stayed, found.treated.accounts, look),
        control=share_text(found.control.stayed, found.control.accounts, look),
        difference="" if effect is None else points(effect.value, (effect.low, effect.high), language),
        ratio=_ratio(found, language),
        sentence=_sentence(found, ends, language),
    )


def _ratio(found: Reading, language: str) -> str:
    always = found.always
    if always.ratio is None:
        return ""
    ratio, low, high = (
        number(each, language, decimals=2) for each in (always.ratio, always.low, always.high)
    )
    bounds = say("board.bounds", language, low=low, high=high)
    return say("risk.measured", language, value=ratio, bounds=bounds)


def _sentence(found: Reading, ends: str, language: str) -> str:
    """What lies between the arms, with how sure that is."""
    effect, always = found.effect, found.always
    if effect is not None:
        gap, low, high = (signed(each, "share", language) for each in (effect.value, effect.low, effect.high))
        return said(language, "experiment.effect", gap=gap, low=low, high=high)
    if always.ratio is None:
        return say("experiment.nobody_left", language)
    ratio, low, high = (
        number(each, language, decimals=2) for each in (always.ratio, always.low, always.high)
    )
    return said(language, "experiment.hazard", ratio=ratio, low=low, high=high, day=ends)
