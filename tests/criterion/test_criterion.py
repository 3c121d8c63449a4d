"""A criterion is read as it is written, and what cannot be read says what would be right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.criterion import AllOf, AnyOf, Criterion, Rule, Step, criterion, onboarding_steps
from holdfast.errors import UsageError

NAMES = st.text("abc xyz_09.-(),'", min_size=1).map(str.strip).filter(bool)
STEPS = st.builds(Step, NAMES | st.sampled_from(["and", "Within", "by", "3", "or"]), st.integers(1, 5))


def joined(rules: st.SearchStrategy[Rule]) -> st.SearchStrategy[Rule]:
    parts = st.lists(rules, min_size=2, max_size=3).map(tuple)
    return st.builds(AllOf, parts) | st.builds(AnyOf, parts)


RULES: st.SearchStrategy[Rule] = st.recursive(STEPS, joined, max_leaves=6)


def test_counts_all_and_any_window_and_who() -> None:
    read = criterion("3 report_made and 1 invited within 7 days")
    assert read == Criterion(AllOf((Step("report_made", 3), Step("invited"))), days=7)
    assert criterion("(a OR b) and 2 'Order Placed' by one user within 2 weeks") == Criterion(
        AllOf((AnyOf((Step("a"), Step("b"))), Step("Order Placed", 2))), days=14, by_one_user=True
    )
    assert criterion("a by account") == criterion("a") == Criterion(Step("a"))
    assert read.steps == (Step("report_made", 3), Step("invited"))
    assert criterion("2fa_on").steps == (Step("2fa_on"),)


@given(RULES, st.none() | st.integers(1, 90), st.booleans())
def test_what_is_written_is_read_back(rule: Rule, days: int | None, by_one_user: bool) -> None:
    made = Criterion(rule, days, by_one_user)
    assert criterion(str(made)) == made


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("", "an event's name is missing", "3 report_made"),
        ("3", "an event's name is missing", "3 report_made"),
        ("0 reports", "counted from 1", "3 report_made"),
        ("report made", "'made' does not fit after 'report'", '"report made"'),
        ("a and b or c", "side by side", "(a and b) or c"),
        ("(a or b", "bracket is not closed", "3 report_made"),
        ("a or within 7 days", "missing before 'within'", "3 report_made"),
        ("a within 7", "within how many days", "within 7 days"),
        ("a within 0 days", "within how many days", "within 7 days"),
        ("a by someone", "by whom", "by one user"),
        ("a within 7 days within 8 days", "'within' does not fit", "3 report_made"),
        ("a, b", "',' does not fit after 'a'", "3 report_made"),
        ('"a', "an event's name is missing", "3 report_made"),
    ],
)
def test_what_cannot_be_read_says_what_would_be_right(text: str, said: str, hint: str) -> None:
    with pytest.raises(UsageError) as refused:
        criterion(text)
    assert repr(text) in refused.value.message
    assert said in refused.value.message
    assert hint in str(refused.value.hint)


def test_steps_are_separated_by_commas() -> None:
    steps = (Step("profile filled"), Step("report_made", 3), Step("a, b"))
    assert onboarding_steps("profile filled, 3 report_made, 'a, b',") == steps
    assert onboarding_steps(list(map(str, steps))) == steps
    assert onboarding_steps("") == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [("a, 3", "3 of what?"), ("0 a", "at least once"), ("a, 2 a", "a is there twice")],
)
def test_a_list_that_cannot_be_read_says_why(text: str, said: str) -> None:
    with pytest.raises(UsageError, match="is no list of steps") as refused:
        onboarding_steps(text)
    assert said in refused.value.message
