"""The table `trials`."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

TRIALS = Table(
    "trials",
    "Trials of the product; derived from trialing phases when absent.",
    columns=(
        Column("trial_id", Kind.TEXT, "The trial's id.", required=True),
        Column("account_id", Kind.TEXT, "The account that tries.", required=True, references="accounts"),
        Column("plan", Kind.TEXT, "The plan tried.", references="plans"),
        Column("started_at", Kind.INSTANT, "When the trial began.", required=True),
        Column("ends_at", Kind.INSTANT, "When it is due to end.", is_end=True),
        Column("ended_at", Kind.INSTANT, "When it did end.", is_end=True),
        Column("converted_at", Kind.INSTANT, "When the account began to pay after it."),
        Column("card_required", Kind.BOOLEAN, "True where a card had to be given first."),
    ),
)
