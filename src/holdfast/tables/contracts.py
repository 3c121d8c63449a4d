"""The table `contracts`."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

CONTRACTS = Table(
    "contracts",
    "Terms agreed with an account, for renewals; derived from phases for plans without contracts.",
    columns=(
        Column("contract_id", Kind.TEXT, "The id of the contract's term.", required=True),
        Column("account_id", Kind.TEXT, "The account bound.", required=True, references="accounts"),
        Column("term_start", Kind.INSTANT, "When the term begins.", required=True),
        Column(
            "term_end",
            Kind.INSTANT,
            "When the term ends, this instant no longer in it; the renewal is due here.",
            required=True,
            is_end=True,
        ),
        Column(
            "mrr", Kind.MONEY, "What the term is worth a month.", required=True, unit="`currency` per month"
        ),
        Column("currency", Kind.CURRENCY, "The currency of the amounts.", required=True),
        Column("auto_renew", Kind.BOOLEAN, "True where it renews unless someone gives notice."),
        Column("notice_by", Kind.INSTANT, "The last moment to give notice."),
        Column("outcome", Kind.TEXT, "What came of the renewal.", choices=("renewed", "lost", "pending")),
        Column("decided_at", Kind.INSTANT, "When that was decided."),
        Column("renewed_by", Kind.TEXT, "The contract that follows this one.", references="contracts"),
        Column(
            "renewed_mrr",
            Kind.MONEY,
            "What the following term is worth a month.",
            unit="`currency` per month",
        ),
    ),
)
