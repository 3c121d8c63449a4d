"""Which early behaviours go with staying: sought in one half of the accounts, judged in the other.

Decided in docs/adr/0086.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from holdfast.insights.behaviours.early import Behaviour, Early
from holdfast.insights.behaviours.effect import Bools, Gap, alike, counted, dummies, holm
from holdfast.insights.links import LEAST, Side
from holdfast.insights.uplift.holding import held_out

LEAST_OUTCOMES = 30
"""Accounts that stayed, and that did not, in each half under which nothing is said."""

SAME = 0.9
"""The correlation from which two behaviours are taken for one."""

THRESHOLDS = (1, 2, 3, 5, 8, 13, 20, 40)
SALT = "behaviours"
ALPHA = 0.05

Verdict: TypeAlias = Literal["stands", "doubtful"]
Because: TypeAlias = Literal["", "chance", "company", "others"]


@dataclass(frozen=True)
class TooFew:
    """Not enough evidence: of accounts that `stayed` or `left` in the smaller half, so many are needed."""

    accounts: int
    stayed: int
    left: int
    needed: int = LEAST_OUTCOMES


@dataclass(frozen=True)
class Finding:
    """At least `count` of a behaviour, as seen in the half it was not sought in.

    `counted` is the plain difference, `alike` that among accounts of one plan, size and channel, with
    `p` after Holm over all findings; `beside` that among those alike also in what stands before it,
    None where nothing does. `also` are behaviours of nearly the same accounts. Doubtful is what may be
    `chance`, what the make-up of the `company` explains, and what `others` that stand explain.
    """

    behaviour: Behaviour
    count: int
    did: Side
    others: Side
    counted: Gap
    alike: Gap
    p: float
    beside: Gap | None
    verdict: Verdict
    because: Because = ""
    also: tuple[tuple[Behaviour, int], ...] = ()


@dataclass(frozen=True)
class Ranking:
    """The findings, what stands first, each by its difference; and what accounts were alike in."""

    findings: tuple[Finding, ...]
    sought: int
    judged: int
    tried: int
    held: tuple[str, ...]


@dataclass(frozen=True)
class _Candidate:
    behaviour: Behaviour
    count: int
    strength: float
    also: tuple[tuple[Behaviour, int], ...] = ()


def halves(account_id: Sequence[str]) -> Bools:
    """Which accounts are in the half that is judged in: by a hash of their ids, the same every time."""
    arms = held_out(dict.fromkeys(map(str, account_id), ""), 0.5, SALT)
    return np.array([arms[str(each)] == "control" for each in account_id], dtype=bool)


def rank(early: Early) -> Ranking | TooFew:
    """The behaviours that go with staying or leaving; `TooFew` under `LEAST_OUTCOMES` in a half."""
    judged = halves(early.account_id.tolist())
    stayed = [int(early.stayed[half].sum()) for half in (~judged, judged)]
    left = [int((~early.stayed[half]).sum()) for half in (~judged, judged)]
    if min(*stayed, *left) < LEAST_OUTCOMES:
        return TooFew(len(early.account_id), min(stayed), min(left))
    found, tried = _sought(early, ~judged)
    findings = _judged(early, judged, found)
    held = tuple(name for name, values in early.like.items() if dummies({name: values}).shape[1])
    ordered = sorted(findings, key=lambda each: (each.verdict != "stands", -each.counted.value))
    return Ranking(tuple(ordered), int((~judged).sum()), int(judged.sum()), tried, held)


def _sought(early: Early, half: Bools) -> tuple[list[_Candidate], int]:
    """Of each behaviour the count that tells most in a half, the strongest first; and how many were tried."""
    found: list[_Candidate] = []
    tried = 0
    held = dummies({name: values[half] for name, values in early.like.items()})
    for behaviour, values in early.did.items():
        best: _Candidate | None = None
        for count in THRESHOLDS:
            if not (_splits(values[half] >= count) and _splits(values[~half] >= count)):
                continue
            tried += 1
            strength = abs(_t(alike(values[half] >= count, early.stayed[half], held)))
            if best is None or strength > best.strength:
                best = _Candidate(behaviour, count, strength)
        if best is not None:
            found.append(best)
    ordered = sorted(found, key=lambda each: (-each.strength, each.behaviour))
    return _one_of_each(early, half, ordered), tried


def _one_of_each(early: Early, half: Bools, found: Sequence[_Candidate]) -> list[_Candidate]:
    """The candidates, those nearly the same as one; an event speaks for them where one is there."""
    kept: list[_Candidate] = []
    for each in found:
        did = early.did[each.behaviour][half] >= each.count
        for place, other in enumerate(kept):
            others = early.did[other.behaviour][half] >= other.count
            if np.corrcoef(did, others)[0, 1] > SAME:
                kept[place] = _joined(other, each)
                break
        else:
            kept.append(each)
    return kept


def _joined(first: _Candidate, second: _Candidate) -> _Candidate:
    turn = first.behaviour.kind != "event" and second.behaviour.kind == "event"
    said, silent = (second, first) if turn else (first, second)
    return replace(said, also=(*first.also, *second.also, (silent.behaviour, silent.count)))


def _judged(early: Early, half: Bools, found: Sequence[_Candidate]) -> list[Finding]:
    stayed = early.stayed[half]
    held = dummies({name: values[half] for name, values in early.like.items()})
    did = [early.did[each.behaviour][half] >= each.count for each in found]
    gaps = [alike(each, stayed, held) for each in did]
    levels = holm([gap.p for gap in gaps])
    standing: list[Bools] = []
    findings = []
    for candidate, doers, gap, p in zip(found, did, gaps, levels, strict=True):
        beside = alike(doers, stayed, held, standing) if standing else None
        finding = _finding(candidate, counted(doers, stayed), gap, p, beside)
        if finding.verdict == "stands":
            standing.append(doers)
        findings.append(finding)
    return findings


def _finding(
    candidate: _Candidate, plain: tuple[Side, Side, Gap], gap: Gap, p: float, beside: Gap | None
) -> Finding:
    verdict, because = _verdict(plain[2], gap, p, beside)
    return Finding(
        candidate.behaviour, candidate.count, *plain, gap, p, beside, verdict, because, candidate.also
    )


def _verdict(plain: Gap, gap: Gap, p: float, beside: Gap | None) -> tuple[Verdict, Because]:
    if p >= ALPHA:
        return "doubtful", "company" if plain.is_clear and not gap.is_clear else "chance"
    if beside is not None and not (beside.is_clear and beside.value * gap.value > 0):
        return "doubtful", "others"
    return "stands", ""


def _splits(did: Bools) -> bool:
    many = int(did.sum())
    return LEAST <= many <= len(did) - LEAST


def _t(gap: Gap) -> float:
    width = gap.high - gap.low
    return gap.value / width if width > 0 else 0.0
