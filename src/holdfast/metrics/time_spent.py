"""How long the product is used (K20): minutes, with no target of their own, for more may mean struggle."""

from __future__ import annotations

from typing import Any

from holdfast.metrics.catalog import Evidence, metric

TIME: dict[str, Any] = {
    "family": "usage",
    "unit": "minutes",
    "better": "context",
    "interval": "ratio",
    "cluster": "subject_id",
    "timeline": "time_by_user",
    "reads": ("events",),
    "also_reads": ("users",),
    "since": "events",
    "source": "https://github.com/mixpanel/docs/blob/main/docs/features/sessions.mdx",
}


@metric("time_on_platform", **TIME)
def time_on_platform(row: Any) -> Evidence:
    """Average time on platform
    Minutes of the sessions begun in the period / weeks in which users were active, added over users.
    A pause of the session timeout begins a new session; a lone event lasts no time."""
    return Evidence(row.minutes, row.weeks)


@metric(
    "time_on_platform",
    "median",
    **{**TIME, "statistic": "median_of_ended", "interval": "none", "empty": "no_data"},
)
def time_on_platform_median(row: Any) -> Evidence:
    """Median time on platform
    The middle active user's minutes per active week."""
    return Evidence(row.ended.cast("int64"), row.ended.notnull().cast("int64"))


@metric("time_on_platform", "per_session", **TIME)
def time_on_platform_per_session(row: Any) -> Evidence:
    """Time per session
    Minutes of the sessions begun in the period / sessions begun in the period."""
    return Evidence(row.minutes, row.sessions)


@metric(
    "time_on_platform",
    "per_entitled_user",
    **{
        **TIME,
        "timeline": "time_of_entitled",
        "reads": ("subscription_phases", "events", "users"),
        "also_reads": (),
    },
)
def time_on_platform_per_entitled_user(row: Any) -> Evidence:
    """Time per entitled user
    Minutes of the sessions begun in the period by users at accounts paying or trialing at the opening /
    those users, the silent ones included."""
    return Evidence(row.minutes, _one(row))


@metric("time_on_platform", "midnight_split", **{**TIME, "timeline": "split_time_by_user"})
def time_on_platform_midnight_split(row: Any) -> Evidence:
    """Average time on platform, split at midnight
    The same with sessions cut at local midnight, each part in its own day."""
    return Evidence(row.minutes, row.weeks)


@metric("time_on_platform", "foreground", **{**TIME, "timeline": "foreground_by_user", "empty": "no_data"})
def time_on_platform_foreground(row: Any) -> Evidence:
    """Average time in the foreground
    Minutes of engagement told by the client (engagement_ms) / active weeks of the users of whom it told
    any."""
    return Evidence(row.minutes, row.weeks, excluded=[("no_engagement", row.minutes.isnull())])


def _one(row: Any) -> Any:
    return row.subject_id.notnull().cast("int64")
