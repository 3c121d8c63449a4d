"""How many use the product and how steadily: active users, stickiness, L28, usage rate (K17 to K19)."""

from __future__ import annotations

from typing import Any

from holdfast.metrics.catalog import Evidence, metric

ACTIVE: dict[str, Any] = {
    "family": "usage",
    "timeline": "active_users",
    "reads": ("events",),
    "also_reads": ("users",),
    "at": "closing",
    "better": "higher",
    "since": "events",
    "source": "https://www.gradientgrowth.com/insights/dau-mau-ratio-stickiness",
}
USERS: dict[str, Any] = {**ACTIVE, "unit": "users"}
ACCOUNTS: dict[str, Any] = {**ACTIVE, "unit": "accounts", "timeline": "active_accounts"}
STEADY: dict[str, Any] = {
    **ACTIVE,
    "unit": "share",
    "cluster": "subject_id",
    "source": "https://andrewchen.com/power-user-curve",
}
SHARE: dict[str, Any] = {**STEADY, "interval": "wilson"}
MEAN: dict[str, Any] = {**STEADY, "interval": "ratio"}
ENTITLED: dict[str, Any] = {
    "family": "usage",
    "unit": "share",
    "better": "higher",
    "interval": "wilson",
    "timeline": "usage_by_account",
    "reads": ("subscription_phases", "events"),
    "also_reads": ("users",),
    "since": "events",
    "source": "Seed 003; https://www.successeve.com/features/product-usage-metrics",
}
DAYS_OF_USE: tuple[dict[str, int], ...] = ({"k": 4}, {"k": 8}, {"k": 14}, {"k": 20})


@metric("daily_active_users", **USERS)
def daily_active_users(row: Any) -> Evidence:
    """Daily active users
    Distinct users with a qualifying event on the period's last local day."""
    return Evidence(_any(row.days_of_1))


@metric("daily_active_users", "accounts", **ACCOUNTS)
def daily_active_users_accounts(row: Any) -> Evidence:
    """Daily active accounts
    Distinct accounts at which someone acted on the period's last local day."""
    return Evidence(_any(row.days_of_1))


@metric("weekly_active_users", **USERS)
def weekly_active_users(row: Any) -> Evidence:
    """Weekly active users
    Distinct users with a qualifying event in the 7 local days that end with the period."""
    return Evidence(_any(row.days_of_7))


@metric("weekly_active_users", "accounts", **ACCOUNTS)
def weekly_active_users_accounts(row: Any) -> Evidence:
    """Weekly active accounts
    Distinct accounts at which someone acted in the 7 local days that end with the period."""
    return Evidence(_any(row.days_of_7))


@metric("monthly_active_users", **USERS)
def monthly_active_users(row: Any) -> Evidence:
    """Monthly active users
    Distinct users with a qualifying event in the 28 local days that end with the period."""
    return Evidence(_any(row.days_of_28))


@metric("monthly_active_users", "mau30", **USERS)
def monthly_active_users_mau30(row: Any) -> Evidence:
    """Monthly active users, 30 days
    Distinct users with a qualifying event in the 30 local days that end with the period."""
    return Evidence(_any(row.days_of_30))


@metric("monthly_active_users", "calendar_month", **USERS)
def monthly_active_users_calendar_month(row: Any) -> Evidence:
    """Monthly active users, calendar month
    Distinct users with a qualifying event in the calendar month of the period's last day, up to it."""
    return Evidence(_any(row.days_of_month))


@metric("monthly_active_users", "accounts", **ACCOUNTS)
def monthly_active_users_accounts(row: Any) -> Evidence:
    """Monthly active accounts
    Distinct accounts at which someone acted in the 28 local days that end with the period."""
    return Evidence(_any(row.days_of_28))


@metric("stickiness", **MEAN)
def stickiness(row: Any) -> Evidence:
    """Stickiness
    Mean daily active users over the 28 days that end with the period / monthly active users: active
    days of the monthly users / 28 days of each."""
    return Evidence(row.days_of_28, _any(row.days_of_28) * 28)


@metric("stickiness", "last_day", **SHARE)
def stickiness_last_day(row: Any) -> Evidence:
    """Stickiness on the last day
    Daily active users of the period's last day / monthly active users."""
    return Evidence(_any(row.days_of_1), _any(row.days_of_28))


@metric("stickiness", "dau_wau", **MEAN)
def stickiness_dau_wau(row: Any) -> Evidence:
    """Stickiness by week
    Mean daily active users over the 7 days that end with the period / weekly active users."""
    return Evidence(row.days_of_7, _any(row.days_of_7) * 7)


@metric("stickiness", "wau_mau", **SHARE)
def stickiness_wau_mau(row: Any) -> Evidence:
    """Stickiness of weeks in months
    Weekly active users at the period's end / monthly active users at the period's end."""
    return Evidence(_any(row.days_of_7), _any(row.days_of_28))


@metric("l28", of=DAYS_OF_USE, **SHARE)
def l28(row: Any, k: int) -> Evidence:
    """Users active on many days
    Monthly active users who were active on at least k of the 28 days / monthly active users."""
    return Evidence((row.days_of_28 >= k).cast("int64"), _any(row.days_of_28))


@metric("product_usage_rate", needs=("core_events",), **ENTITLED)
def product_usage_rate(row: Any) -> Evidence:
    """Product usage rate
    Accounts paying or trialing at the opening with a core event in the period / accounts paying or
    trialing at the opening."""
    return Evidence(_any(row.core_days), _one(row))


@metric(
    "product_usage_rate",
    "users",
    needs=("core_events",),
    **{
        **ENTITLED,
        "timeline": "usage_by_user",
        "cluster": "subject_id",
        "reads": ("subscription_phases", "events", "users"),
        "also_reads": (),
    },
)
def product_usage_rate_users(row: Any) -> Evidence:
    """Product usage rate of users
    The same over the users of those accounts who were there at the opening."""
    return Evidence(_any(row.core_days), _one(row))


@metric("product_usage_rate", "any_event", **ENTITLED)
def product_usage_rate_any_event(row: Any) -> Evidence:
    """Product usage rate, any event
    Entitled accounts with a qualifying event of any name in the period / entitled accounts."""
    return Evidence(_any(row.active_days), _one(row))


@metric("product_usage_rate", "ideal_use_k", **ENTITLED)
def product_usage_rate_ideal_use_k(row: Any) -> Evidence:
    """Ideal use
    Entitled accounts with at least `ideal_use_days` active days in the period / entitled accounts."""
    return Evidence(row.ideal, _one(row))


@metric(
    "product_usage_rate",
    "feature",
    of_columns=("feature",),
    **{**ENTITLED, "timeline": "usage_by_feature"},
)
def product_usage_rate_feature(row: Any) -> Evidence:
    """Feature adoption
    Entitled accounts that used the feature (an event's name) in the period / entitled accounts."""
    return Evidence(row.used, _one(row))


def _any(days: Any) -> Any:
    return (days > 0).cast("int64")


def _one(row: Any) -> Any:
    return row.account_id.notnull().cast("int64")
