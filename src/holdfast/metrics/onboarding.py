"""Getting started: onboarding, activation and time to value (K23 to K25)."""

from __future__ import annotations

from typing import Any

from holdfast.metrics.catalog import Evidence, metric

NEW: dict[str, Any] = {
    "family": "onboarding",
    "reads": ("accounts", "events"),
    "also_reads": ("users",),
    "at": "entry",
}
STEPS: dict[str, Any] = {
    **NEW,
    "unit": "share",
    "better": "higher",
    "timeline": "onboarded_accounts",
    "needs": ("onboarding",),
    "source": "https://kpitree.co/glossary/product-metrics/user-activation-rate",
}
ACTIVATED: dict[str, Any] = {
    **NEW,
    "unit": "share",
    "better": "higher",
    "interval": "wilson",
    "needs": ("activation",),
    "source": "https://metrik-compass.abdspace.xyz/glossary/activation-rate",
}
RETURNS: dict[str, Any] = {
    **ACTIVATED,
    "timeline": "returns_of_accounts",
    "of": ({"times": 1}, {"times": 2}, {"times": 3}, {"times": 4}),
    "on_board": False,
    "source": "Seed 004, activation criterion: a second, third and fourth return",
}
TIME: dict[str, Any] = {
    **NEW,
    "unit": "days",
    "better": "lower",
    "timeline": "activated_accounts",
    "interval": "curve",
    "needs": ("activation",),
    "source": "https://bigdelta.com/library/metrics/time-to-activated",
}


@metric("onboarding_rate", interval="wilson", **STEPS)
def onboarding_rate(row: Any) -> Evidence:
    """Customer onboarding rate
    New accounts that took all required steps within 14 days of sign-up / new accounts, once the 14 days
    are over; the steps are those in force at sign-up."""
    required = (row.required > 0).cast("int64")
    finished = (row.met_at < row.closes_at).cast("int64")
    return Evidence(finished, required, _unjudged(row, row.required), matures=row.closes_at)


@metric("onboarding_rate", "steps", interval="ratio", **STEPS)
def onboarding_rate_steps(row: Any) -> Evidence:
    """Onboarding steps done
    Required steps that new accounts took within 14 days of sign-up / steps required of them, once the 14
    days are over."""
    return Evidence(row.done, row.required, _unjudged(row, row.required), matures=row.closes_at)


@metric("activation_rate", timeline="activated_accounts", **ACTIVATED)
def activation_rate(row: Any) -> Evidence:
    """Activation rate
    New accounts that met the activation criterion within 14 days of sign-up (or as many as it says) / new
    accounts, once these are over; undoing it later takes nothing back."""
    return _activated(row)


@metric(
    "activation_rate",
    "users",
    timeline="activated_users",
    cluster="subject_id",
    **{**ACTIVATED, "reads": ("users", "events"), "also_reads": ("accounts",)},
)
def activation_rate_users(row: Any) -> Evidence:
    """Activation rate, users
    New users who met the activation criterion by themselves within 14 days of their sign-up (or as many
    as it says) / new users, once these are over."""
    return _activated(row)


@metric("returns", **RETURNS)
def returns(row: Any, times: int) -> Evidence:
    """Returning again
    New accounts at which someone acted on at least so many of the 28 days after the time for activation /
    new accounts, once these are over."""
    return _returned(row, times, row.judged)


@metric("returns", "met", **RETURNS)
def returns_met(row: Any, times: int) -> Evidence:
    """Returning again, criterion met
    The same of new accounts that met the activation criterion in time."""
    return _returned(row, times, row.judged * (row.met_at < row.closes_at).cast("int64"))


@metric("returns", "not_met", **RETURNS)
def returns_not_met(row: Any, times: int) -> Evidence:
    """Returning again, criterion not met
    The same of new accounts that did not meet the activation criterion in time."""
    return _returned(row, times, row.judged * (row.met_at >= row.closes_at).cast("int64"))


@metric("time_to_value", statistic="median", empty="not_reached", **TIME)
def time_to_value(row: Any) -> Evidence:
    """Time to value
    Days from sign-up by which half of the new accounts have met the activation criterion: the median of
    the Kaplan-Meier curve, in which accounts that have not met it yet count as long as they are seen."""
    return _timed(row)


@metric("time_to_value", "achievers_median", statistic="median_of_ended", empty="no_data", **TIME)
def time_to_value_achievers_median(row: Any) -> Evidence:
    """Time to value, of those who reached it
    Median days from sign-up to meeting the activation criterion, over the accounts that have met it;
    too short while slower accounts are still on their way."""
    return _timed(row)


def _activated(row: Any) -> Evidence:
    met = (row.met_at < row.closes_at).cast("int64")
    return Evidence(met, row.judged, _unjudged(row, row.judged), matures=row.closes_at)


def _returned(row: Any, times: int, of: Any) -> Evidence:
    again = (row.returns >= times).cast("int64")
    return Evidence(again * of, of, _unjudged(row, row.judged), matures=row.returns_until)


def _timed(row: Any) -> Evidence:
    return Evidence(row.ended.cast("int64"), row.judged, _unjudged(row, row.judged))


def _unjudged(row: Any, judged: Any) -> list[tuple[str, Any]]:
    """Who signed up before anything was declared, or had done it before signing up: a fault in the data."""
    return [("not_declared_then", judged == 0), ("met_before_sign_up", row.met_at < row.start_at)]
