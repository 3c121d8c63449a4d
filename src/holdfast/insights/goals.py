"""Goals that a business may state, the words they are known by, and the KPIs that speak of each (C31)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from holdfast.errors import UsageError, nearest

MOST = 7
"""KPIs proposed for a goal, at most: more are not looked at."""


@dataclass(frozen=True)
class Goal:
    """One goal: its name, what people write when they mean it, and its KPIs, the most telling first.

    `meant_by` are regular expressions over text in small letters, in any of the five languages.
    """

    name: str
    metrics: tuple[str, ...]
    meant_by: tuple[str, ...]


GOALS = (
    Goal(
        "new_customers",
        (
            "activation_rate",
            "seven_day_drop_off",
            "onboarding_rate",
            "n_day_retention",
            "time_to_value",
            "product_usage_rate",
            "trial_conversion_rate",
            "csat",
            "customer_churn_rate",
        ),
        (
            r"new (customer|account|user|client)s?",
            r"(first|early) (\d+ )?(day|week|month)s?",
            r"early churn",
            "नए ग्राहक",
            "पहले (\\d+ )?(दिन|हफ़्ते|महीने)",
            "pelanggan baru",
            r"(\d+ )?hari pertama",
            r"(\d+ )?minggu pertama",
            "العملاء الجدد",
            "أول (\\d+ )?(يوم|أيام|شهر)",
            "مشتریان? (جدید|تازه)",
            "(\\d+ )?روز (اول|نخست)",
        ),
    ),
    Goal(
        "less_churn",
        (
            "customer_churn_rate",
            "gross_revenue_retention",
            "product_usage_rate",
            "monthly_active_users",
            "renewal_rate",
            "first_contact_resolution",
            "nps",
            "involuntary_churn_share",
            "mrr_churn",
        ),
        (
            "churn",
            r"leav(e|es|ing)",
            r"cancel\w*",
            r"los(e|es|ing)",
            "retention",
            "retain",
            "(customers? )?stay",
            "renew\\w*",
            "मंथन",
            "छोड़",
            "प्रतिधारण",
            "नवीनीकरण",
            "pergi",
            "berhenti",
            "retensi",
            "pembaruan",
            "انسحاب",
            "توقف العملاء",
            "الاحتفاظ",
            "التجديد",
            "ریزش",
            "ترک",
            "نگهداشت",
            "تمدید",
        ),
    ),
    Goal(
        "expansion",
        (
            "net_revenue_retention",
            "mrr_expansion",
            "arpa",
            "product_usage_rate",
            "monthly_active_users",
            "nps",
            "quick_ratio",
        ),
        (
            r"expan\w+",
            r"up-?sell\w*",
            r"cross-?sell\w*",
            r"grow\w* (revenue|accounts?|customers?)",
            "more revenue",
            "net revenue",
            "विस्तार",
            "अधिक राजस्व",
            "ekspansi",
            "pendapatan lebih",
            "توسع",
            "زيادة الإيرادات",
            "گسترش",
            "درآمد بیشتر",
        ),
    ),
    Goal(
        "onboarding",
        (
            "onboarding_rate",
            "activation_rate",
            "time_to_value",
            "trial_conversion_rate",
            "seven_day_drop_off",
            "n_day_retention",
            "product_usage_rate",
        ),
        (
            r"on-?board\w*",
            r"activat\w+",
            "getting started",
            "set-?up",
            "time to value",
            "trials?",
            "ऑनबोर्डिंग",
            "शुरुआत",
            "orientasi",
            "aktivasi",
            "uji coba",
            "تهيئة",
            "تأهيل",
            "تفعيل",
            "راه‌اندازی",
            "آشناسازی",
            "فعال‌سازی",
        ),
    ),
    Goal(
        "payments",
        (
            "involuntary_churn_share",
            "payment_recovery_rate",
            "authorisation_rate",
            "gross_revenue_retention",
            "mrr_churn",
        ),
        (
            r"payments?",
            r"(failed|declined) (cards?|charges?)",
            "cards?",
            "dunning",
            "involuntary",
            "भुगतान",
            "pembayaran",
            "kartu",
            "الدفع",
            "المدفوعات",
            "البطاقات",
            "پرداخت",
            "کارت",
        ),
    ),
    Goal(
        "support",
        (
            "first_contact_resolution",
            "first_reply_time",
            "resolution_time",
            "csat",
            "ces",
            "transfers_per_ticket",
            "theme_share",
        ),
        (
            "support",
            "tickets?",
            "help ?desk",
            r"(reply|response|resolution) times?",
            "सहायता",
            "टिकट",
            "dukungan",
            "tiket",
            "layanan",
            "الدعم",
            "التذاكر",
            "پشتیبانی",
            "تیکت",
        ),
    ),
    Goal(
        "loyalty",
        (
            "nps",
            "csat",
            "ces",
            "customer_retention_rate",
            "survey_response_rate",
            "theme_share",
            "referrals",
        ),
        (
            r"loyal\w*",
            "feedback",
            r"satisf\w+",
            "nps",
            r"recommend\w*",
            r"referr?al\w*",
            "surveys?",
            "निष्ठा",
            "संतुष्टि",
            "प्रतिक्रिया",
            "loyalitas",
            "kepuasan",
            "umpan balik",
            "الولاء",
            "رضا",
            "آراء",
            "وفاداری",
            "رضایت",
            "بازخورد",
        ),
    ),
    Goal(
        "efficiency",
        (
            "ltv_to_cac",
            "cac_payback",
            "lifetime_value",
            "acquisition_cost",
            "retention_cost_ratio",
            "net_revenue_retention",
            "quick_ratio",
        ),
        (
            r"efficien\w+",
            r"costs?",
            "profit\\w*",
            "cac",
            "ltv",
            "payback",
            "दक्षता",
            "लागत",
            "efisiensi",
            "biaya",
            "الكفاءة",
            "التكلفة",
            "کارایی",
            "هزینه",
        ),
    ),
)


def goal_of(text: str) -> Goal:
    """The goal that a text names or speaks of: the one of whose words most letters stand in it.

    Raises UsageError with all goals where it speaks of none.
    """
    said = " ".join(text.casefold().replace("_", " ").split())
    for goal in GOALS:
        if said == goal.name.replace("_", " "):
            return goal
    weights = {goal.name: _weight(goal, said) for goal in GOALS}
    best = max(GOALS, key=lambda goal: weights[goal.name])
    if weights[best.name]:
        return best
    near = nearest(said.replace(" ", "_"), weights)
    hint = f"Did you mean {near!r}? " if near else ""
    raise UsageError(f"No goal speaks of {text!r}.", hint=f"{hint}Goals: {', '.join(weights)}.")


def _weight(goal: Goal, said: str) -> int:
    """How many letters of a text are words of the goal."""
    found = [re.search(rf"(?<!\w){words}", said) for words in goal.meant_by]
    return sum(len(match[0]) for match in found if match)
