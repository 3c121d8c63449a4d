"""What judgements look like, as types; docs/output.md says what each field means."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from holdfast.web.reads.shapes import Instant, Number


class Health(Struct):
    """An account's health, with what it was counted from."""

    account_id: str
    name: str | None
    at: Instant
    score: Number | None
    band: str | None
    counted: Number | None
    coverage: Number
    reason: str | None
    mrr: Number | None
    profile: str
    override_reason: str | None


class Risk(Struct):
    """An account's chance to leave, of it for a failed payment, and why; and that by its next renewal.

    `by_renewal` is the chance that it has left when the day of its renewal is over, null for a reason.
    """

    account_id: str
    name: str | None
    at: Instant
    days: int
    chance: Number
    payment: Number
    mrr: Number | None
    mrr_at_stake: Number
    reasons: list[dict[str, Any]]
    renewal_day: str | None
    by_renewal: Number | None
    by_renewal_reason: str | None


class Telling(Struct):
    """Whether chances are shown, and when they were learned; null where that was for this answer."""

    shown: bool
    told_at: Instant | None


class Warning(Struct):  # noqa: A001 - what it is called everywhere
    """An open warning with the records behind it."""

    account_id: str
    name: str | None
    kind: str
    opened_at: Instant
    days_open: int
    mrr: Number | None
    share: Number | None
    mrr_at_stake: Number
    records: Any


class Worth(Struct):
    """What a paying customer is still worth, of margin or of revenue, and what that was learned from."""

    account_id: str
    name: str | None
    mrr: Number | None
    months_behind: Number
    months_to_come: Number | None
    worth: Number | None
    low: Number | None
    high: Number | None
    of: str
    unit: str


class Cause(Struct):
    """What was lost for one cause, and what is at stake."""

    cause: str
    accounts: int
    mrr: Number
    share: Number | None
    at_stake: int
    mrr_at_stake: Number
    period: str
    unit: str


class Action(Struct):
    """What is done about a cause, and what came of it."""

    action_id: str
    title: str
    cause: str
    owner: str
    metric: str
    state: str
    before: Number | None
    since: Number | None
    difference: Number | None
    low: Number | None
    high: Number | None
    verdict: str
    reason: str | None


class Behaviour(Struct):
    """Something done early, and the difference in who stayed, among all and among like accounts.

    Where there is too little evidence one row says so.
    """

    number: int | None
    kind: str | None
    count: int | None
    difference: Number | None
    low: Number | None
    high: Number | None
    alike: Number | None
    p: Number | None
    verdict: str | None
    because: str | None
    evidence: str | None = None


class Returned(Struct):
    """How many accounts came back on at least so many days, activation criterion met or not.

    Undefined is null with its reason: on a side there is nobody.
    """

    times: int
    met: int
    met_returned: int
    met_share: Number | None
    met_low: Number | None
    met_high: Number | None
    not_met: int
    not_met_returned: int
    not_met_share: Number | None
    not_met_low: Number | None
    not_met_high: Number | None
    difference: Number | None
    low: Number | None
    high: Number | None
    reason: str | None
    pending: int
    undeclared: int


class Experiment(Struct):
    """An experiment and what it says by now."""

    experiment_id: str
    name: str
    started_at: Instant
    ends_at: Instant
    treated: int
    control: int
    difference: Number | None
    low: Number | None
    high: Number | None
    verdict: str
    over: bool


class Stage(Struct):
    """How many users of a persona reached a stage, and how many dropped there."""

    persona: str | None
    stage: int
    event: str
    started: int
    reached: int
    dropped: int
    conversion: Number | None
    low: Number | None
    high: Number | None
    pending: int


class Theme(Struct):
    """What accounts spoke of, and whether more of them do than before."""

    theme: str
    accounts: int
    before: int
    change: Number | None
    low: Number | None
    high: Number | None
    recurring: bool
    rising: bool
