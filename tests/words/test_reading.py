"""How somebody reads: digits, calendar of days and toman, carried by the tag of a language."""

from datetime import date as day
from datetime import timedelta
from decimal import Decimal

import pytest

from holdfast.report.charts.captions import unit_name
from holdfast.report.charts.theme import config
from holdfast.words import (
    LANGUAGES,
    amount,
    bare,
    date,
    money,
    number,
    percent,
    period_name,
    period_told,
    say,
    signed,
    spoken,
    when,
)
from holdfast.words.amounts import period_brief
from holdfast.words.numerals import digits_turned
from holdfast.words.reading import Reading, reading, tagged
from holdfast.words.sentences import sentences

JALALI = tagged("en", calendar="jalali")
TOMAN = tagged("en", toman=True)


def test_a_tag_holds_what_was_chosen_and_is_the_language_where_nothing_was() -> None:
    assert tagged("fa") == "fa"
    tag = tagged("fa", digits="latin", calendar="jalali", toman=True)
    assert tag == "fa-u-ca-persian-nu-latn-x-toman"
    assert reading(tag) == Reading("latin", jalali=True, toman=True)
    assert reading(tagged("hi", digits="own", calendar="gregorian")) == Reading("own")
    assert {reading(language) for language in (*LANGUAGES, "hi-IN", "xx")} == {Reading()}
    assert spoken(tag) == "fa"
    assert say("verdict.same", tag) == say("verdict.same", "fa")


@pytest.mark.parametrize(
    ("language", "digits", "shown", "share"),
    [
        ("ar", "", "1,234,567.12", "6.4%"),
        ("ar", "own", "١٬٢٣٤٬٥٦٧٫١٢", "٦٫٤٪"),
        ("ar", "latin", "1,234,567.12", "6.4%"),
        ("fa", "", "۱٬۲۳۴٬۵۶۷٫۱۲", "۶٫۴٪"),
        ("fa", "own", "۱٬۲۳۴٬۵۶۷٫۱۲", "۶٫۴٪"),
        ("fa", "latin", "1,234,567.12", "6.4%"),
        ("hi", "", "12,34,567.12", "6.4%"),
        ("hi", "own", "१२,३४,५६७.१२", "६.४%"),
        ("hi", "latin", "12,34,567.12", "6.4%"),
        ("id", "own", "1.234.567,12", "6,4%"),
        ("en", "own", "1,234,567.12", "6.4%"),
    ],
)
def test_numbers_have_the_digits_that_were_chosen(language: str, digits: str, shown: str, share: str) -> None:
    tag = tagged(language, digits=digits)
    assert number(Decimal("1234567.125"), tag) == shown
    assert percent(Decimal("0.064"), tag) == share


def test_days_periods_and_money_have_them_too() -> None:
    tag = tagged("ar", digits="own")
    assert date(day(2025, 4, 30), tag) == "٣٠ أبريل ٢٠٢٥"
    assert period_name("quarter", "2025-Q2", tag) == period_name("quarter", "2025-Q2", "ar").translate(
        str.maketrans("25", "٢٥")
    ).replace("0", "٠")
    assert money(1200, "USD", tag) == "USD ١٬٢٠٠٫٠٠"
    assert date(day(2025, 4, 30), tagged("fa", digits="latin")) == "30 آوریل 2025"


def test_numbers_within_sentences_have_them_but_names_and_what_is_typed_do_not() -> None:
    assert say("web.customer.lately", tagged("fa", digits="latin")) == "در 30 روز گذشته"
    assert say("web.customer.lately", tagged("ar", digits="own")) == "في آخر ٣٠ يومًا"
    own = tagged("hi", digits="own")
    assert "R5" in say("formula.customers", own)
    assert "९० दिन" in say("formula.customers", own)
    assert say("web.segments.kind.number", own) == "500"


def test_no_persian_digit_is_left_for_one_who_reads_latin_ones() -> None:
    tag = tagged("fa", digits="latin")
    turned = {key: digits_turned(sentence, tag) for key, sentence in sentences("fa").items()}
    assert [key for key, sentence in turned.items() if set(sentence) & set("۰۱۲۳۴۵۶۷۸۹")] == []


@pytest.mark.parametrize(
    ("gregorian", "shown"),
    [
        (day(2025, 3, 21), "1 Farvardin 1404"),
        (day(2025, 3, 20), "30 Esfand 1403"),
        (day(2024, 3, 20), "1 Farvardin 1403"),
        (day(2024, 3, 19), "29 Esfand 1402"),
        (day(2021, 3, 20), "30 Esfand 1399"),
        (day(2021, 3, 21), "1 Farvardin 1400"),
        (day(2020, 3, 20), "1 Farvardin 1399"),
        (day(2025, 9, 22), "31 Shahrivar 1404"),
        (day(2025, 9, 23), "1 Mehr 1404"),
        (day(2026, 3, 20), "29 Esfand 1404"),
    ],
)
def test_jalali_days(gregorian: day, shown: str) -> None:
    assert date(gregorian, JALALI) == shown


