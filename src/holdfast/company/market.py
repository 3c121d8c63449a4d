"""The world the company sells in: countries, money, plans and prices, and the words people use."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Country(NamedTuple):
    """Where accounts are: share of sign-ups, currency, language, zones, weekend, tax in percent."""

    code: str
    share: float
    currency: str
    language: str
    zones: tuple[str, ...]
    friday_weekend: bool
    tax: int


COUNTRIES = (
    Country(
        "US", 0.27, "USD", "en", ("America/New_York", "America/Chicago", "America/Los_Angeles"), False, 0
    ),
    Country("GB", 0.07, "USD", "en", ("Europe/London",), False, 20),
    Country("DE", 0.10, "EUR", "de", ("Europe/Berlin",), False, 19),
    Country("FR", 0.06, "EUR", "fr", ("Europe/Paris",), False, 20),
    Country("NL", 0.04, "EUR", "nl", ("Europe/Amsterdam",), False, 21),
    Country("IN", 0.14, "INR", "hi", ("Asia/Kolkata",), False, 18),
    Country("ID", 0.11, "IDR", "id", ("Asia/Jakarta", "Asia/Makassar"), False, 11),
    Country("AE", 0.07, "AED", "ar", ("Asia/Dubai",), False, 5),
    Country("SA", 0.04, "USD", "ar", ("Asia/Riyadh",), True, 15),
    Country("EG", 0.03, "USD", "ar", ("Africa/Cairo",), True, 14),
    Country("IR", 0.03, "EUR", "fa", ("Asia/Tehran",), True, 10),
    Country("BR", 0.04, "USD", "pt", ("America/Sao_Paulo",), False, 0),
)
ZONES = tuple(sorted({zone for country in COUNTRIES for zone in country.zones}))

INDUSTRIES = ("software", "retail", "education", "health", "finance", "logistics", "media", "manufacturing")
INDUSTRY_SHARES = (0.24, 0.18, 0.12, 0.11, 0.1, 0.09, 0.09, 0.07)
CHANNELS = ("organic", "paid_search", "partner", "content", "event", "referral")
CHANNEL_SHARES = (0.34, 0.24, 0.14, 0.16, 0.05, 0.07)
SIZE_BANDS = ("1-10", "11-50", "51-200", "201-1000", "1001+")
SIZE_SHARES = (0.42, 0.31, 0.17, 0.08, 0.02)
SIZE_BOUNDS = (1, 11, 51, 201, 1001, 5000)
OWNERS = ("Asha Verma", "Budi Santoso", "Layla Haddad", "Maryam Karimi", "Tom Becker", "Ines Duarte")
PERSONAS = ("admin", "analyst", "manager", "operator")
ROLES = ("admin", "member", "viewer")

STARTER, TEAM, BUSINESS, ENTERPRISE, ADDON, FREE = range(6)
PLANS = ("starter", "team", "business", "enterprise", "insights_addon", "free")
PLAN_NAMES = ("Starter", "Team", "Business", "Enterprise", "Insights add-on", "Free")
FAMILIES = ("core", "core", "core", "core", "add-on", "core")

CURRENCIES = ("USD", "EUR", "INR", "IDR", "AED")
BASE = "USD"
# Outside the base currency a price is a multiple of 6 major units: a twelfth of ten of them then
# has at most the places for which RATE_PLACES leaves room, and a converted amount is never rounded.
MONTHLY_CENTS = np.array(
    [
        [2900, 1900, 3900, 7900, 4900, 0],
        [3000, 1800, 3600, 7200, 4800, 0],
        [180000, 120000, 240000, 480000, 300000, 0],
        [30000000, 24000000, 48000000, 96000000, 60000000, 0],
        [10800, 7200, 14400, 28800, 18000, 0],
    ],
    dtype=np.int64,
)
FIRST_RATES = (1, 10850, 119_520, 63_450, 2723)
RATE_PLACES = (0, 4, 7, 9, 4)
RATE_STEPS = (0.0, 0.0032, 0.0026, 0.0034, 0.0002)

MONTHLY, QUARTERLY, YEARLY = 1, 3, 12
UNITS_PER_CYCLE = {MONTHLY: 1, QUARTERLY: 3, YEARLY: 10}
CYCLE_SHARES = (0.68, 0.06, 0.26)

CAUSES = ("poor_adoption", "lacking_value", "price", "payment_failure", "business_closed")
ADOPTION, VALUE, PRICE, PAYMENT, CLOSED = range(5)

FIRST_NAMES = {
    "en": ("Emma", "Liam", "Olivia", "Noah", "Grace", "Henry", "Chloe", "Jack"),
    "de": ("Jürgen", "Anna", "Björn", "Katrin", "Lukas", "Sabine"),
    "fr": ("Élodie", "François", "Chloé", "Mathieu", "Zoé", "Hervé"),
    "nl": ("Daan", "Sanne", "Bram", "Fleur"),
    "hi": ("आशा", "रोहन", "प्रिया", "अर्जुन", "सीमा", "विक्रम"),
    "id": ("Budi", "Siti", "Agus", "Dewi", "Putri", "Eko"),
    "ar": ("ليلى", "محمد", "فاطمة", "أحمد", "نور", "خالد"),
    "fa": ("مریم", "رضا", "سارا", "علی", "نگار", "حسین"),
    "pt": ("João", "Inês", "Thiago", "Luíza", "Antônio"),
}
LAST_NAMES = {
    "en": ("Smith", "Taylor", "O'Brien", "Walker", "King"),
    "de": ("Müller", "Schmidt", "Groß", "Weber"),
    "fr": ("Lefèvre", "Moreau", "Dubois", "Garnier"),
    "nl": ("de Vries", "Jansen", "van Dijk"),
    "hi": ("वर्मा", "शर्मा", "गुप्ता", "सिंह"),
    "id": ("Santoso", "Wijaya", "Lestari", "Pratama"),
    "ar": ("حداد", "منصور", "الخطيب", "صالح"),
    "fa": ("کریمی", "احمدی", "رضایی", "حسینی"),
    "pt": ("Silva", "Gonçalves", "Araújo"),
}
NAME_STARTS = (
    "Blue", "North", "Bright", "Silver", "Open", "First", "Green", "Quick", "River", "Solid", "Red", "Clear",
)  # fmt: skip
NAME_ENDS = (
    "Harbor", "Works", "Labs", "Trade, Inc.", "Studio", "Supply", "Partners", "Logistics", 'Media "Group"',
    "Health", "School", "Foods",
)  # fmt: skip
