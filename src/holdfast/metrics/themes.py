"""What people talk about (K31)."""

from __future__ import annotations

from typing import Any

import ibis

from holdfast.metrics.catalog import Evidence, metric
from holdfast.metrics.composed import Parts, composed, part
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
CODED: dict[str, Any] = {
    "timeline": "twice_coded",
    "interval": "ratio",
    "cluster": "subject_id",
    "empty": "no_data",
}
COHEN = "https://doi.org/10.1177/001316446002000104"
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


@part("coders_agree", unit="share", **CODED)
def coders_agree(row: Any) -> Evidence:
    """Decisions on which both coders agree
    Themes that both found in an item, or neither did / themes x items that two have coded."""
    return Evidence((row["first"] == row.second).cast("int64"), _one(row))


@part("first_coder_finds", unit="share", **CODED)
def first_coder_finds(row: Any) -> Evidence:
    """Themes that the first coder found
    Themes found in an item by the first of its coders / themes x items that two have coded."""
    return Evidence(row["first"], _one(row))


@part("second_coder_finds", unit="share", **CODED)
def second_coder_finds(row: Any) -> Evidence:
    """Themes that the second coder found
    Themes found in an item by the second of its coders / themes x items that two have coded."""
    return Evidence(row.second, _one(row))


@composed(
    "theme_share",
    "agreement",
    parts=(coders_agree, first_coder_finds, second_coder_finds),
    source=COHEN,
    better="higher",
    unit="ratio",
    interval="joint",
    family="feedback",
    reads=THEMES["reads"],
    also_reads=THEMES["also_reads"],
)
def theme_share_agreement(of: Parts) -> Any:
    """Agreement of those who find themes
    Cohen's kappa over themes and items that two have coded: (share agreed - share that chance would
    agree on) / (1 - share that chance would agree on); 0 is chance, 1 is always. The interval draws items
    again, each with all its themes."""
    first, second = of["first_coder_finds"], of["second_coder_finds"]
    chance = first * second + (1 - first) * (1 - second)
    return of["coders_agree"] - chance, 1 - chance


def _one(row: Any) -> Any:
    return row.subject_id.notnull().cast("int64")
