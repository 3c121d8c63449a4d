"""The table `subscription_phases`."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

SUBSCRIPTION_PHASES = Table(
    "subscription_phases",
    "Spans of a subscription at a constant price; any change of it closes one phase and opens the next.",
    columns=(
        Column(
            "phase_id",
            Kind.TEXT,
            "The phase's id; where the source has none, join the subscription's id and the start.",
            required=True,
        ),
        Column("subscription_id", Kind.TEXT, "The subscription that the phase is part of.", required=True),
        Column("account_id", Kind.TEXT, "The account that pays.", required=True, references="accounts"),
        Column("plan", Kind.TEXT, "The plan the phase is on.", required=True, references="plans"),
        Column(
            "start_at",
            Kind.INSTANT,
            "When the phase begins; it counts from this instant on (R3).",
            required=True,
        ),
        Column(
            "end_at",
            Kind.INSTANT,
            "When the phase ends, this instant no longer in it; empty while it runs (R3).",
            is_end=True,
        ),
        Column(
            "status",
            Kind.TEXT,
            "What the subscription is during the phase; trialing, paused and free have MRR 0 (R4).",
            required=True,
            choices=("trialing", "active", "past_due", "paused", "free"),
        ),
        Column("currency", Kind.CURRENCY, "The currency of the amounts.", required=True),
        Column(
            "unit_amount",
            Kind.MONEY,
            "The price of one unit for one interval, before discount and tax.",
            required=True,
            unit="`currency` per unit and interval",
        ),
        Column("quantity", Kind.NUMBER, "How many units, such as seats.", unit="units", default="1"),
        Column(
            "interval",
            Kind.TEXT,
            "The unit of the billing interval.",
            required=True,
            choices=("day", "week", "month", "year"),
        ),
        Column(
            "interval_count",
            Kind.INTEGER,
            "How many of that unit make one billing interval: month and 3 is a quarter.",
            unit="intervals",
            default="1",
        ),
        Column(
            "discount_amount",
            Kind.MONEY,
            "What is taken off the whole phase for one interval, before tax.",
            unit="`currency` per interval",
        ),
        Column(
            "discount_kind",
            Kind.TEXT,
            "How long the discount lasts; a single cycle does not lower MRR (R11).",
            choices=("once", "repeating", "forever"),
        ),
        Column(
            "discount_cycles",
            Kind.INTEGER,
            "For how many billing intervals a repeating discount lasts.",
            unit="intervals",
        ),
        Column(
            "cancel_requested_at",
            Kind.INSTANT,
            "When the customer asked to cancel; shown as scheduled churn until the end comes (R6).",
        ),
        Column(
            "end_reason",
            Kind.TEXT,
            "Why the phase ended; splits voluntary from involuntary churn.",
            choices=("voluntary", "payment_failure", "plan_change", "other"),
        ),
        Column("end_cause", Kind.TEXT, "The cause the customer gave, in free text or in your own taxonomy."),
    ),
)
