"""Notes that members write: about accounts of any source, refused where they cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.collect import Mapping
from holdfast.errors import UsageError
from holdfast.flow import Workspace, create

ROWS = "account_id,name,created_at\nA-1,Amal,2025-01-03\n"


@pytest.fixture
def space(tmp_path: Path) -> Workspace:
    (tmp_path / "accounts.csv").write_text(ROWS)
    made = create(tmp_path / "space")
    made.import_files("accounts", [tmp_path / "accounts.csv"])
    made.import_files("accounts", [tmp_path / "accounts.csv"], mapping=Mapping(source="crm"))
    return made


@pytest.mark.parametrize(("account", "source"), [("A-1", "own"), ("crm:A-1", "crm")])
def test_a_note_is_of_the_account_that_is_seen_under_its_id(
    space: Workspace, account: str, source: str
) -> None:
    space.write_note(account, " They plan a second team. \n", by="ana@acme.example")
    (row,) = space.records("notes").to_pyarrow().to_pylist()
    assert (row["source"], row["account_id"], row["kind"]) == (source, "A-1", "crm")
    assert (row["text"], row["member"]) == ("They plan a second team.", "ana@acme.example")
    (seen,) = space.dossier(account).happenings
    assert (seen.kind, seen.row["text"]) == ("notes", "They plan a second team.")
    assert space.check() == []


@pytest.mark.parametrize(
    ("account", "text", "kind"),
    [("A-2", "x", "crm"), ("A-1", "  ", "crm"), ("A-1", "x" * 10_001, "crm"), ("A-1", "x", "rumour")],
)
def test_what_cannot_be_a_note_is_refused(space: Workspace, account: str, text: str, kind: str) -> None:
    with pytest.raises(UsageError):
        space.write_note(account, text, kind=kind)
    assert space.records("notes").count().to_pyarrow().as_py() == 0


def test_a_note_goes_with_its_account(space: Workspace) -> None:
    space.write_note("A-1", "Amal herself said so.")
    assert [row["table"] for row in space.disclose("account", "A-1", source="own")].count("notes") == 1
    space.erase("account", "A-1", source="own")
    assert "Amal" not in str(space.records("notes").to_pyarrow().to_pylist())
