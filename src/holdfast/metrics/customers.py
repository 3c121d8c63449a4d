"""How many came, and how many there are: sign-ups, customers and what one pays (K01, K02)."""

from __future__ import annotations

from typing import Any

from holdfast.metrics.catalog import Evidence, metric

STOCK: dict[str, Any] = {
    "family": "customers",
    "timeline": "accounts_by_period",
    "reads": ("subscription_phases",),
    "at": "closing",
    "better": "higher",
}
SIGN_UPS = "Seeds of the retention articles; grain rules R1-R3"
GLOSSARY = "https://docs.stripe.com/billing/subscriptions/analytics/glossary"


@metric(
    "signups",
    unit="accounts",
    family="customers",
    better="higher",
    timeline="new_accounts",
    reads=("accounts",),
    source=SIGN_UPS,
)
def signups(row: Any) -> Evidence:
    """Sign-ups
    Accounts created in the period; merged accounts count once, a later deletion changes nothing."""
    return Evidence(_one(row))


@metric(
    "signups",
    "users",
    unit="users",
    family="customers",
    better="higher",
    timeline="new_users",
    reads=("users",),
    source=SIGN_UPS,
)
def signups_users(row: Any) -> Evidence:
    """Sign-ups, users
    Users created in the period, invited colleagues included."""
    return Evidence(_one(row))


@metric(
    "signups",
    "verified",
    open_ended=True,
    unit="accounts",
    family="customers",
    better="higher",
    timeline="new_accounts",
    reads=("accounts", "users"),
    source=SIGN_UPS,
)
def signups_verified(row: Any) -> Evidence:
    """Sign-ups, verified
    Accounts created in the period with a user who confirmed the e-mail address."""
    return Evidence(row.verified, excluded=[("not_verified", row.verified == 0)])


@metric(
    "referrals",
    unit="accounts",
    family="customers",
    better="higher",
    timeline="new_accounts",
    reads=("accounts",),
    source=SIGN_UPS,
)
def referrals(row: Any) -> Evidence:
    """Referrals
    Accounts created in the period that another account referred."""
    return Evidence(row.referred, excluded=[("not_referred", row.referred == 0)])


@metric(
    "referrals",
    "paying",
    unit="share",
    family="customers",
    better="higher",
    timeline="new_accounts",
    reads=("accounts", "subscription_phases"),
    interval="wilson",
    followed=True,
    source=SIGN_UPS,
)
def referrals_paying(row: Any) -> Evidence:
    """Referrals that pay
    Referred accounts that paid within 90 days of their creation / referred accounts, once the 90
    days are over."""
    outside = row.referred == 0
    return Evidence(row.paid_soon, row.referred, [("not_referred", outside)], matures=row.paid_soon_by)


@metric("paying_customers", unit="accounts", source=GLOSSARY, **STOCK)
def paying_customers(row: Any) -> Evidence:
    """Paying customers
    Accounts with MRR above 0 at the period's end; trials, free and paused ones are not (R4)."""
    return Evidence(row.closing_paying, excluded=_not_paying(row))


@metric("paying_customers", "average", unit="accounts", per_day=True, source=GLOSSARY, **STOCK)
def paying_customers_average(row: Any) -> Evidence:
    """Paying customers, average
    Mean over the period's days of the accounts that paid as the day began: paying days / days."""
    return Evidence(row.paying_days)


@metric("customers", unit="accounts", source=GLOSSARY, **STOCK)
def customers(row: Any) -> Evidence:
    """Customers
    Accounts that pay at the period's end, or have been paused for less than 90 days after paying (R5)."""
    return Evidence(row.closing_customer, excluded=[("no_longer_customer", row.closing_customer == 0)])


@metric("customers", "average", unit="accounts", per_day=True, source=GLOSSARY, **STOCK)
def customers_average(row: Any) -> Evidence:
    """Customers, average
    Mean over the period's days of the customers as the day began: customer-days / days."""
    return Evidence(row.customer_days)


@metric("arpa", unit="money", interval="ratio", rates=("no_closing_rate",), source=GLOSSARY, **STOCK)
def arpa(row: Any) -> Evidence:
    """Average revenue per account
    MRR at the period's end / paying customers at the period's end."""
    return Evidence(row.closing_mrr, row.closing_paying, excluded=_not_paying(row))


def _one(row: Any) -> Any:
    return row.subject_id.notnull().cast("int64")


def _not_paying(row: Any) -> list[tuple[str, Any]]:
    gone = row.closing_paying == 0
    return [("paused", gone & (row.closing_customer > 0)), ("no_longer_customer", gone)]
