from __future__ import annotations

import pytest

from holdfast import collect
from holdfast.errors import BadInput
from holdfast.tables import table
from tests.collect.conftest import NOTES, Reader, note

PHASES = "phase_id,subscription_id,account_id,plan,start_at,status,currency,unit_amount,interval\n"


def refusal(read: Reader, name: str, text: str, mapping: str = "") -> str:
    with pytest.raises(BadInput) as refused:
        read(name, text, mapping)
    return f"{refused.value.message}\n{refused.value.hint}"


def test_an_unknown_header_gets_the_line_that_maps_it(read: Reader) -> None:
    said = refusal(read, "subscription_phases.csv", PHASES.replace("plan", "plan_nmae"))
    assert "plan is required and has no column. Did you mean: columns.plan = " in said
    assert '"plan_nmae"' in said


def test_what_other_systems_call_it(read: Reader) -> None:
    said = refusal(read, "subscription_phases.csv", PHASES.replace("unit_amount", "Price"))
    assert 'columns.unit_amount = "Price"' in said


def test_a_required_column_without_any(read: Reader) -> None:
    said = refusal(read, "subscription_phases.csv", PHASES.replace(",currency", ""))
    assert 'constants.currency = "EUR"' in said
    said = refusal(read, "subscription_phases.csv", PHASES.replace(",interval", ""))
    assert 'constants.interval = "day"' in said


def test_each_extra_column_is_named_with_how_to_leave_it_out(read: Reader) -> None:
    said = refusal(read, "notes.csv", "note_id,account_id,at,kind,text,colour,Mood\n")
    assert "'colour' is no column of notes" in said
    assert 'ignore = ["colour", "Mood"]' in said


def test_an_extra_column_of_accounts_may_be_kept_as_an_attribute(read: Reader) -> None:
    said = refusal(read, "accounts.csv", "account_id,created_at,shoe_size\n")
    assert 'columns.attributes = { json = ["shoe_size"] }' in said


def test_every_proposal_can_be_pasted(read: Reader) -> None:
    text = PHASES.replace("plan", "plan_nmae") + "p,s,a,pro,2024-01-01,active,EUR,5,month\n"
    [line] = [
        part for part in refusal(read, "subscription_phases.csv", text).split(": ") if "columns." in part
    ]
    assert read("subscription_phases.csv", text, line.splitlines()[0]).column("plan") == ["pro"]


def test_ignored_columns_and_all_of_them(read: Reader) -> None:
    text = "note_id,account_id,at,kind,text,a,b\n1,a,2024-01-01,crm,x,1,2\n"
    assert read("notes.csv", text, 'ignore = ["a", "B"]').column("text") == ["x"]
    assert read("notes.csv", text, 'ignore = ["*"]').column("text") == ["x"]


def test_a_mapping_that_reads_a_column_that_is_not_there(read: Reader) -> None:
    said = refusal(read, "notes.csv", NOTES, 'columns.text = "Bodytext"\ncolumns.kind = "knid"')
    assert "columns.text reads 'Bodytext', which notes.csv lacks" in said
    said = refusal(read, "notes.csv", NOTES, 'columns.kind = "knid"')
    assert "Did you mean 'kind'?" in said


def test_a_mapping_for_a_column_of_ours_that_does_not_exist(read: Reader) -> None:
    with pytest.raises(ValueError, match="'txet'") as refused:
        read("notes.csv", NOTES + note(1), 'columns.txet = "text"')
    assert "'text'" in str(getattr(refused.value, "hint", ""))


def test_headers_that_come_twice_or_are_empty(read: Reader) -> None:
    said = refusal(read, "notes.csv", NOTES.replace("text", "kind"))
    assert "'kind (5)'" in said or "kind (5)" in said
    said = refusal(read, "notes.csv", "," + NOTES)
    assert 'ignore = ["(column 1)"]' in said
    text = "," + NOTES + "0," + note(1)
    assert read("notes.csv", text, 'ignore = ["(column 1)"]').column("note_id") == ["1"]


def test_headers_that_read_alike_are_refused(read: Reader) -> None:
    assert "read alike" in refusal(read, "notes.csv", NOTES.replace("text", "text,Text"))


def test_a_proposed_mapping_reads_the_file(read: Reader) -> None:
    headers = ("event", "timestamp", "user_id", "customer_id", "event_uuid", "browser")
    proposed = collect.suggest_mapping(table("events"), headers)
    assert 'name = "event"' in proposed
    assert 'occurred_at = "timestamp"' in proposed
    assert 'account_id = "customer_id"' in proposed
    collect.Mapping.from_toml(proposed)