def test_jalali_days_have_names_in_every_language_and_its_digits() -> None:
    new_year = day(2025, 3, 21)
    assert date(new_year, tagged("fa", calendar="jalali")) == "۱ فروردین ۱۴۰۴"
    assert date(new_year, tagged("fa", calendar="jalali", digits="latin")) == "1 فروردین 1404"
    assert date(new_year, tagged("ar", calendar="jalali", digits="own")) == "١ فروردين ١٤٠٤"
    for language in LANGUAGES:
        days = [
            date(new_year + timedelta(days=31 * month), tagged(language, calendar="jalali"))
            for month in range(12)
        ]
        assert len({each.split(" ")[1] for each in days}) == 12


def test_days_before_the_calendar_begins_stay_gregorian() -> None:
    assert date(day(600, 1, 1), JALALI) == "1 January 600"


@pytest.mark.parametrize(
    ("grain", "label", "shown"),
    [
        ("day", "2025-03-21", "1 Farvardin 1404"),
        ("month", "2025-05", "May 2025 (11 Ordibehesht 1404 to 10 Khordad 1404)"),
        ("quarter", "2025-Q1", "Q1 2025 (12 Dey 1403 to 11 Farvardin 1404)"),
        ("quarter", "FY2025-Q1", "Q1 FY2025"),
        ("week", "2025-W12", "week 12 of 2025 (27 Esfand 1403 to 3 Farvardin 1404)"),
        ("week", "2025-03-22", "the week from 2 Farvardin 1404"),
        ("year", "2024", "2024 (11 Dey 1402 to 11 Dey 1403)"),
        ("trailing_28_days", "2025-03-20", "the 28 days to 30 Esfand 1403"),
        ("trailing_3_months", "2025-01", "the 3 months to January 2025 (11 Aban 1403 to 12 Bahman 1403)"),
    ],
)
def test_periods_of_figures_stay_gregorian_with_their_days_beside(grain: str, label: str, shown: str) -> None:
    assert period_told(grain, label, JALALI) == shown
    assert period_told(grain, label) == period_name(grain, label)


def test_no_month_of_figures_is_called_by_a_jalali_name() -> None:
    for language in LANGUAGES:
        tag = tagged(language, calendar="jalali")
        months = {say(f"jalali.month.{month}", language) for month in range(1, 13)}
        for month in range(1, 13):
            label = f"2025-{month:02}"
            for said in (
                period_name("month", label, tag),
                period_brief("month", label, tag),
                when("month", label, "2025-01", tag),
            ):
                assert not months & set(said.split())


@pytest.mark.parametrize(
    ("rials", "shown"),
    [("1200", "120 toman"), ("12345", "1,234.5 toman"), ("-50", "-5 toman"), ("0.4", "0 toman")],
)
def test_rials_are_toman_for_one_who_reads_them_so(rials: str, shown: str) -> None:
    value = Decimal(rials)
    assert money(value, "IRR", TOMAN) == amount(value, "IRR", TOMAN) == bare(value, "IRR", TOMAN) == shown


def test_toman_are_never_without_their_word_and_no_other_currency_is_touched() -> None:
    assert signed(1200, "IRR", TOMAN) == "+120 toman"
    assert signed(Decimal("0.2"), "IRR", TOMAN) == "0 toman"
    assert money(12345, "IRR", tagged("fa", toman=True)) == "۱٬۲۳۴٫۵ تومان"
    assert money(12345, "IRR") == "IRR 12,345"
    assert money(1200, "USD", TOMAN) == "USD 1,200.00"
    assert amount(1200, "accounts", TOMAN) == "1,200"
    assert (unit_name("IRR", TOMAN), unit_name("IRR", "en"), unit_name("USD", TOMAN)) == (
        "toman",
        "IRR",
        "USD",
    )


@pytest.mark.parametrize(
    ("language", "digits", "numerals"),
    [
        ("fa", "", "۰۱۲۳۴۵۶۷۸۹"),
        ("fa", "latin", None),
        ("ar", "own", "٠١٢٣٤٥٦٧٨٩"),
        ("hi", "own", "०१२३४५६७८९"),
        ("hi", "", None),
    ],
)
def test_axes_of_charts_have_the_digits_that_were_chosen(
    language: str, digits: str, numerals: str | None
) -> None:
    told = config(tagged(language, digits=digits))["locale"]["number"]
    assert told.get("numerals") == (list(numerals) if numerals else None)
    assert told["grouping"] == ([3, 2, 2, 2, 2] if language == "hi" else [3])
