"""The catalogue: one declaration per metric, from which everything else about it follows.

A metric names its timeline and, over the timeline's columns, what a row adds to the
numerator, what it adds to the denominator and why it may be left out. Value, segments,
interval, explanation and comparison come from those three, once, for every metric.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from holdfast.errors import UsageError, unknown
from holdfast.rulebook import Rulebook

Interval = Literal["none", "wilson", "accounts", "poisson", "inverse_wilson", "survival"]
Better = Literal["higher", "lower", "context"]
Timeline = Callable[..., Any]


@dataclass(frozen=True)
class Evidence:
    """What each row of the timeline adds, as expressions over its columns.

    `excluded` are (rule, condition) pairs: the first that holds leaves the row out and names
    why. `numerator` and `denominator` are integers or exact money; without a denominator the
    value is a plain total.
    """

    numerator: Any
    denominator: Any = None
    excluded: Sequence[tuple[str, Any]] = ()


@dataclass(frozen=True)
class Metric:
    """One metric or one variant of it; the fields are what the catalogue shows."""

    name: str
    variant: str
    title: str
    family: str
    formula: str
    unit: str
    better: Better
    timeline: str
    reads: tuple[str, ...]
    evidence: Callable[[Any], Evidence]
    interval: Interval = "none"
    empty: str = "empty_denominator"
    at: Literal["opening", "closing", "entry"] = "opening"
    per_day: bool = False
    pooled: bool = False
    matures: str | None = None
    rates: tuple[str, ...] = ()
    source: str = ""
    rules: Mapping[str, Any] = field(default_factory=dict)
    of: tuple[Mapping[str, Any], ...] = ({},)
    needs: tuple[str, ...] = ()
    given: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        """`name.variant`, or the name alone for the default."""
        return f"{self.name}.{self.variant}" if self.variant else self.name

    def rulebook(self, rules: Rulebook) -> Rulebook:
        """The rulebook it is counted by: the one in force with the variant's own rules in place."""
        return Rulebook.from_mapping({**rules.as_mapping(), **self.rules})


CATALOG: dict[str, Metric] = {}


def metric(name: str, variant: str = "", **declared: Any) -> Callable[[Callable[[Any], Evidence]], Metric]:
    """Declare a metric: the decorated function takes a timeline and gives its evidence.

    The first line of the function's docstring is the title, the rest the formula in words.
    """

    def declare(evidence: Callable[[Any], Evidence]) -> Metric:
        title, _, formula = (evidence.__doc__ or "").strip().partition("\n")
        words = " ".join(formula.split())
        made = Metric(name=name, variant=variant, title=title, formula=words, evidence=evidence, **declared)
        if made.full_name in CATALOG:
            raise ValueError(f"metric {made.full_name} is declared twice")
        CATALOG[made.full_name] = made
        return made

    return declare


def find(name: str) -> Metric:
    """The metric or variant called `name`; raises UsageError with the nearest right name.

    `name[key=3]` asks for one value of the metric's own dimension, as `survival[months=18]`.
    """
    name, _, asked = name.partition("[")
    if asked:
        return _of(find(name), asked.removesuffix("]"))
    if name in CATALOG:
        return CATALOG[name]
    base, _, variant = name.partition(".")
    variants = [m.variant for m in CATALOG.values() if m.name == base and m.variant]
    if base in CATALOG and variant:
        raise unknown(f"variant of {base}", variant, variants or ["(none)"])
    raise unknown("metric", name, CATALOG)


def _of(metric: Metric, asked: str) -> Metric:
    key, _, value = asked.partition("=")
    known = metric.of[0]
    if key not in known:
        raise unknown(f"dimension of {metric.full_name}", key, known or ["(none)"])
    if not value.isdigit() or int(value) == 0:
        raise UsageError(f"{metric.full_name}[{key}={value}] needs a whole number above 0.")
    return replace(metric, of=({key: int(value)},))


def defaults() -> list[Metric]:
    """The default form of every metric, in the order in which they were declared."""
    return [m for m in CATALOG.values() if not m.variant]
