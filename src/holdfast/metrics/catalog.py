"""The catalogue: one declaration per metric, from which everything else about it follows.

A metric names its timeline and, over the timeline's columns, what a row adds to the
numerator, what it adds to the denominator and why it may be left out. Value, segments,
interval, explanation and comparison come from those three, once, for every metric.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from holdfast.errors import UsageError, unknown
from holdfast.rulebook import Rulebook

Interval = Literal["none", "wilson", "ratio", "poisson", "inverse_wilson", "curve", "joint"]
Statistic = Literal["sums", "survival", "median", "restricted_mean", "median_of_ended"]
Better = Literal["higher", "lower", "context"]
Timeline = Callable[..., Any]


@dataclass(frozen=True)
class Evidence:
    """What each row of the timeline adds, as expressions over its columns.

    `excluded` are (rule, condition) pairs: the first that holds leaves the row out and names
    why. `numerator` and `denominator` are integers or exact money; without a denominator the
    value is a plain total. `matures` is the instant at which a row's window is over: until
    then it is pending, out of both sums (R18).
    """

    numerator: Any
    denominator: Any = None
    excluded: Sequence[tuple[str, Any]] = ()
    matures: Any = None


@dataclass(frozen=True)
class Metric:
    """One metric or one variant of it; the fields are what the catalogue shows.

    `statistic` says what becomes of the rows: sums and one division, or a Kaplan-Meier curve of
    rows with `lasted`, `ended` and `entered`. `cluster` is the column whose values chance would
    draw again: the account, or the row's own subject. `of` is the metric's own dimension: its
    values, each handed to the evidence by name; or `of_columns`, which the rows bring. `reads` are
    the tables that it needs, `also_reads` those that it reads where something of them was imported. `since`
    is the table before whose first row nothing is known: a period over by then has no data. `parts`
    are the metrics that it is composed of (`composed`), `settled` those that a setting stands in for.
    Rows of a metric that is not `allocated` belong to no account, and so to no segment. One with a
    `board_rule` is on boards only where that rule is so. Subjects of one that is `followed` are looked at
    after their period, until a window is over; one that is `open_ended` has no window: what comes later
    changes periods that were over long ago. `shows` are columns of the timeline that its evidence tells too.
    """

    name: str
    variant: str
    title: str
    family: str
    formula: str
    unit: str
    better: Better
    timeline: str
    reads: tuple[str, ...]
    evidence: Callable[..., Any]
    statistic: Statistic = "sums"
    cluster: Literal["account_id", "subject_id"] = "account_id"
    interval: Interval = "none"
    empty: str = "empty_denominator"
    at: Literal["opening", "closing", "entry"] = "opening"
    per_day: bool = False
    pooled: bool = False
    rates: tuple[str, ...] = ()
    source: str = ""
    rules: Mapping[str, Any] = field(default_factory=dict)
    of: tuple[Mapping[str, Any], ...] = ({},)
    of_columns: tuple[str, ...] = ()
    on_board: bool = True
    board_rule: tuple[str, str] | None = None
    needs: tuple[str, ...] = ()
    also_reads: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    since: str = ""
    parts: tuple[Metric, ...] = ()
    settled: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    allocated: bool = True
    followed: bool = False
    open_ended: bool = False
    shows: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        """`name.variant`, or the name alone for the default."""
        return f"{self.name}.{self.variant}" if self.variant else self.name

    def made(self, rows: Any) -> Evidence:
        """The evidence of `rows`, for the first value of the metric's own dimension."""
        own = self.of[0] if self.statistic == "sums" and not self.of_columns else {}
        made: Evidence = self.evidence(rows, **own)
        return made

    def apart(self) -> list[Metric]:
        """The metric once for each value of its own dimension, where each is counted by itself."""
        return [replace(self, of=(own,)) for own in self.of] if self.statistic == "sums" else [self]

    def rulebook(self, rules: Rulebook) -> Rulebook:
        """The rulebook it is counted by: the one in force with the variant's own rules in place."""
        return Rulebook.from_mapping({**rules.as_mapping(), **self.rules})


CATALOG: dict[str, Metric] = {}


def metric(
    name: str, variant: str = "", *, catalog: dict[str, Metric] = CATALOG, **declared: Any
) -> Callable[[Callable[..., Any]], Metric]:
    """Declare a metric: the decorated function takes a timeline and gives its evidence.

    The first line of the function's docstring is the title, the rest the formula in words.
    """

    def declare(evidence: Callable[..., Any]) -> Metric:
        title, _, formula = (evidence.__doc__ or "").strip().partition("\n")
        words = " ".join(formula.split())
        made = Metric(name=name, variant=variant, title=title, formula=words, evidence=evidence, **declared)
        if made.full_name in catalog:
            raise ValueError(f"metric {made.full_name} is declared twice")
        catalog[made.full_name] = made
        return made

    return declare


def find(name: str) -> Metric:
    """The metric or variant called `name`; raises UsageError with the nearest right name.

    `name[key=3]` asks for one value of the metric's own dimension, as `survival[months=18]` or
    `nps[survey=relationship]`.
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
    found: dict[str, Any] = {}
    for part in asked.split(","):
        key, _, value = part.strip().partition("=")
        known = metric.of_columns or tuple(metric.of[0])
        if key not in known:
            raise unknown(f"dimension of {metric.full_name}", key, known or ["(none)"])
        found[key] = value if metric.of_columns else _number(metric, key, value)
    return replace(metric, of=(found,))


def _number(metric: Metric, key: str, value: str) -> int:
    if not value.isdigit() or int(value) == 0:
        raise UsageError(f"{metric.full_name}[{key}={value}] needs a whole number above 0.")
    return int(value)


def defaults(rules: Rulebook | None = None, named: Collection[str] = ()) -> list[Metric]:
    """The default form of every metric that boards show under a rulebook, in the order of declaration.

    One that is not on the whole board is there where it is named.
    """
    metrics = [m for m in CATALOG.values() if not m.variant and (m.on_board or m.name in named)]
    return [metric for metric in metrics if _shown(metric, rules or Rulebook())]


def _shown(metric: Metric, rules: Rulebook) -> bool:
    rule, value = metric.board_rule or ("", None)
    return not rule or getattr(rules, rule) == value
