"""The score of one account from its parts, in exact fractions, so that parts add up to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from holdfast.metrics.health.parts import PARTS
from holdfast.metrics.health.weights import COMPONENTS, Profile

Band: TypeAlias = Literal["green", "amber", "red"]
GREEN, AMBER = 75, 50
LEAST_COVERAGE = Fraction(1, 2)
"""The share of the weights whose components must be known (K33)."""


@dataclass(frozen=True)
class Part:
    """One part of a score: its value of 0 to 100, its weight of 1 in all, and their product: its points."""

    name: str
    component: str
    value: Fraction
    points: Fraction
    weight: Fraction


@dataclass(frozen=True)
class Score:
    """A score of 0 to 100: the sum of its parts' points; None where too little is known (`not_enough_data`).

    `coverage` is the share of the profile's weights whose components are known; without half of them
    there is no score, and the parts have no points.
    """

    value: Fraction | None
    coverage: Fraction
    parts: tuple[Part, ...]
    profile: Profile

    @property
    def band(self) -> Band | None:
        """Green from 75 on, amber from 50 on, red below."""
        return band_of(self.value)

    @property
    def reason(self) -> str | None:
        """Why there is no score."""
        return "not_enough_data" if self.value is None else None

    def component(self, name: str) -> Fraction | None:
        """The value of a component: the plain mean of its known parts; None where none is."""
        values = [part.value for part in self.parts if part.component == name]
        return sum(values, Fraction(0)) / len(values) if values else None


def band_of(value: Fraction | float | None) -> Band | None:
    """The band of a score."""
    if value is None:
        return None
    return "green" if value >= GREEN else "amber" if value >= AMBER else "red"


def score(values: Mapping[str, Fraction], profile: Profile) -> Score:
    """The score of an account with these values of parts (0 to 100), those unknown left away.

    A component is the mean of its known parts; the score is the mean of the known components by the
    profile's weights, taken anew over those that are known.
    """
    known = {
        each: [name for name, part in PARTS.items() if part.component == each and name in values]
        for each in COMPONENTS
    }
    whole = sum(profile.weights.values(), Fraction(0))
    told = sum((profile.weights[each] for each in COMPONENTS if known[each]), Fraction(0))
    coverage = told / whole
    enough = coverage >= LEAST_COVERAGE
    parts = []
    for component, names in known.items():
        weight = profile.weights[component] / told / len(names) if enough and names else Fraction(0)
        parts += [Part(name, component, values[name], weight * values[name], weight) for name in names]
    value = sum((part.points for part in parts), Fraction(0)) if enough else None
    return Score(value, coverage, tuple(parts), profile)
