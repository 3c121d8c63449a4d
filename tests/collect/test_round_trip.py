"""Random rows in odd dialects come back the same, and no line of a broken file is lost."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tempfile
from pathlib import Path
from typing import Literal

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from holdfast import collect
from holdfast.tables import table
from tests.collect.conftest import rows

FIELDS = ["note_id", "account_id", "at", "kind", "text", "member"]
SLOW = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
PLAIN = st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\ufeff"), min_size=1)
TEXTS = st.text(
    st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00\r\ufeff\u2028\u2029\x85"),
    min_size=1,
)
ROWS = st.lists(st.tuples(PLAIN, TEXTS, st.none() | TEXTS), min_size=1, max_size=12)


def stage(con: duckdb.DuckDBPyConnection, name: str, content: bytes, mapping: str = "") -> tuple[list, list]:  # type: ignore[type-arg]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        staged = collect.stage(con, table("notes"), [path], collect.Mapping.from_toml(mapping))
        found = rows(con, staged.good), rows(con, staged.bad)
        assert staged.rows == len(found[0]) + len(found[1])
        staged.drop(con)
    return found


@SLOW
@given(
    ROWS,
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.booleans(),
    st.booleans(),
)
def test_csv_in_odd_dialects(  # type: ignore[no-untyped-def]
    con, given_rows, delimiter: str, newline: str, encoding: str, quote_all: bool, packed: bool
) -> None:
    out = io.StringIO(newline="")
    style: Literal[0, 1] = csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL
    writer = csv.writer(out, delimiter=delimiter, lineterminator=newline, quoting=style)
    writer.writerow(FIELDS)
    for number, (account, text, member) in enumerate(given_rows):
        writer.writerow([f"n{number}", account, "2024-01-01", "crm", text, member])
    content = out.getvalue().encode(encoding)
    told = f"delimiter = {json.dumps(delimiter)}"
    good, bad = stage(
        con, "notes.csv.gz" if packed else "notes.csv", gzip.compress(content) if packed else content, told
    )
    assert not bad
    assert [(r["account_id"], r["text"], r["member"]) for r in good] == given_rows
    assert [r["note_id"] for r in good] == [f"n{i}" for i in range(len(given_rows))]


@SLOW
@given(ROWS, st.booleans())
def test_json_lines(con, given_rows, escaped: bool) -> None:  # type: ignore[no-untyped-def]
    lines = [
        json.dumps(
            dict(zip(FIELDS, [f"n{i}", a, "2024-01-01", "crm", t, m], strict=True)), ensure_ascii=escaped
        )
        for i, (a, t, m) in enumerate(given_rows)
    ]
    good, bad = stage(con, "notes.jsonl", "\n".join(lines).encode())
    assert not bad
    assert [(r["account_id"], r["text"], r["member"]) for r in good] == given_rows


LINES = st.lists(
    st.sampled_from(
        [
            "n{},a,2024-01-01,crm,x,",
            "n{},a,2024-01-01,crm,x,y",
            'n{},a,2024-01-01,crm,"x, ""y""",z',
            'n{},a,2024-01-01,crm,"first\nn{},second",z',
            'n{},a,2024-01-01,crm,"first\n\n""n{}""\n",z',
            "n{},a",
            "n{},a,2024-01-01,crm,x,y,z",
            "n{},a,soon,crm,x,y",
            "n{},,2024-01-01,crm,x,y",
            'n{},a,2024-01-01,crm,"x,y',
            'n{},a,2024-01-01,crm,"x" y,z',
            'n{},a,2024-01-01,crm,5" x,y',
            '"n{}',
            'n{}"',
        ]
    ),
    max_size=14,
)


@SLOW
@example(['n{},a,2024-01-01,crm,"x,y', "n{},a,2024-01-01,crm,x,y"], "\n", "")
@example(['n{},a,2024-01-01,crm,"first\nn{},second",z', "n{},a", '"n{}'], "\n", "")
@given(LINES, st.sampled_from(["\n", "\r\n"]), st.sampled_from(["", "\n"]))
def test_nothing_is_lost_from_a_broken_file(con, lines: list[str], newline: str, ending: str) -> None:  # type: ignore[no-untyped-def]
    marked = [line.replace("{}", f"<{number}>") for number, line in enumerate(lines)]
    text = newline.join([",".join(FIELDS), *(line.replace("\n", newline) for line in marked)]) + ending
    good, bad = stage(con, "notes.csv", text.encode())
    kept = " ".join(
        [str(list(row.values())) for row in good] + [f"{row['row']} {row['value']}" for row in bad]
    )
    for number in range(len(lines)):
        assert f"<{number}>" in kept
    for line, row in [(line, row) for row in good for line in marked if row["note_id"] in line[:8]]:
        assert row["kind"] == "crm", line


@pytest.mark.parametrize("threads", [1, 4])
def test_large_files_keep_their_order_and_every_row(threads: int, tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    with path.open("w", newline="") as file:
        file.write(",".join(FIELDS) + "\n")
        for i in range(60_000):
            text = f'"{i}\n9,fake,""row"",x,y,z\n"' if i % 7 == 0 else "x" * (i % 90)
            file.write("7,a\n" if i % 20_000 == 19_999 else f"{i},a,2024-01-01,crm,{text or 'x'},{i}\n")
    with duckdb.connect(config={"threads": threads, "memory_limit": "500MB"}) as con:
        staged = collect.stage(con, table("notes"), [path, path])
        assert (staged.rows, staged.rejected) == (120_000, 6)
        wrong = (
            "note_id <> member OR (i % 7 = 0) <> (text = i || chr(10) || '9,fake,\"row\",x,y,z' || chr(10))"
        )
        counted = con.execute(
            f"SELECT count(*), count(*) FILTER ({wrong}), count(DISTINCT row_number) "
            f"FROM (SELECT *, note_id::INT AS i FROM {staged.good})"
        )
        assert counted.fetchall() == [(119_994, 0, 119_994)]
        order = f"SELECT note_id::INT AS i, row_number() OVER (ORDER BY row_number) AS n FROM {staged.good}"
        again = f"SELECT i - lag(i) OVER (ORDER BY n) AS step FROM ({order})"
        assert con.execute(f"SELECT count(*) FILTER (step < 0) FROM ({again})").fetchall() == [(1,)]
