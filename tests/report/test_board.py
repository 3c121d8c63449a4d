"""The board says what a figure is, how it moved and whether to trust it, on any terminal."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from holdfast.report import Board, Look
from holdfast.words import say
from tests.report.made_up import LINES, a_year, changes, figure


def shown(board: Board, look: Look) -> str:
    written = StringIO()
    Console(file=written, width=look.width, color_system=None).print(board.render(look))
    return written.getvalue()


def whole_board() -> Board:
    return Board(a_year(), changes(), LINES, heading="acme, USD, as of 2025-09-14")


def line_of(text: str, start: str) -> str:
    return next(line for line in text.splitlines() if line.strip().startswith(start))


def test_a_change_is_named_against_its_period() -> None:
    text = shown(whole_board(), Look(width=180))
    assert "higher than in August, +9" in line_of(text, "Paying customers")
    churn = line_of(text, "Customer churn rate")
    assert "about as in August" in churn
    assert "lower than in September 2024, -1.2 points" in churn
    assert "too few to tell (7 of 30)" in line_of(text, "Average customer lifetime")
    assert "no earlier figure" in line_of(text, "Monthly recurring revenue")


def test_where_sentences_do_not_fit_the_head_names_the_period() -> None:
    text = shown(whole_board(), Look(width=132))
    assert "Than August" in text
    assert "Than September 2024" in text
    assert "about as before" in line_of(text, "Customer churn rate")


def test_an_undefined_figure_is_a_dash_with_its_reason() -> None:
    row = line_of(shown(whole_board(), Look(width=132)), "Quick ratio")
    assert "–" in row
    assert "nothing was lost" in row
    assert "0" not in row


def test_a_missing_rate_names_its_day() -> None:
    board = Board([figure("mrr", 9, None, "USD", reason="no_rate: EUR 2025-08-31")])
    assert "an exchange rate is missing (EUR 2025-08-31)" in shown(board, Look(width=100))


def test_a_median_that_is_not_reached_says_by_when() -> None:
    board = Board([figure("time_to_value", 9, None, "days", reason="not_reached:27.7")])
    assert "(27.7 days)" in shown(board, Look(width=100))


def test_provisional_figures_are_marked_and_final_ones_are_not() -> None:
    text = shown(whole_board(), Look(width=132))
    assert "1,261 *" in text
    assert "* provisional" in text
    settled = Board([replace(each, status="final") for each in a_year()], {}, LINES)
    assert "*" not in shown(settled, Look(width=132))


def test_intervals_say_what_they_mean_and_few_are_called_few() -> None:
    text = shown(whole_board(), Look(width=180))
    assert "2.1% to 4.4%" in line_of(text, "Customer churn rate")
    assert "12.4 to 19.8, n 7" in line_of(text, "Average customer lifetime")
    assert "how far chance alone would move a figure" in text


def test_metrics_stand_under_their_family_in_the_order_of_the_catalogue() -> None:
    text = shown(whole_board(), Look(width=132))
    order = ["Customers", "Paying", "Recurring revenue", "Staying and leaving", "Quick ratio", "How long"]
    assert [text.index(word) for word in order] == sorted(text.index(word) for word in order)


def test_segments_and_own_dimensions_stand_below_the_name() -> None:
    by_country = [
        figure("mrr", 9, 10, "USD", segment={"country": "DE", "plan": "Pro"}),
        figure("mrr", 9, 20, "USD", segment={"country": None, "plan": "Pro"}),
        figure("survival", 9, 0.5, "share", of={"months": 12}),
    ]
    text = shown(Board(by_country, {}, LINES), Look(width=160))
    lines = [line.strip() for line in text.splitlines()]
    title = lines.index("Monthly recurring revenue")
    assert lines[title + 1].startswith("country DE, plan Pro")
    assert lines[title + 2].startswith("country (unknown), plan Pro")
    assert lines[lines.index("survival") + 1].startswith("after 12 months")
    note = "An account with several of these at once is in each of them"
    assert note in text
    assert note not in shown(
        Board([figure("mrr", 9, 9, "USD", segment={"country": "DE"})], {}, LINES), Look(width=160)
    )


@pytest.mark.parametrize("width", [160, 132, 100, 80, 60, 40, 24])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    for plain in (False, True):
        text = shown(whole_board(), Look(width=width, plain=plain))
        assert max(len(line.rstrip()) for line in text.splitlines()) <= width


def test_a_terminal_without_utf8_gets_ascii_alone() -> None:
    board = Board([figure("mrr", month, month, "USD", segment={"city": "Málaga"}) for month in (7, 8, 9)])
    text = shown(replace(board, heading="Café"), Look(width=100, plain=True))
    assert text.isascii()
    assert "M?laga" in text
    assert "_+#" in text


def test_what_a_narrow_board_leaves_away_it_says_below() -> None:
    text = shown(whole_board(), Look(width=50))
    assert "quick_ratio: nothing was lost" in text


def test_colour_only_repeats_what_a_word_says() -> None:
    written = StringIO()
    console = Console(file=written, width=160, force_terminal=True, color_system="standard")
    console.print(whole_board().render(Look(width=160)))
    coloured = written.getvalue()
    assert "\x1b[32mhigher" in coloured
    assert "\x1b[31mlower" in coloured
    assert " about as in August" in coloured


def test_an_empty_answer_says_so() -> None:
    assert "No figures" in shown(Board([]), Look())


def test_a_metric_has_its_name_in_the_readers_language_and_a_variant_its_own() -> None:
    figures = [figure("mrr", 9, 10, "USD"), figure("survival", 9, 0.5, "share", of={"months": 12})]
    persian = shown(Board(figures, {}, LINES), Look(width=160, language="fa"))
    assert say("metric.mrr", "fa") in persian
    assert say("metric.survival", "fa") in persian
    assert "Monthly recurring revenue" not in persian
    assert "Monthly recurring revenue" in shown(Board(figures, {}, LINES), Look(width=160))
