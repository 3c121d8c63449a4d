"""The table `published_figures`, written by Holdfast itself."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

PUBLISHED_FIGURES = Table(
    "published_figures",
    "Figures as they were published: closed periods, reports, snapshots; each can be run again (R19).",
    columns=(
        Column("figure_id", Kind.TEXT, "The figure's id.", required=True),
        Column("metric", Kind.TEXT, "The metric's name.", required=True),
        Column("variant", Kind.TEXT, "The variant's name; empty for the default."),
        Column("grain", Kind.TEXT, "The kind of period.", required=True),
        Column("period_label", Kind.TEXT, "The period, such as 2025-04.", required=True),
        Column("period_start", Kind.INSTANT, "When the period begins.", required=True),
        Column(
            "period_end",
            Kind.INSTANT,
            "When the period ends, this instant no longer in it.",
            required=True,
            is_end=True,
        ),
        Column(
            "segment", Kind.JSON, "The segment, as a JSON object of attribute to value; empty object for all."
        ),
        Column("of", Kind.JSON, "The metric's own dimension, as a JSON object; empty object for none."),
        Column(
            "value",
            Kind.TEXT,
            "The value as an exact decimal in text; empty where it is undefined.",
            unit="see `unit`",
        ),
        Column("unit", Kind.TEXT, "The unit of the value."),
        Column("numerator", Kind.TEXT, "The numerator, as an exact decimal in text.", unit="see `unit`"),
        Column("denominator", Kind.TEXT, "The denominator, as an exact decimal in text."),
        Column("n", Kind.INTEGER, "How many subjects the value rests on.", unit="subjects"),
        Column("low", Kind.NUMBER, "The lower end of the 95 % interval.", unit="see `unit`"),
        Column("high", Kind.NUMBER, "The upper end of the 95 % interval.", unit="see `unit`"),
        Column(
            "status",
            Kind.TEXT,
            "Whether later data can still change it (R18).",
            required=True,
            choices=("final", "provisional"),
        ),
        Column("reason", Kind.TEXT, "Why the value is undefined (R16)."),
        Column("as_of", Kind.INSTANT, "The data watermark: instants after it were unknown.", required=True),
        Column("known_at", Kind.INSTANT, "The greatest recorded_at that the figure saw.", required=True),
        Column("rulebook", Kind.TEXT, "The version of the rulebook it was counted by.", required=True),
        Column("by", Kind.TEXT, "Who published it."),
        Column("report_id", Kind.TEXT, "The report it belongs to.", references="reports"),
    ),
    owned=True,
)
