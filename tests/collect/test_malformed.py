"""Lines that are no rows: each is kept as a reject, and costs no other line."""

from __future__ import annotations

import json

import pytest

from tests.collect.conftest import NOTES, Reader, note


def test_too_few_and_too_many_fields(read: Reader) -> None:
    result = read("notes.csv", NOTES + note(1) + "2,a\n" + note(3) + "4,a,2024-01-01,crm,x,y,z\n" + note(5))
    assert result.column("note_id") == ["1", "3", "5"]
    assert result.column("row_number") == [2, 4, 6]
    assert [(row["row_number"], row["problem"]) for row in result.bad] == [
        (3, "line has 2 fields, too few"),
        (5, "line has 7 fields, too many"),
    ]
    assert json.loads(result.bad[0]["row"])["account_id"] == "a"
    assert json.loads(result.bad[1]["row"])["(line)"] == "4,a,2024-01-01,crm,x,y,z"


def test_a_stray_quote_costs_one_line(read: Reader) -> None:
    text = (
        NOTES
        + note(1)
        + note(2, '"oops')
        + note(3)
        + note(4, '"a\nb, ""c""\n\nd"')
        + note(5, '5" x')
        + note(6)
    )
    result = read("notes.csv", text)
    assert sorted(result.column("note_id")) == ["1", "3", "4", "5", "6"]
    assert dict(zip(result.column("note_id"), result.column("text"), strict=True))["4"] == 'a\nb, "c"\n\nd'
    [bad] = result.bad
    assert (bad["row_number"], bad["value"]) == (3, '2,a,2024-01-01,crm,"oops')
    assert bad["problem"] == "line has a quote that is not closed, or text beside one"


@pytest.mark.parametrize("ending", ["", "\n"])
def test_a_quote_left_open_at_the_end_of_the_file(read: Reader, ending: str) -> None:
    result = read("notes.csv", NOTES + note(1) + '2,a,2024-01-01,crm,"oops' + ending)
    assert (result.column("note_id"), len(result.bad)) == (["1"], 1)


def test_text_beside_quotes(read: Reader) -> None:
    result = read("notes.csv", NOTES + note(1, '"x"y') + note(2))
    assert (result.column("note_id"), result.bad[0]["row_number"]) == (["2"], 2)


def test_bytes_that_are_not_utf_8(read: Reader) -> None:
    text = (NOTES + note(1, "é") * 20_000).encode() + note(2, "é").encode("latin-1") + note(3).encode()
    result = read("notes.csv", text)
    [bad] = result.bad
    assert bad["row_number"] == 20_002
    assert "bytes" in bad["problem"]
    assert 'encoding = "cp1252"' in bad["wanted"]
    assert result.staged.rows == 20_002


def test_bytes_that_are_not_utf_16(read: Reader) -> None:
    text = (
        (NOTES + note(1)).encode("utf-16")
        + b"\x00\xd8"
        + note(2).encode("utf-16-le")
        + note(3).encode("utf-16-le")
    )
    result = read("notes.csv", text)
    assert (result.column("note_id"), len(result.bad)) == (["1", "3"], 1)


def test_line_numbers_count_empty_lines_and_quoted_ones(read: Reader) -> None:
    result = read("notes.csv", "# why\n" + NOTES + "\n" + note(1, '"a\n\nb"') + "\n" + "2,a\n" + note(3))
    assert result.column("row_number") == [4, 9]
    assert result.bad[0]["row_number"] == 8


def test_backslashes_before_quotes_when_told(read: Reader) -> None:
    text = NOTES + note(1, '"a \\"b\\" c"') + note(2)
    assert read("notes.csv", text, 'escape = "\\\\"').column("text") == ['a "b" c', "x"]
    assert read("notes.csv", text + "3,a\n", 'escape = "\\\\"').column("text") == ['a "b" c', "x"]
