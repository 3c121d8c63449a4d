"""Every language has every key with the same places, and says what the founding texts say."""

from importlib.resources import files
from string import Formatter

import pytest

from holdfast import words
from holdfast.words import LANGUAGES, knows, say, say_many, spoken
from holdfast.words.sentences import messages, plurals, sentences

OTHERS = [language for language in LANGUAGES if language != "en"]
every_other = pytest.mark.parametrize("language", OTHERS)

METRICS = """
signups referrals paying_customers customers arpa mrr arr mrr_new mrr_expansion mrr_contraction mrr_churn
mrr_reactivation mrr_fx mrr_net_new one_off_revenue gross_revenue_retention net_revenue_retention quick_ratio
customer_churn_rate customer_retention_rate involuntary_churn_share payment_recovery_rate authorisation_rate
renewal_rate gross_renewal_rate net_renewal_rate survival customer_lifetime lifetime_value acquisition_cost
ltv_to_cac cac_payback retention_cost retention_cost_ratio daily_active_users weekly_active_users
monthly_active_users stickiness l28 product_usage_rate time_on_platform n_day_retention seven_day_drop_off
onboarding_rate activation_rate time_to_value trial_conversion_rate nps csat ces first_contact_resolution
first_reply_time resolution_time transfers_per_ticket theme_share survey_response_rate health_score
""".split()  # noqa: SIM905 - one list to read against the definitions
REASONS = ["empty_denominator", "no_losses", "no_churn", "margin_unknown", "no_data", "not_enough_data"]
REASONS += ["not_reached", "no_rate"]


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


@every_other
def test_every_language_has_every_key(language: str) -> None:
    assert list(sentences(language)) == list(sentences("en"))


@every_other
def test_every_translation_has_the_places_of_the_english(language: str) -> None:
    english = sentences("en")
    for key, sentence in sentences(language).items():
        assert places(sentence) == places(english[key]), key


@every_other
def test_every_translation_is_of_the_english_that_stands(language: str) -> None:
    was = {key: english for key, english, _ in messages(f"{language}.po")}
    assert was == sentences("en")


@pytest.mark.parametrize(
    ("language", "first", "last"),
    [("hi", "\u0900", "\u097f"), ("ar", "\u0600", "\u06ff"), ("fa", "\u0600", "\u06ff")],
)
def test_metrics_are_said_in_the_script_of_the_language(language: str, first: str, last: str) -> None:
    named = [sentence for key, sentence in sentences(language).items() if key.startswith("metric.")]
    assert all(any(first <= letter <= last for letter in sentence) for sentence in named)


def test_every_file_is_a_language_that_is_offered() -> None:
    found = {entry.name for entry in files(words).iterdir() if entry.name.endswith((".po", ".pot"))}
    assert found == {"holdfast.pot"} | {f"{language}.po" for language in OTHERS}


def test_every_metric_and_reason_has_its_words() -> None:
    assert [name for name in METRICS if not knows(f"metric.{name}")] == []
    assert [name for name in REASONS if not knows(f"reason.{name}")] == []
    for key in ("status.final", "status.provisional", "verdict.higher_than", "excluded.joined_and_left"):
        assert knows(key)


@pytest.mark.parametrize(
    ("key", "language", "term"),
    [
        ("metric.customer_retention_rate", "hi", "ग्राहक प्रतिधारण दर"),
        ("metric.customer_churn_rate", "hi", "ग्राहक मंथन दर"),
        ("metric.authorisation_rate", "hi", "प्राधिकरण दर"),
        ("metric.signups", "id", "Pendaftaran pelanggan"),
        ("metric.onboarding_rate", "id", "Tingkat onboarding pelanggan"),
        ("metric.seven_day_drop_off", "ar", "انسحاب العملاء بعد سبعة أيام"),
        ("metric.customer_churn_rate", "ar", "معدل توقف العملاء"),
        ("metric.customer_churn_rate", "fa", "نرخ ریزش مشتری"),
        ("metric.health_score", "fa", "امتیاز سلامت مشتری"),
    ],
)
def test_the_founding_texts_terms_are_kept(key: str, language: str, term: str) -> None:
    assert say(key, language) == term


def test_values_are_put_in_their_places() -> None:
    assert say("verdict.unknown_counted", n=3, needed=30) == "too few to tell (3 of 30)"
    assert say("verdict.unknown_counted", "hi", n=3, needed=30) == "कहने के लिए बहुत कम (30 में से 3)"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["after 0 months", "after 1 month", "after 2 months", "after 11 months"]),
        ("id", ["setelah 0 bulan", "setelah 1 bulan", "setelah 2 bulan", "setelah 11 bulan"]),
        ("ar", ["بعد 0 شهر", "بعد شهر", "بعد شهرين", "بعد 11 شهرًا"]),
        ("fa", ["پس از ۰ ماه", "پس از ۱ ماه", "پس از ۲ ماه", "پس از ۱۱ ماه"]),
    ],
)
def test_a_number_of_things_has_its_form(language: str, said: list[str]) -> None:
    found = [say_many("dimension.months", count, language, value=count) for count in (0, 1, 2, 11)]
    assert found == said
    assert say_many("unit.months", 1.5, "en", amount="1.5") == "1.5 months"


@every_other
def test_every_language_has_a_form_for_every_number(language: str) -> None:
    english, _ = plurals("en")
    forms, choose = plurals(language)
    assert set(forms) == set(english)
    for key, several in forms.items():
        assert len({choose(count) for count in range(200)}) == len(several), key
        assert all(places(form) <= places(english[key][1]) for form in several)


def test_a_region_is_served_by_its_language_and_the_rest_by_english() -> None:
    assert [spoken(tag) for tag in ("hi-IN", "fa_IR", "de", "EN-gb")] == ["hi", "fa", "en", "en"]
    assert say("status.final", "de") == "final"
    assert say("status.final", "id-ID") == "final"


def test_a_key_that_is_not_there_is_a_mistake() -> None:
    assert not knows("status.finall")
    with pytest.raises(KeyError):
        say("status.finall")
    with pytest.raises(KeyError):
        say("board.small")
