"""What answers look like, as types: what the description says of them, and the tests hold them to."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

Instant = Annotated[str, Meta(description="An instant, ISO 8601 with Z.")]
Number = Annotated[float, Meta(description="Exact, with every digit: read it with a decimal parser.")]


class Figure(Struct):
    """One number of one metric, for one period and segment; docs/output.md says what each field means."""

    metric: str
    variant: str
    grain: str
    period_start: Instant
    period_end: Instant
    segment: dict[str, str | None]
    of: dict[str, str | int]
    value: Number | None
    unit: str
    numerator: Number | None
    denominator: Number | None
    n: int | None
    low: Number | None
    high: Number | None
    status: str
    reason: str | None
    today: Number | None


class FigureBesideTarget(Figure):
    """A figure, and the target that it is held against."""

    target: dict[str, Any] | None


class Metric(Struct):
    """A metric or a variant of it: its formula, unit, which way is better, and where it comes from."""

    name: str
    variant: str
    title: str
    family: str
    unit: str
    better: str
    formula: str
    timeline: str
    source: str | None
    rulebook: Annotated[str, Meta(description="The version of the rules that it is counted by.")]


class EvidenceRow(Struct):
    """A row behind a figure; one that does not count names the rule that left it out."""

    account_id: str | None
    subject_id: str | None
    numerator: Number | None
    excluded_because: str | None
    denominator: Number | None = None


class Moved(Struct):
    """An account that two figures do not count alike, and its part of what lies between them."""

    account_id: str
    because: str
    part: Number | None
    before: str
    after: str
    numerator_before: Number | None
    numerator_after: Number | None
    denominator_before: Number | None
    denominator_after: Number | None


class MovedSince(Moved):
    """The same, of one figure of a report."""

    metric: str
    period: str


class Account(Struct):
    """An account with its facts at an instant."""

    account_id: str
    name: str | None
    created_at: Instant | None
    status: str | None
    mrr: Number | None
    plan: str | None
    tenure: Number | None
    last_seen: str | None
    open_tickets: int | None
    country: str | None
    industry: str | None
    owner: str | None


class Happening(Struct):
    """One thing that happened to an account: the table that it stands in, and its row."""

    at: Instant
    kind: str
    row: dict[str, Any]


class WholeAccount(Account):
    """An account with its users and the events that they made by day."""

    users: list[dict[str, Any]]
    activity: dict[str, int]


class Segment(Struct):
    """A rule with a name, and how many accounts are in it now."""

    segment: str
    rule: str
    accounts: int
    by: str | None
    defined_at: Instant | None


class Target(Struct):
    """What a metric is to reach by when, and how it stands; `holdfast targets --format json` has the same."""

    target_id: str
    metric: str
    segment: Any
    grain: str
    period_label: str
    value: Number | None
    direction: str
    owner: str
    state: str


class Report(Struct):
    """A report that was kept."""

    report_id: str
    kind: str
    title: str
    made_at: Instant
    known_at: Instant
    by: str | None
    reason: str | None
    rulebook: str


class Reject(Struct):
    """A row that was not taken: what is wrong with it and what would be right."""

    reject_id: str
    table: str
    problem: str


class Finding(Struct):
    """Something wrong with the records, and what to do about it."""

    code: str
    severity: str
    table: str
    count: int
    message: str
    what_to_do: str
    examples: list[str]


class Workspace(Struct):
    """The workspace: its money and days, up to when everything is there, when the last record came."""

    name: str
    zone: str
    currency: str
    rulebook: str
    whole_until: Instant | None
    since: Instant | None
    recorded_until: Instant | None
