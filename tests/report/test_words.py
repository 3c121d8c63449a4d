"""Numbers, periods and reasons as people say them."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from rich.console import Console
from rich.text import Text

from holdfast.report import Board, Look
from holdfast.report.layout import page
from holdfast.report.sparkline import drawn_series, sparkline
from holdfast.words import say
from holdfast.words.amounts import amount, period_name, signed, when
from tests.report import made_up


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (Decimal("0.064"), "share", "6.4%"),
        (Decimal("0.0645"), "share", "6.4%"),
        (Decimal("1234567.891000000"), "USD", "USD 1,234,567.89"),
        (Decimal(-5), "EUR", "EUR -5.00"),
        (Decimal(750_000_000), "IRR", "IRR 750,000,000"),
        (Decimal("1234.5"), "KWD", "KWD 1,234.500"),
        (1204, "accounts", "1,204"),
        (15.625, "months", "15.6 months"),
        (Decimal("1.5"), "ratio", "1.50"),
        (0, "share", "0.0%"),
    ],
)
def test_an_amount_has_its_unit_and_is_rounded_for_the_eye(value: Decimal, unit: str, text: str) -> None:
    assert amount(value, unit) == text


def test_a_difference_of_shares_is_in_points() -> None:
    assert signed(Decimal("-0.012"), "share") == "-1.2 points"
    assert signed(Decimal(1200), "USD") == "+1,200.00"
    assert signed(0, "accounts") == "0"


@pytest.mark.parametrize(
    ("grain", "label", "text"),
    [
        ("month", "2025-04", "April 2025"),
        ("quarter", "2025-Q2", "Q2 2025"),
        ("quarter", "FY2025-Q1", "Q1 FY2025"),
        ("year", "FY2025", "FY2025"),
        ("week", "2025-W14", "week 14 of 2025"),
        ("week", "2025-03-30", "the week from 30 March 2025"),
        ("day", "2025-04-30", "30 April 2025"),
        ("trailing_12_months", "2025-04", "the 12 months to April 2025"),
        ("trailing_28_days", "2025-04-30", "the 28 days to 30 April 2025"),
    ],
)
def test_a_period_has_a_name(grain: str, label: str, text: str) -> None:
    assert period_name(grain, label) == text


def test_a_month_of_the_same_year_needs_no_year() -> None:
    assert when("month", "2025-08", "2025-09") == "in August"
    assert when("month", "2024-09", "2025-09") == "in September 2024"
    assert when("day", "2025-08-31", "2025-09-01") == "on 31 August 2025"


def test_a_sparkline_keeps_order_and_gaps() -> None:
    assert sparkline([1, 2, None, 3], Look()) == "▁▅·█"
    assert sparkline([1, 2, None, 3], Look(plain=True)) == "_+ #"
    assert sparkline([5, 5], Look()) == "▄▄"
    assert sparkline([None, None], Look()) == "··"
    assert sparkline([], Look()) == ""


def test_a_language_without_a_sentence_says_it_in_english() -> None:
    assert say("verdict.same", "xx") == say("verdict.same", "en")
    with pytest.raises(KeyError):
        say("no.such.key")


FROM_LEFT, FROM_RIGHT, END = "\u2066", "\u2067", "\u2069"


def board_in(language: str, width: int = 140, *, plain: bool = False) -> list[str]:
    """The lines of the made-up board as a terminal gets them."""
    look = Look(width, plain, language)
    board = Board(made_up.a_year(), made_up.changes(), made_up.LINES, heading="acme, USD")
    written = io.StringIO()
    Console(file=written, width=width, height=40).print(page(board.render(look), look), highlight=False)
    return written.getvalue().splitlines()


@pytest.mark.parametrize("language", ["fa", "ar"])
def test_a_board_read_from_the_right_begins_there(language: str) -> None:
    lines = board_in(language)
    head = next(line for line in lines if say("board.trend", language) in line)
    assert head.index(say("board.trend", language)) < head.index(say("board.value", language))
    assert head.index(say("board.value", language)) < head.index(say("board.name", language))
    assert all(Text(line).cell_len == 140 for line in lines if FROM_RIGHT in line)
    assert head.endswith(f"{say('board.name', language)}{END}")


@pytest.mark.parametrize("language", ["fa", "ar"])
def test_what_is_latin_is_isolated_in_a_line_from_the_right(language: str) -> None:
    text = "\n".join(board_in(language))
    assert f"{FROM_LEFT}acme{END}" in text
    assert f"{FROM_LEFT}USD{END}" in text
    assert text.count(FROM_LEFT) + text.count(FROM_RIGHT) == text.count(END)


def test_every_isolate_ends_in_its_own_cell() -> None:
    for line in board_in("fa", 80):
        depth = 0
        for sign in line:
            depth += (sign in {FROM_LEFT, FROM_RIGHT}) - (sign == END)
            assert depth >= 0
            assert depth > 0 or sign in {END, " ", "─"}
        assert depth == 0


@pytest.mark.parametrize(("language", "plain"), [("en", False), ("hi", False), ("id", False), ("fa", True)])
def test_no_isolate_is_written_where_it_is_not_needed(language: str, plain: bool) -> None:
    text = "\n".join(board_in(language, plain=plain))
    assert not {FROM_LEFT, FROM_RIGHT, END} & set(text)


def test_time_runs_as_the_language_is_read() -> None:
    assert drawn_series([1, 2, 3], Look()).plain == "▁▅█"
    drawn = drawn_series([1, 2, 3], Look(language="fa"))
    assert drawn.plain == f"{FROM_LEFT}█▅▁{END}"
    assert [drawn.plain[span.start : span.end] for span in drawn.spans if "bold" in str(span.style)] == ["█"]


def test_the_comma_is_that_of_the_language() -> None:
    assert any("acme" in line for line in board_in("fa"))
    assert any("، +" in line.replace(FROM_LEFT, "") for line in board_in("fa"))
    assert not any(", +" in line.replace(FROM_LEFT, "") for line in board_in("fa"))
