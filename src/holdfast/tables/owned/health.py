"""The tables of health scores, written by Holdfast itself."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

HEALTH_PROFILES = Table(
    "health_profiles",
    "Weights of the health score for kinds of accounts; the same name again is a new version of it.",
    columns=(
        Column("name", Kind.TEXT, "The profile's name.", required=True),
        Column(
            "rule", Kind.TEXT, "The rule of the accounts it is for, as segments have it; empty for the rest."
        ),
        Column("place", Kind.INTEGER, "Its place: of several that fit an account the first is its own."),
        Column(
            "weights",
            Kind.JSON,
            "The weight of each component, as an object of exact decimals.",
            required=True,
        ),
        Column("by", Kind.TEXT, "Who set it."),
    ),
    owned=True,
)
HEALTH_OVERRIDES = Table(
    "health_overrides",
    "Health scores that a person set by hand, each with its reason and its end.",
    columns=(
        Column("account_id", Kind.TEXT, "The account.", required=True, references="accounts"),
        Column("score", Kind.NUMBER, "The score from 0 to 100.", required=True, unit="points"),
        Column("reason", Kind.TEXT, "Why.", required=True),
        Column("set_at", Kind.INSTANT, "From when it counts.", required=True),
        Column(
            "expires_at", Kind.INSTANT, "When the counted score counts again.", required=True, is_end=True
        ),
        Column("by", Kind.TEXT, "Who set it."),
    ),
    owned=True,
)
HEALTH_SCORES = Table(
    "health_scores",
    "The health score of each account at the end of each week, as it was counted when it was kept.",
    columns=(
        Column("account_id", Kind.TEXT, "The account.", required=True, references="accounts"),
        Column(
            "day",
            Kind.DAY,
            "The first day after the week; the score is of the instant it begins at.",
            required=True,
        ),
        Column(
            "score", Kind.NUMBER, "The score from 0 to 100; empty where too little was known.", unit="points"
        ),
        Column("band", Kind.TEXT, "Its band.", choices=("green", "amber", "red")),
        Column(
            "coverage", Kind.NUMBER, "The share of the weights whose components were known.", unit="share"
        ),
        Column("profile", Kind.TEXT, "The profile of weights.", required=True),
        Column("version", Kind.TEXT, "Since when the profile had these weights.", required=True),
        Column("parts", Kind.JSON, "The value of each part, as exact decimals or fractions.", required=True),
    ),
    key=("account_id", "day"),
    owned=True,
)
