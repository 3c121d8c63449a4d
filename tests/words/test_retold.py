"""Errors that were kept as text are found again by how they read, and told in the reader's language."""

from __future__ import annotations

import ast

import pytest

from holdfast.errors import BadInput, Sentence
from holdfast.words.mistakes import can_tell, told
from holdfast.words.retold import retold
from holdfast.words.sentences import messages
from tests.walls.source import ROOT

COLLECT = ROOT / "src" / "holdfast" / "collect"

KEPT = {
    "BadInput: plan.csv is empty.": ["plan.csv خالی است."],
    "BadInput: t.csv does not fit tickets:\n"
    '  ticket_id is required and has no column. Did you mean: columns.ticket_id = "id"\n'
    "  'x y' is no column of tickets.": [
        "t.csv با tickets جور نیست:",
        'ticket_id لازم است و ستونی ندارد. آیا منظورتان این بود: columns.ticket_id = "id"',
        "«x y» ستونی از tickets نیست.",
    ],
    "quantity is not a whole number": ["quantity عدد صحیح نیست"],
    "unit_amount has more than 4 decimals; start_at is not a moment in time": [
        "unit_amount بیش از ۴ رقم اعشار دارد",
        "start_at یک لحظهٔ زمانی نیست",
    ],
    'did you mean month? one of month, year; or say in the mapping values.interval = { "m" = "month" }': [
        'آیا منظورتان month بود؟ یکی از month, year؛ یا در نگاشت بگویید values.interval = { "m" = "month" }'
    ],
    "UsageError: No source is called 'strip'.": ["منبع با نام «strip» وجود ندارد."],
    "UsageError: There is no key for stripe.": ["کلیدی برای stripe نیست."],
}

NOT_KNOWN = ("OSError: [Errno 28] No space left", "one, other", "the name of the account; never shown", "")


@pytest.mark.parametrize(("kept", "said"), KEPT.items())
def test_what_was_kept_is_told_in_persian(kept: str, said: list[str]) -> None:
    assert [told(each, "fa") for each in retold(kept)] == said


@pytest.mark.parametrize("kept", NOT_KNOWN)
def test_what_is_no_sentence_stays_as_it_is(kept: str) -> None:
    (found,) = retold(kept)
    assert kept.endswith(found)
    assert not can_tell(found, "fa")


def test_a_sentence_that_was_not_kept_as_text_stays_itself() -> None:
    said = Sentence("{file} is empty.", file="a.csv")
    assert retold(said) == [said]
    assert retold(str(BadInput(said))) == [said]


def faults() -> list[str]:
    """What rows are rejected for, as the source has it, each about a column."""
    found: list[str] = []
    for file, name, before in (
        ("fields.py", "Fault", "amount "),
        ("readers/json_lines.py", "SourceFault", ""),
    ):
        tree = ast.parse((COLLECT / file).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                text = node.args[1]
                found += [before + str(text.value)] if isinstance(text, ast.Constant) else []
    return found


def test_every_reason_to_reject_a_row_is_told() -> None:
    assert len(faults()) > 10
    lines = ["line has bytes that its encoding does not know", "line has 3 fields, too few"]
    lines += ["line has 12 fields, too many", "line has a quote that is not closed, or text beside one"]
    for text in [*faults(), *lines]:
        assert all(can_tell(each, "fa") for each in retold(text)), text


OF_KEPT = ("error.file.", "error.header.", "error.reject.", "error.wanted.", "error.source.")
"""What is kept of files, rows and pulls."""


@pytest.mark.parametrize(
    "english", [english for key, english, _ in messages("holdfast.pot") if key.startswith(OF_KEPT)]
)
def test_no_sentence_is_taken_for_another(english: str) -> None:
    """With words in its places each is heard as itself, but those that have too few letters of their own."""
    (found,) = retold(english.format_map(_Places()))
    assert getattr(found, "english", english) == english
    assert can_tell(found, "fa") == (english not in {"It has: {names}.", "Add: {line}"})


class _Places(dict[str, object]):
    def __missing__(self, name: str) -> object:
        return 3 if name == "count" else "other"


def test_a_long_text_is_left_as_it_stands() -> None:
    text = f"No metric is called '{'x, ' * 400}'."
    assert retold(text) == [text]
    assert isinstance(retold("No metric is called 'mrrr'.")[0], Sentence)
