"""The rules a workspace counts by, as data with a version (R4 to R14).

A rulebook is a frozen value; its `version` is a digest of its fields, so that two equal
rulebooks are one, whoever wrote them. Every figure is stored with the version that made it.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args, get_type_hints

from holdfast.errors import Sentence, UsageError, unknown

DiscountPolicy = Literal["in_force_recurring", "forever_only", "all", "none"]
SubscriptionPolicy = Literal["all", "latest"]
ChurnInstant = Literal["service_end", "cancel_request"]
PausePolicy = Literal["mrr_zero", "keeps_mrr"]
FreePolicy = Literal["churn", "stays_customer"]
WeeklyFactor = Literal["52/12", "4", "365/84"]
DailyFactor = Literal["365/12", "30"]
Entitled = Literal["paying_or_trialing", "paying"]
UsagePolicy = Literal["excluded", "trailing_3_month_average"]


@dataclass(frozen=True)
class Rulebook:
    """The named rules with their defaults; each field's help stands in `HELP`."""

    merge_gap_hours: int = 24
    pause_churn_days: int = 90
    past_due_grace_days: int = 30
    discount_policy: DiscountPolicy = "in_force_recurring"
    subscriptions: SubscriptionPolicy = "all"
    churn_instant: ChurnInstant = "service_end"
    pause_policy: PausePolicy = "mrr_zero"
    paid_to_free: FreePolicy = "churn"
    new_again_after_days: int = 0
    weekly_factor: WeeklyFactor = "52/12"
    daily_factor: DailyFactor = "365/12"
    usage_policy: UsagePolicy = "excluded"
    renewal_grace_days: int = 30
    recovery_window_days: int = 30
    trial_length_days: int = 14
    trial_grace_days: int = 14
    onboarding_window_days: int = 14
    activation_window_days: int = 14
    entitled: Entitled = "paying_or_trialing"
    session_timeout_minutes: int = 30
    session_tail_seconds: int = 0
    follow_up_days: int = 90
    fcr_window_days: int = 7
    fcr_open_limit_days: int = 30
    survey_open_days: int = 14
    cap_months: int = 0
    sales_cycle_days: int = 0

    def __post_init__(self) -> None:
        hints = get_type_hints(Rulebook)
        for field in fields(self):
            _accept(field.name, getattr(self, field.name), hints[field.name])

    @property
    def version(self) -> str:
        """Twelve hex digits that stand for exactly these rules."""
        text = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def of_timelines(self) -> tuple[Any, ...]:
        """The rules by which subscriptions are laid out in time; the others are read by metrics alone."""
        return tuple(getattr(self, name) for name in OF_TIMELINES)

    def as_mapping(self) -> dict[str, Any]:
        """The rules by name, as `from_mapping` takes them."""
        return asdict(self)

    @classmethod
    def from_mapping(cls, given: dict[str, Any]) -> Rulebook:
        """The default rulebook with `given` rules in place; an unknown rule is refused."""
        names = {field.name for field in fields(cls)}
        for name in given:
            if name not in names:
                raise unknown("rule", name, names)
        return cls(**given)

    def with_toml(self, text: str) -> Rulebook:
        """This rulebook with the rules written as TOML, one `rule = value` a line, in place."""
        try:
            given = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            hint = Sentence("One rule a line, such as pause_churn_days = 60.")
            raise UsageError(Sentence("The rulebook is not TOML: {error}.", error=error), hint=hint) from None
        return Rulebook.from_mapping({**self.as_mapping(), **given})


OF_TIMELINES = (
    "merge_gap_hours",
    "pause_churn_days",
    "past_due_grace_days",
    "discount_policy",
    "subscriptions",
    "churn_instant",
    "pause_policy",
    "paid_to_free",
    "new_again_after_days",
    "weekly_factor",
    "daily_factor",
)

HELP = {
    "merge_gap_hours": "A gap at MRR 0 shorter than this is neither churn nor reactivation (R7).",
    "pause_churn_days": "A pause after having paid becomes logo churn after this many days (R5).",
    "past_due_grace_days": "A past-due subscription keeps paying for this many days after the due date (R5).",
    "discount_policy": "Which discounts lower MRR while in force (R11).",
    "subscriptions": "Whether all of an account's subscriptions count, or only the latest (K03).",
    "churn_instant": "Whether a cancelled subscription ends with its service or with the request (R6).",
    "pause_policy": "Whether MRR is 0 in a pause, or goes on as before (R5).",
    "paid_to_free": "Whether going from a paid to a free plan is churn, or stays a customer (R6).",
    "new_again_after_days": "A return after so many days away is new instead of back; 0 for never (R8).",
    "weekly_factor": "How many weeks a month has where a price is per week (R10).",
    "daily_factor": "How many days a month has where a price is per day (R10).",
    "usage_policy": "Whether boards show metered charges, as a line of their own beside MRR (R10).",
    "renewal_grace_days": "A renewal agreed within so many days after the term's end still counts (K11).",
    "recovery_window_days": "A failed invoice paid within so many days of failing first is recovered (K10).",
    "trial_length_days": "How long a trial is where neither it nor its source says so (K26).",
    "trial_grace_days": "A trial converts until so many days after its planned end (K26).",
    "onboarding_window_days": "Onboarding steps count within so many days of sign-up (K23).",
    "activation_window_days": "The activation criterion counts within so many days of sign-up (K24).",
    "entitled": "Whether accounts in a trial are expected to use the product as those that pay are (K19).",
    "session_timeout_minutes": "A pause of so many minutes begins a new session (K20).",
    "session_tail_seconds": "Seconds credited to a session after its last event (K20).",
    "follow_up_days": "How far unbounded retention looks beyond its day (K21).",
    "fcr_window_days": "A ticket reopened or raised again within so many days is not first-contact (K30).",
    "fcr_open_limit_days": "A ticket not solved within so many days was not resolved at first contact (K30).",
    "survey_open_days": "An invitation may be answered for so many days (K32).",
    "cap_months": "The longest lifetime, in months, that lifetime value counts; 0 for no cap (K14).",
    "sales_cycle_days": "How many days winning a customer takes: its cost is of so long before (K15).",
}


def _accept(name: str, value: object, wanted: Any) -> None:
    choices = get_args(wanted)
    problem = Sentence("Rule {name!r} cannot be {value!r}.", name=name, value=value)
    if choices and value not in choices:
        raise UsageError(problem, hint=Sentence("One of: {names}.", names=", ".join(choices)))
    if not choices and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        raise UsageError(problem, hint=Sentence("A whole number of 0 or more."))
