"""The health of every account at the end of each period: its score, its components and the weights used.

The same sums as in `score`, for all accounts in one pass, rounded to nine places (R15).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from math import lcm
from operator import add
from typing import Any

import ibis

from holdfast.metrics.health.parts import PARTS, all_grounds, part_values, subjects
from holdfast.metrics.health.score import LEAST_COVERAGE
from holdfast.metrics.health.weights import COMPONENTS, ONBOARDING_DAYS, Profile, in_order
from holdfast.periods import Period
from holdfast.segments import Moments, members, rule
from holdfast.timelines.account_periods import period_table
from holdfast.timelines.layout import Layout
from holdfast.timelines.money import MONEY
from holdfast.timelines.subjects import with_period

KEYS = ("account_id", "bound")


def health_by_period(layout: Layout, periods: Sequence[Period]) -> Any:
    """Customers and who is trying at each period's end, with `score` (null where too little is known), the
    `profile` of weights, and a column per component."""
    return layout.once_for("health_by_period", periods, lambda: _by_period(layout, periods))


def _by_period(layout: Layout, periods: Sequence[Period]) -> Any:
    moments = Moments.of_periods(periods, "closing", layout.basis.calendar)
    who = layout.keep("health_subjects", subjects(moments, layout))
    parts = layout.keep("health_parts", _side_by_side(part_values(all_grounds(who, moments, layout))))
    rows = _weighed(who, moments, layout).left_join(parts, KEYS).drop("account_id_right", "bound_right")
    rows = _scored(rows.mutate(**_components(rows)), in_order(layout.basis.health))
    bounds = period_table(periods).select("period_start", "period_end")
    placed = rows.inner_join(bounds, rows.bound == bounds.period_end).drop("period_end")
    return with_period(placed.mutate(left_out=ibis.null().cast("string")), periods)


TIMELINES = {"health_by_period": health_by_period}


def _side_by_side(values: Any) -> Any:
    """A row per account and instant with a column per part."""
    value = 100.0 * values.numerator / values.denominator
    return values.group_by(KEYS).agg(**{name: value.max(where=values.part == name) for name in PARTS})


def _components(rows: Any) -> Mapping[str, Any]:
    """Each component: the plain mean of its known parts, null where none is."""
    found = {}
    for component in COMPONENTS:
        parts = [rows[name] for name, part in PARTS.items() if part.component == component]
        many = reduce(add, [part.notnull().cast("int64") for part in parts])
        found[component] = reduce(add, [part.fill_null(0.0) for part in parts]) / many.nullif(0)
    return found


def _weighed(who: Any, moments: Moments, layout: Layout) -> Any:
    """The subjects with the place of the first profile that fits each."""
    _first, *own, _last = in_order(layout.basis.health)
    fits = [(who.age_days < ONBOARDING_DAYS, 0)]
    rows = who
    for place, profile in enumerate(own, 1):
        inside = members(rule(profile.rule or ""), moments, layout)
        inside = inside.select(**{f"who_{place}": "account_id", f"at_{place}": "bound"})
        on = [rows.account_id == inside[f"who_{place}"], rows.bound == inside[f"at_{place}"]]
        rows = rows.left_join(inside, on)
        fits.append((rows[f"who_{place}"].notnull(), place))
    return rows.select(*KEYS, place=ibis.cases(*fits, else_=len(own) + 1))


def _scored(rows: Any, profiles: Sequence[Profile]) -> Any:
    """`score` by the weights of each row's profile, taken anew over what is known."""
    scales = [_whole(profile) for profile in profiles]
    weights = {name: _chosen(rows, [scale[name] for scale in scales]) for name in COMPONENTS}
    told = reduce(add, [ibis.ifelse(rows[name].notnull(), weights[name], 0) for name in COMPONENTS])
    points = reduce(add, [weights[name] * rows[name].fill_null(0.0) for name in COMPONENTS])
    whole = _chosen(rows, [sum(scale.values()) for scale in scales])
    enough = told * LEAST_COVERAGE.denominator >= whole * LEAST_COVERAGE.numerator
    score = ibis.ifelse(enough, points / told.nullif(0), ibis.null())
    return rows.select(
        *KEYS,
        score=score.cast(MONEY),
        profile=_chosen(rows, [profile.name for profile in profiles]),
        **{name: rows[name].cast(MONEY) for name in COMPONENTS},
    )


def _whole(profile: Profile) -> dict[str, int]:
    """The weights in whole numbers, so that half of them is half."""
    scale = lcm(*(weight.denominator for weight in profile.weights.values()))
    return {name: int(weight * scale) for name, weight in profile.weights.items()}


def _chosen(rows: Any, values: Sequence[Any]) -> Any:
    *first, last = enumerate(values)
    return ibis.cases(*[(rows.place == place, value) for place, value in first], else_=last[1])
