from __future__ import annotations

import gzip
import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest

from holdfast.errors import BadInput
from tests.collect.conftest import NOTES, Reader, note


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(read: Reader, delimiter: str) -> None:
    text = (NOTES + note(1) + note(2)).replace(",", delimiter)
    assert read("notes.csv", text).column("note_id") == ["1", "2"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_the_encoding_is_found(read: Reader, encoding: str) -> None:
    text = NOTES + note(1, "Zoë – 5 €")
    assert read("notes.csv", text.encode(encoding)).column("text") == ["Zoë – 5 €"]


def test_an_encoding_can_be_told(read: Reader) -> None:
    text = (NOTES + note(1, "Žižek")).encode("cp1250")
    assert read("notes.csv", text, 'encoding = "cp1250"').column("text") == ["Žižek"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_newlines_of_every_system(read: Reader, newline: str) -> None:
    text = (NOTES + note(1) + note(2)).replace("\n", newline)
    assert read("notes.csv", text).column("row_number") == [2, 3]


def test_mixed_newlines_are_read_line_by_line(read: Reader) -> None:
    text = NOTES + note(1).replace("\n", "\r\n") + note(2) + note(3).replace("\n", "\r\n")
    assert read("notes.csv", text).column("note_id") == ["1", "2", "3"]


def test_quoted_newlines_quotes_and_delimiters(read: Reader) -> None:
    text = NOTES + note(1, '"one, ""two""\n\nthree"') + note(2)
    assert read("notes.csv", text).column("text") == ['one, "two"\n\nthree', "x"]


def test_comments_above_the_header_are_passed_over_and_counted(read: Reader) -> None:
    result = read("notes.csv", "# what a note is\n#\n" + NOTES + note(1))
    assert result.column("row_number") == [4]


def test_the_separator_line_of_excel(read: Reader) -> None:
    assert read("notes.csv", "sep=;\n" + (NOTES + note(1)).replace(",", ";")).column("row_number") == [3]


def test_gzip(read: Reader) -> None:
    assert read("notes.csv.gz", gzip.compress((NOTES + note(1)).encode())).column("note_id") == ["1"]


def test_gzip_in_another_encoding(read: Reader) -> None:
    packed = gzip.compress((NOTES + note(1, "é")).encode("utf-16"))
    assert read("notes.csv.gz", packed).column("text") == ["é"]


def test_a_name_with_wildcards_is_one_file(read: Reader, tmp_path: Path) -> None:
    (tmp_path / "notes1.csv").write_text("not this one\n")
    path = tmp_path / "notes[1]*.csv"
    path.write_text(NOTES + note(7))
    assert read("", path, into="notes").column("note_id") == ["7"]


def test_headers_that_differ_in_case_and_signs_only(read: Reader) -> None:
    text = "Note ID,ACCOUNT-ID, at ,Kind,Text\n" + note(1)
    assert read("notes.csv", text).column("account_id") == ["a"]


def test_an_empty_file_is_refused(read: Reader) -> None:
    with pytest.raises(BadInput, match="is empty"):
        read("notes.csv", "")


def test_a_header_alone_is_no_rows(read: Reader) -> None:
    assert read("notes.csv", NOTES).staged.rows == 0


def test_json_lines(read: Reader) -> None:
    lines = [
        {"event_id": 1, "name": "open", "occurred_at": "2024-01-01T10:00:00Z", "properties": {"a": [1, 2]}},
        {"event_id": "2", "name": "ünder\nline", "occurred_at": "2024-01-01T10:00:00Z", "properties": None},
    ]
    text = "\n\n".join(json.dumps(line) for line in lines) + "\n"
    result = read("events.jsonl", text)
    assert result.column("event_id") == ["1", "2"]
    assert result.column("name") == ["open", "ünder\nline"]
    assert json.loads(result.good[0]["properties"]) == {"a": [1, 2]}
    assert result.column("row_number") == [1, 3]


def test_json_lines_that_are_none_are_rejected(read: Reader) -> None:
    good = '{"event_id": "1", "name": "open", "occurred_at": "2024-01-01"}\n'
    late = '{"event_id": "2", "name": "open", "occurred_at": "2024-01-01", "new": 1}\n'
    result = read("events.jsonl", good * 8000 + '{"broken\n"text"\n' + late)
    assert [row["problem"] for row in result.bad] == [
        "line is not a JSON object",
        "line is not a JSON object",
        "line has a key that the lines before it lack",
    ]
    assert [row["value"] for row in result.bad] == ['{"broken', '"text"', "new"]
    assert json.loads(result.bad[2]["row"])["new"] == 1


def test_a_json_array_is_refused_with_the_cure(read: Reader) -> None:
    with pytest.raises(BadInput) as refused:
        read("events.jsonl", "[{}]")
    assert "jq" in str(refused.value.hint)


def test_parquet_keeps_types_that_fit(read: Reader, con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "invoices.parquet"
    con.execute(
        f"""COPY (SELECT 7 AS invoice_id, 12.0::DOUBLE AS account_id, DATE '2024-03-31' AS issued_at,
                TIMESTAMPTZ '2024-03-31 12:00:00+02' AS due_at, 'eur' AS currency, 19.99::DOUBLE AS total,
                10::BIGINT AS subtotal, 1.5::DECIMAL(10, 2) AS tax, 'paid' AS status)
            TO '{path}'"""
    )
    [row] = read("", path, zone="Europe/Berlin").good
    assert row["invoice_id"] == "7"
    assert row["account_id"] == "12"
    assert row["issued_at"] == datetime(2024, 3, 30, 23)
    assert row["due_at"] == datetime(2024, 3, 31, 10)
    assert (row["total"], row["subtotal"], row["tax"]) == (Decimal("19.99"), 10, Decimal("1.5"))
    assert row["currency"] == "EUR"
    assert row["row_number"] == 1


def test_nested_parquet_becomes_json(read: Reader, con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    con.execute(
        f"""COPY (SELECT 'e' AS event_id, 'open' AS name, TIMESTAMP '2024-01-01' AS occurred_at,
                {{'a': 1, 'b': [2]}} AS properties) TO '{path}'"""
    )
    [row] = read("", path).good
    assert json.loads(row["properties"]) == {"a": 1, "b": [2]}
    assert row["stamped_on"] == date(2024, 1, 1)


def test_parquet_that_is_none_is_refused(read: Reader) -> None:
    with pytest.raises(BadInput, match="is not a Parquet file"):
        read("events.parquet", "no")


def test_excel(read: Reader, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["invoice_id", "account_id", "issued_at", "due_at", "currency", "total", "status"])
    sheet.append([1, "a", datetime(2024, 1, 5, 10, 30, 15), date(2024, 1, 31), "EUR", 12.5, "Paid"])
    sheet.append([None] * 7)
    sheet.append(["2", "b", "2024-01-05T00:00:00Z", None, "JPY", 0.1, "open"])
    path = tmp_path / "invoices.xlsx"
    book.save(path)
    result = read("", path)
    assert result.column("issued_at") == [datetime(2024, 1, 5, 10, 30, 15), datetime(2024, 1, 5)]
    assert result.column("due_at") == [datetime(2024, 1, 31), None]
    assert result.column("total") == [Decimal("12.5"), Decimal("0.1")]
    assert result.column("row_number") == [2, 4]


def test_excel_of_old_macs_counts_from_1904(read: Reader, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    sheet.append(["note_id", "account_id", "at", "kind", "text"])
    sheet.append([1, "a", datetime(2024, 1, 5), "crm", "x"])
    path = tmp_path / "notes.xlsx"
    book.save(path)
    assert read("", path).column("at") == [datetime(2024, 1, 5)]


def test_a_sheet_that_is_not_there(read: Reader, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    path = tmp_path / "notes.xlsx"
    book.save(path)
    with pytest.raises(BadInput, match="cannot be read"):
        read("", path, 'sheet = "Rows"')


def test_an_unknown_format_is_refused(read: Reader) -> None:
    with pytest.raises(BadInput, match="no format"):
        read("notes.pdf", "x")
