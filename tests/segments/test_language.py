"""A rule is read as it is written, and what cannot be read says at which word and what would be right."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.criterion import AllOf, AnyOf
from holdfast.errors import UsageError
from holdfast.segments import FACTS, Kind, Rule, facts_read, rule
from holdfast.segments.rule import Ago, Compared, IsKnown, Not, OneOf, Read, Span, Value
from tests.walls.source import ROOT

TEXTS = st.text("abc xyz_09.-(),'=<>é", min_size=1) | st.sampled_from(["and", "NOT", "3", "-1.5", "is", "in"])
NUMBERS = st.decimals(-1000, 1000, places=2)
SPANS = st.builds(Span, st.integers(1, 900), st.sampled_from(["day", "week", "month", "year"]))
DAYS = st.builds(Ago, SPANS) | st.dates(date(2000, 1, 1), date(2099, 12, 31))
VALUES: dict[Kind, st.SearchStrategy[Value]] = {
    Kind.TEXT: TEXTS,
    Kind.TEXTS: TEXTS,
    Kind.NUMBER: NUMBERS,
    Kind.EITHER: NUMBERS | TEXTS,
    Kind.SPAN: SPANS,
    Kind.DAY: DAYS,
}
ORDER = ["<", "<=", ">", ">="]


@st.composite
def comparisons(draw: st.DrawFn) -> Rule:
    """Any comparison of any fact."""
    fact = draw(st.sampled_from(list(FACTS.values())))
    of = draw(TEXTS) if fact.of else None
    days = draw(st.integers(1, 900)) if fact.window == "must" else None
    days = draw(st.none() | st.integers(1, 900)) if fact.window == "may" else days
    read = Read(fact.name, of, days)
    values = st.sampled_from(fact.values) if fact.values else VALUES[fact.kind]
    value: Value = draw(values)
    made: Rule
    if fact.kind in (Kind.SPAN, Kind.DAY):
        made = Compared(read, draw(st.sampled_from(ORDER)), value)
    else:
        ordered = isinstance(value, Decimal)
        several = OneOf(read, tuple(dict.fromkeys([value, *draw(st.lists(values, max_size=2))])))
        signs = ["=", ">=", "<"] if ordered else ["="]
        compared = Compared(read, draw(st.sampled_from(signs)), value)
        made = several if draw(st.booleans()) else compared
    made = IsKnown(read) if draw(st.booleans()) else made
    return Not(made) if draw(st.booleans()) else made


def joined(rules: st.SearchStrategy[Rule]) -> st.SearchStrategy[Rule]:
    parts = st.lists(rules, min_size=2, max_size=3).map(tuple)
    both = st.builds(AllOf, parts) | st.builds(AnyOf, parts)
    return both | both.map(Not)


@given(st.recursive(comparisons(), joined, max_leaves=6))
def test_what_is_written_is_read_back(made: Rule) -> None:
    assert rule(str(made)) == made


def test_a_rule_reads_like_a_sentence() -> None:
    read = rule("MRR >= 500 AND country in (ID, 'MY') and not (tenure < 6 months or plan <> pro)")
    assert read == AllOf(
        (
            Compared(Read("mrr"), ">=", Decimal(500)),
            OneOf(Read("country"), ("ID", "MY")),
            Not(
                AnyOf(
                    (
                        Compared(Read("tenure"), "<", Span(6, "month")),
                        Not(Compared(Read("plan"), "=", "pro")),
                    )
                )
            ),
        )
    )
    assert list(map(str, facts_read(read))) == ["mrr", "country", "tenure", "plan"]


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("count('Order Placed', 4 weeks) > 0", "count('Order Placed', 28 days) > 0"),
        ("attributes.seats>=10", "attributes.seats >= 10"),
        ("attributes.seats = '10'", "attributes.seats = '10'"),
        ("size_band = 11-50", "size_band = 11-50"),
        ("last_seen < 14 DAYS ago", "last_seen < 14 days ago"),
        ("nps is unknown or nps(90 days) is known", "nps is unknown or nps(90 days) is known"),
        ("not not mrr == 0", "mrr = 0"),
        ('name = "O\'Neil"', 'name = "O\'Neil"'),
        ("((mrr > 1))", "mrr > 1"),
    ],
)
def test_the_same_said_otherwise(text: str, reads: str) -> None:
    assert str(rule(text)) == reads


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("", "at its end there should be (, a fact such as mrr or not", "mrr >= 500"),
        ("mrr", "at its end there should be = != < <= > or >=, in, is or not", "mrr >= 500"),
        ("mrr >= lots", "word 3, 'lots', there should be a number", "mrr >= 500"),
        ("mrr => 4", "word 2, '=>', there should be = != <", "mrr >= 500"),
        ("mrr = 1e5", "word 3, '1e5', there should be a number", "mrr >= 500"),
        ("mrr > 5 adn plan = x", "word 4, 'adn', there should be and, or or the end", "mean 'and'"),
        ("mrr > 5 and age < 1 day or plan = x", "word 9, 'or'", "brackets say what belongs together"),
        ("contry = ID", "No fact is called 'contry'", "mean 'country'"),
        ("attributes = 4", "word 2, '=', there should be .NAME", "attributes.persona"),
        ("attributes.x > big", "word 3, 'big', there should be a number", "attributes.persona"),
        ("country in ID", "word 3, 'ID', there should be (", "country in (ID, MY)"),
        ("country in (ID", "at its end there should be ) or ,", "country in (ID, MY)"),
        ("country = or", "word 3, 'or', there should be a text", "country in"),
        ("country = ID MY", "word 4, 'MY', there should be and, or or the end", "country in"),
        ("plan > pro", "word 2, '>', there should be = or !=, in", "plan = pro"),
        ("tenure >= 6", "at its end there should be days, weeks, months or years", "tenure >= 6 months"),
        ("tenure >= 6 monhs", "word 4, 'monhs', there should be days", "mean 'months'"),
        ("tenure = 6 months", "word 2, '=', there should be < <= > or >=", "tenure >= 6 months"),
        ("tenure >= 500 and mrr > 1", "word 4, 'and', there should be days", "tenure"),
        ("count(made, 2 months) > 3", "there should be days or weeks", "count(report_made, 28 days)"),
        ("count(made, 28) > 3", "word 3, ')', there should be days or weeks", "count(report_made"),
        ("active_users >= 3", "word 2, '>=', there should be (", "active_users(28 days)"),
        ("status = payin", "No status is called 'payin'", "mean 'paying'"),
        ("last_seen < 14 days", "at its end there should be ago", "last_seen < 14 days ago"),
        ("last_seen > 2025-02-30", "word 3, '2025-02-30'", "last_seen"),
        ("nps is knwon", "word 3, 'knwon', there should be known or unknown", "mean 'known'"),
        ("(mrr > 4", "at its end there should be ), and or or", "mrr >= 500"),
        ("mrr > 4)", "word 4, ')', there should be and, or or the end", "mrr >= 500"),
    ],
)
def test_what_cannot_be_read_says_what_would_be_right(text: str, said: str, hint: str) -> None:
    with pytest.raises(UsageError) as refused:
        rule(text)
    assert said in refused.value.message
    assert hint in str(refused.value.hint)


def test_every_example_can_be_read() -> None:
    for fact in FACTS.values():
        assert {read.fact for read in facts_read(rule(fact.example))} == {fact.name}


def test_every_fact_is_documented_with_its_kind_example_and_meaning() -> None:
    page = (ROOT / "docs" / "segments.md").read_text()
    below = page.split("\n## Facts\n", 1)[1].split("\n**When.**", 1)[0]
    rows = [line.strip("| ").split(" | ") for line in below.splitlines() if line.startswith("| `")]
    told = {row[0].strip("`").split("(")[0].split(".")[0].split("`")[0]: row[1:] for row in rows}
    assert list(told) == list(FACTS)
    for name, (kind, example, meaning) in told.items():
        fact = FACTS[name]
        assert kind.split(":")[0] == fact.kind
        assert [each.strip("` ") for each in kind.split(":")[1:] for each in each.split(",")] == list(
            fact.values
        )
        assert example.strip("`") == fact.example
        assert meaning == fact.meaning
