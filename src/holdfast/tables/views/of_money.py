"""Views of what accounts pay, and of when they are customers."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table
from holdfast.tables.views.of_accounts import SEEN

BASE = "the workspace's currency"
_MONTH = Column(
    "month_start", Kind.INSTANT, "When the month begins in the workspace's zone, in UTC.", required=True
)
_MONTH_LABEL = Column("month", Kind.TEXT, "The month's name, such as 2025-04.", required=True)
_LEFT_OUT = Column(
    "left_out", Kind.TEXT, "The rule that leaves the account out of every figure; empty: it counts."
)
_CURRENCY = Column("currency", Kind.CURRENCY, "The currency of the amounts.", required=True)
_BEGIN = Column("start_at", Kind.INSTANT, "When it begins; it counts from this instant on.", required=True)
_END = Column(
    "end_at", Kind.INSTANT, "When it ends, this instant no longer in it; empty while it runs.", is_end=True
)
MOVEMENTS = ("new", "expansion", "contraction", "churn", "reactivation", "fx")


def _money(name: str, meaning: str) -> Column:
    return Column(name, Kind.MONEY, meaning, required=True, unit=BASE)


def _flag(name: str, meaning: str) -> Column:
    return Column(name, Kind.INTEGER, f"{meaning} 1 or 0.", required=True)


ACCOUNT_MONTHS = Table(
    "account_months",
    "Account by month: MRR at both ends, what moved it, and whether it was a customer. Whole months only.",
    columns=(
        SEEN,
        _MONTH_LABEL,
        _MONTH,
        Column(
            "month_end",
            Kind.INSTANT,
            "When it ends, this instant no longer in it.",
            required=True,
            is_end=True,
        ),
        _LEFT_OUT,
        _money("opening_mrr", "MRR just before the month begins, at the rate of this month (R14)."),
        _money("new_mrr", "MRR of an account that became a customer for the first time."),
        _money("expansion_mrr", "MRR gained from a customer."),
        _money("contraction_mrr", "MRR lost from an account that stays a customer; 0 or more."),
        _money("churned_mrr", "MRR lost with a customer; 0 or more."),
        _money("reactivation_mrr", "MRR of an account that came back."),
        _money("closing_mrr", "MRR just before the month ends, at the rate of this month."),
        _money("opening_fixed", "MRR at the opening, at the rate before the month: for ratios (R14)."),
        _money("closing_fixed", "MRR at the closing, at the rate before the month: for ratios."),
        _flag("opening_paying", "Whether it paid at the opening:"),
        _flag("closing_paying", "Whether it paid at the closing:"),
        _flag("opening_customer", "Whether it was a customer at the opening, paused ones too (R5):"),
        _flag("closing_customer", "Whether it was a customer at the closing, paused ones too:"),
        Column("became", Kind.INTEGER, "How often it became a customer in the month.", required=True),
        Column("first_became", Kind.INTEGER, "How often for the first time.", required=True),
        Column("churns", Kind.INTEGER, "How often it ceased to be one.", required=True),
        Column(
            "customer_days", Kind.INTEGER, "Days that began while a customer.", required=True, unit="days"
        ),
        Column("paying_days", Kind.INTEGER, "Days that began while paying.", required=True, unit="days"),
        Column("no_rate", Kind.DAY, "The first day whose exchange rate is missing; money is then not whole."),
    ),
    key=("account_id", "month"),
)

MRR_MOVEMENTS = Table(
    "mrr_movements",
    "What moved each account's MRR in each whole month, signed; they add up to closing less opening.",
    columns=(
        SEEN,
        _MONTH_LABEL,
        _MONTH,
        _LEFT_OUT,
        Column("movement", Kind.TEXT, "What kind of movement.", required=True, choices=MOVEMENTS),
        _money("amount", "What was gained, or lost where it is below 0; never 0."),
    ),
    key=("account_id", "month", "movement"),
)

MRR_CHANGES = Table(
    "mrr_changes",
    "The MRR ledger: every change of an account's MRR at its instant, in the currency it is billed in.",
    columns=(
        SEEN,
        _CURRENCY,
        Column("changed_at", Kind.INSTANT, "When it changed.", required=True),
        Column(
            "kind",
            Kind.TEXT,
            "Why; whether a `change` is expansion or contraction is its sign.",
            required=True,
            choices=("new", "reactivation", "churn", "pause", "resume", "discount_end", "change"),
        ),
        Column("before", Kind.MONEY, "MRR in this currency before it.", required=True, unit="`currency`"),
        Column("after", Kind.MONEY, "MRR in this currency from it on.", required=True, unit="`currency`"),
    ),
    key=("account_id", "currency", "changed_at"),
)

PRICED_PHASES = Table(
    "priced_phases",
    "Every phase of a subscription with what it adds to MRR by the rules in force (R10, R11).",
    columns=(
        Column("phase_id", Kind.TEXT, "The phase.", required=True),
        Column("subscription_id", Kind.TEXT, "The subscription that it is a phase of.", required=True),
        SEEN,
        Column("plan", Kind.TEXT, "The plan it is on.", required=True, references="plans"),
        _BEGIN,
        _END,
        Column(
            "state",
            Kind.TEXT,
            "What it stands for; all but `paying` have MRR 0.",
            required=True,
            choices=("paying", "paused", "trialing", "free", "discounted"),
        ),
        _CURRENCY,
        Column("mrr", Kind.MONEY, "Its MRR while it runs.", required=True, unit="`currency`"),
        Column("list_mrr", Kind.MONEY, "The same before discounts.", required=True, unit="`currency`"),
    ),
)

CUSTOMER_SPANS = Table(
    "customer_spans",
    "When an account was a customer: paying, or paused for a while after paying (R5, R6).",
    columns=(
        SEEN,
        Column("ordinal", Kind.INTEGER, "Which of the account's spans: 1 is the first ever.", required=True),
        _BEGIN,
        _END,
        Column("paid_until", Kind.INSTANT, "Until when it paid in this span; empty while it does."),
        Column("is_new", Kind.BOOLEAN, "Whether it begins as a new customer.", required=True),
    ),
    key=("account_id", "ordinal"),
)

PAID_SPANS = Table(
    "paid_spans",
    "When an account's MRR was above 0, short gaps bridged (R7).",
    columns=(SEEN, _BEGIN, _END),
    key=("account_id", "start_at"),
)

REPEAT_SALES = Table(
    "repeat_sales",
    "What accounts bought more of, over all whole months: expansion of their MRR and one-off purchases.",
    columns=(
        SEEN,
        _LEFT_OUT,
        Column("expansions", Kind.INTEGER, "In how many months its MRR expanded.", required=True),
        _money("expansion_mrr", "By how much in all."),
        Column("purchases", Kind.INTEGER, "How many one-off lines its invoices have.", required=True),
        _money("one_off_revenue", "What they come to."),
        Column("first_purchase_at", Kind.INSTANT, "When the first of them was issued."),
        Column("last_purchase_at", Kind.INSTANT, "When the last of them was issued."),
        Column("bought_again", Kind.BOOLEAN, "Whether either came twice or more.", required=True),
    ),
    key=("account_id",),
)
