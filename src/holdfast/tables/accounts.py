"""The table `accounts`."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

ACCOUNTS = Table(
    "accounts",
    "The customers of the business: one row per billing entity and change of its attributes (R1).",
    columns=(
        Column(
            "account_id",
            Kind.TEXT,
            "The account's id at the source: the billing entity, not a user or a subscription.",
            required=True,
        ),
        Column(
            "valid_from",
            Kind.INSTANT,
            "From when on these attributes hold; empty means from when we came to know them.",
        ),
        Column("name", Kind.TEXT, "The account's name, as people say it."),
        Column("created_at", Kind.INSTANT, "When the account was created: its sign-up.", required=True),
        Column("country", Kind.TEXT, "The account's country, best as a two-letter ISO 3166 code."),
        Column("industry", Kind.TEXT, "The account's line of business."),
        Column("size_band", Kind.TEXT, "A size class of your own, such as 11-50."),
        Column("employees", Kind.INTEGER, "How many people work at the account.", unit="people"),
        Column(
            "language", Kind.TEXT, "The language the account prefers, as a BCP 47 tag such as hi or pt-BR."
        ),
        Column("owner", Kind.TEXT, "Who in your team looks after the account."),
        Column("channel", Kind.TEXT, "How the account found you, such as organic, partner or paid."),
        Column("referred_by", Kind.TEXT, "The account that referred this one.", references="accounts"),
        Column(
            "is_internal",
            Kind.BOOLEAN,
            "True for your own, test and spam accounts; they are left out everywhere.",
        ),
        Column(
            "merged_into",
            Kind.TEXT,
            "The account this one was merged into; the two count once, with united history.",
            references="accounts",
        ),
        Column(
            "attributes",
            Kind.JSON,
            "Anything else you know, as a JSON object; each name in it can be a segment.",
        ),
    ),
    key=("account_id", "valid_from"),
)
