"""The table `users`."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

USERS = Table(
    "users",
    "The people who use the product, each at an account; a person in two accounts is two rows.",
    columns=(
        Column("user_id", Kind.TEXT, "The user's id at the source.", required=True),
        Column(
            "valid_from",
            Kind.INSTANT,
            "From when on these attributes hold; empty means from when we came to know them.",
        ),
        Column(
            "account_id", Kind.TEXT, "The account the user belongs to.", required=True, references="accounts"
        ),
        Column(
            "person_key",
            Kind.TEXT,
            "The same value in two rows says that they are one person in two accounts.",
        ),
        Column("created_at", Kind.INSTANT, "When the user was created."),
        Column("email", Kind.TEXT, "The user's e-mail address."),
        Column("email_verified_at", Kind.INSTANT, "When the user confirmed the e-mail address."),
        Column("name", Kind.TEXT, "The user's name."),
        Column("role", Kind.TEXT, "What the user may do in the product, such as admin."),
        Column("persona", Kind.TEXT, "The kind of user, in your own words."),
        Column("locale", Kind.TEXT, "The user's language and region, such as fa-IR."),
        Column("timezone", Kind.TEXT, "The user's IANA time zone, such as Asia/Tehran."),
        Column(
            "is_internal",
            Kind.BOOLEAN,
            "True for your own people and for test users; they are left out everywhere.",
        ),
        Column(
            "consent", Kind.JSON, "What the user agreed to, as a JSON object of channel to true or false."
        ),
        Column("attributes", Kind.JSON, "Anything else you know, as a JSON object."),
    ),
    key=("user_id", "valid_from"),
)
