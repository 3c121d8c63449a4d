"""What questions about figures are asked with, each parameter with what it means."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, field

from holdfast.web.reads.read import Asked, Paged

Many = tuple[str, ...]
Name = Annotated[str, Meta(description="A metric, or a variant as name.variant.")]
Grain = Annotated[
    str | None,
    Meta(
        description="day, week, month, quarter, year, trailing_28_days or trailing_12_months; by default "
        "what the period named says, else month."
    ),
]
Period = Annotated[str, Meta(description="The period, such as 2025-04 or 2025-Q2.")]
First = Annotated[str | None, Meta(description="The first period, such as 2025-01.")]
Last = Annotated[str | None, Meta(description="The last period, included.")]
By = Annotated[Many, Meta(description="What to split by: an attribute of accounts, plan, segment.NAME ...")]
Segment = Annotated[
    Many, Meta(description="Keep to the accounts of a segment, by its name or a rule; several: of all.")
]
AsOf = Annotated[str | None, Meta(description="Count only what happened until then: a day or an instant.")]
KnownAt = Annotated[str | None, Meta(description="Answer as it was known then: a day or an instant.")]
Rules = Annotated[str | None, Meta(description="Count by the rules in force on a day: @2025-04-30.")]


class Board(Paged, frozen=True, kw_only=True):
    """Which figures are wanted."""

    metric: Annotated[Many, Meta(description="Metrics, or variants as name.variant; all without.")] = ()
    board: Annotated[str | None, Meta(description="leadership, success, product or billing.")] = None
    grain: Grain = None
    first: First = field(name="from", default=None)
    last: Last = field(name="to", default=None)
    by: By = ()
    segment: Segment = ()
    as_of: AsOf = None
    known_at: KnownAt = None
    rulebook: Rules = None


class One(Paged, frozen=True, kw_only=True):
    """Which figure is to be explained."""

    name: Name
    period: Period
    grain: Grain = None
    by: By = ()
    segment: Segment = ()
    as_of: AsOf = None
    known_at: KnownAt = None
    rulebook: Rules = None


class Two(Paged, frozen=True, kw_only=True):
    """Which figure is to be counted two ways; the other is one of the last four."""

    name: Name
    period: Period
    grain: Grain = None
    segment: Segment = ()
    variant: Annotated[str | None, Meta(description="Another variant or metric of its unit.")] = None
    against: Annotated[str | None, Meta(description="Another period, such as 2025-03.")] = None
    known_at: KnownAt = None
    rulebook: Rules = None


class Cells(Paged, frozen=True, kw_only=True):
    """Which cohorts are wanted."""

    kind: Annotated[str, Meta(description="logo, gross, net, usage or users.")]
    grain: Grain = None
    first: First = field(name="from", default=None)
    last: Last = field(name="to", default=None)
    by: By = ()
    segment: Segment = ()
    as_of: AsOf = None
    known_at: KnownAt = None
    rulebook: Rules = None


class Named(Asked, frozen=True, kw_only=True):
    """Which metric is meant."""

    name: Name
