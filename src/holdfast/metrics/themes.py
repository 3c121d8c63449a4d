"""What people talk about (K31)."""

from __future__ import annotations

from typing import Any

import ibis

from holdfast.metrics.catalog import Evidence, metric
from holdfast.timelines.money import zero

THEMES: dict[str, Any] = {
    "family": "feedback",
    "timeline": "themed_items",
    "reads": ("feedback_tags",),
    "also_reads": ("survey_responses", "notes", "tickets"),
    "unit": "share",
    "better": "context",
    "interval": "wilson",
    "cluster": "subject_id",
}
BY_THEME: dict[str, Any] = {**THEMES, "of_columns": ("theme",)}
ACCOUNTS: dict[str, Any] = {**BY_THEME, "timeline": "themed_accounts", "cluster": "account_id"}
SEED = "Seed 003, metric 3: 'what do they like and dislike'"
TRENDS = "Seeds 000-002, 'collected, organised and analysed to identify trends and patterns'"


@metric("theme_share", source=SEED, **BY_THEME)
def theme_share(row: Any) -> Evidence:
    """Share of feedback by theme
    Items about the theme / items in which some theme was found: comments, notes of what customers said,
    and tickets. An item may be about several."""
    return Evidence(row.carries, _one(row))


@metric("theme_share", "accounts", source=SEED, **ACCOUNTS)
def theme_share_accounts(row: Any) -> Evidence:
    """Share of accounts by theme
    Accounts that spoke about the theme / accounts that spoke about any."""
    return Evidence(row.carries, _one(row))


@metric(
    "theme_share",
    "mrr",
    source=SEED,
    rates=("no_opening_rate",),
    **{
        **ACCOUNTS,
        "interval": "ratio",
        "also_reads": (*THEMES["also_reads"], "subscription_phases"),
    },
)
def theme_share_mrr(row: Any) -> Evidence:
    """Share of MRR by theme
    MRR at the opening of accounts that spoke about the theme / MRR at the opening of accounts that spoke
    about any."""
    about = ibis.ifelse(row.carries > 0, row.opening_mrr, zero())
    return Evidence(about, row.opening_mrr)


@metric("theme_share", "sentiment", source=TRENDS, **{**BY_THEME, "interval": "ratio", "better": "higher"})
def theme_share_sentiment(row: Any) -> Evidence:
    """Net sentiment by theme
    (Items that sound positive about the theme - items that sound negative) / items about it that say how
    they sound."""
    silent = (row.carries > 0) & row.worth.isnull()
    about = ibis.ifelse(row.worth.notnull(), row.carries, 0)
    return Evidence(row.worth.fill_null(0), about, excluded=[("no_sentiment", silent)])


@metric("theme_share", "coverage", source=TRENDS, **{**THEMES, "timeline": "feedback_items"})
def theme_share_coverage(row: Any) -> Evidence:
    """Share of feedback with a theme
    Items in which some theme was found / items."""
    return Evidence(row.coded, _one(row))


def _one(row: Any) -> Any:
    return row.subject_id.notnull().cast("int64")
