"""Views of what was counted: published figures and the catalogue they are of."""

from __future__ import annotations

from holdfast.tables.owned.published_figures import PUBLISHED_FIGURES
from holdfast.tables.schema import Column, Kind, Table


def _as_published(*names: str) -> tuple[Column, ...]:
    return tuple(PUBLISHED_FIGURES.column(name) for name in names)


FIGURES = Table(
    "figures",
    "Figures as they were published or shown in a kept report; those of closed periods stand `in_force`.",
    columns=(
        *_as_published("metric", "variant", "grain", "period_label", "period_start", "period_end"),
        *_as_published("segment", "of"),
        Column(
            "value", Kind.NUMBER, "The value, to 9 places; empty where it is undefined.", unit="see `unit`"
        ),
        Column("exact_value", Kind.TEXT, "The value with every digit.", unit="see `unit`"),
        *_as_published("unit"),
        Column("numerator", Kind.NUMBER, "The numerator, to 9 places.", unit="see `unit`"),
        Column("denominator", Kind.NUMBER, "The denominator, to 9 places; empty for a total."),
        *_as_published("n", "low", "high", "status", "reason", "as_of", "known_at", "rulebook"),
        *_as_published("report_id"),
        Column(
            "report_kind",
            Kind.TEXT,
            "Why the report was made.",
            required=True,
            choices=("shown", "closed", "restated"),
        ),
        Column("published_at", Kind.INSTANT, "When the report was kept.", required=True),
        Column(
            "in_force",
            Kind.BOOLEAN,
            "True where the period is closed and this is what boards show of it.",
            required=True,
        ),
    ),
    key=("report_id", "metric", "variant", "period_label", "segment", "of"),
)

METRICS = Table(
    "metrics",
    "The catalogue: every metric and variant with its formula.",
    columns=(
        Column("name", Kind.TEXT, "The metric's name.", required=True),
        Column("variant", Kind.TEXT, "The variant's name; empty for the default.", required=True),
        Column("title", Kind.TEXT, "What people call it.", required=True),
        Column("family", Kind.TEXT, "The group it stands in on the board.", required=True),
        Column("unit", Kind.TEXT, "`share`, `ratio`, `money`, `months`, or what is counted.", required=True),
        Column(
            "better",
            Kind.TEXT,
            "Which way is better.",
            required=True,
            choices=("higher", "lower", "context"),
        ),
        Column("formula", Kind.TEXT, "The formula in words.", required=True),
        Column("timeline", Kind.TEXT, "The timeline it is counted over.", required=True),
        Column("source", Kind.TEXT, "Where the definition comes from.", required=True),
    ),
    key=("name", "variant"),
)
