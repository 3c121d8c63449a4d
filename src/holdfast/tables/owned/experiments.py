"""The table `experiments`, written by Holdfast itself."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

EXPERIMENTS = Table(
    "experiments",
    "What was tried on some accounts and not on others: said before it began, and not changed since.",
    columns=(
        Column("experiment_id", Kind.TEXT, "The experiment's id.", required=True),
        Column("name", Kind.TEXT, "What is tried.", required=True),
        Column("rule", Kind.TEXT, "The rule of the accounts that took part; empty for all customers."),
        Column("share", Kind.NUMBER, "The share held out as control.", required=True, unit="share"),
        Column("salt", Kind.TEXT, "What accounts were held out by, hashed with their ids.", required=True),
        Column("started_at", Kind.INSTANT, "From when on it is looked at who leaves.", required=True),
        Column("ends_at", Kind.INSTANT, "When the window ends.", required=True, is_end=True),
        Column("least", Kind.NUMBER, "The least difference of shares worth having.", unit="share"),
        Column("by", Kind.TEXT, "Who began it."),
    ),
    owned=True,
)
