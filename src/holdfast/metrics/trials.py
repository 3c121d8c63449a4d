"""Trials that become customers (K26)."""

from __future__ import annotations

from typing import Any

from holdfast.metrics.catalog import Evidence, metric

TRIALS: dict[str, Any] = {
    "family": "trials",
    "unit": "share",
    "better": "higher",
    "timeline": "started_trials",
    "at": "entry",
    "reads": (),
    "also_reads": ("trials", "subscription_phases", "payments"),
    "interval": "wilson",
}
STRIPE = "https://support.stripe.com/questions/calculating-trial-conversion-rate-in-billing"
CHARTMOGUL = "https://help.chartmogul.com/hc/en-us/articles/115000865205-Metric-Trial-to-Paid-Conversion-Rate"


@metric("trial_conversion_rate", source=STRIPE, **TRIALS)
def trial_conversion_rate(row: Any) -> Evidence:
    """Free trial conversion rate
    Trials started in the period whose account first paid within the trial's length and 14 days of the
    start / trials started in the period, once that time is over; the first trial of each account."""
    return Evidence(_converted(row), _one(row), _paid_before(row), matures=row.closes_at)


@metric("trial_conversion_rate", "ended", source=STRIPE, **{**TRIALS, "timeline": "ended_trials"})
def trial_conversion_rate_ended(row: Any) -> Evidence:
    """Conversion rate of ended trials
    Trials ended in the period whose account first paid before 14 days after the end / trials ended in the
    period, once that time is over."""
    return Evidence(_converted(row), _one(row), _paid_before(row), matures=row.closes_at)


@metric("trial_conversion_rate", "ever", source=CHARTMOGUL, **TRIALS)
def trial_conversion_rate_ever(row: Any) -> Evidence:
    """Trials that have converted so far
    Trials started in the period whose account has paid by now / trials started in the period; it rises as
    late ones convert, and is low for recent periods."""
    return Evidence(row.paid, _one(row), _paid_before(row))


@metric(
    "trial_conversion_rate",
    "freemium_to_paid",
    source="https://help.chartmogul.com/hc/en-us/articles/213441685",
    **{
        **TRIALS,
        "timeline": "free_accounts",
        "at": "opening",
        "reads": ("subscription_phases",),
        "also_reads": (),
    },
)
def trial_conversion_rate_freemium_to_paid(row: Any) -> Evidence:
    """Free accounts that upgrade
    Accounts on a free plan at the opening that began to pay by the closing / accounts on a free plan at
    the opening."""
    return Evidence(row.upgraded, _one(row))


@metric(
    "trial_conversion_rate",
    "seed_inverse",
    source="Seed 003, trial conversion rate: trials divided 'by' conversions",
    **{**TRIALS, "unit": "ratio", "better": "lower", "interval": "inverse_wilson"},
)
def trial_conversion_rate_seed_inverse(row: Any) -> Evidence:
    """Trials per conversion
    Trials started in the period / those of them that converted: the division turned around, kept only to
    explain where such a number comes from."""
    return Evidence(_one(row), _converted(row), _paid_before(row), matures=row.closes_at)


def _converted(row: Any) -> Any:
    return (row.paid_at < row.closes_at).cast("int64")


def _paid_before(row: Any) -> list[tuple[str, Any]]:
    """An account that had paid before it tried cannot be won by the trial."""
    return [("paid_before", row.paid_at < row.start_at)]


def _one(row: Any) -> Any:
    return row.subject_id.notnull().cast("int64")
