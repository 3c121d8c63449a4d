"""Notes that a member writes down about an account, beside those that were imported."""

from __future__ import annotations

from datetime import UTC, datetime

from holdfast.errors import Sentence, UsageError, unknown
from holdfast.flow.knowing.known import Knowledge
from holdfast.flow.knowing.owned import fresh_id, registered
from holdfast.tables import table
from holdfast.timelines.identity import OWN, resolved
from holdfast.warehouse import Warehouse

NOTES = "notes"
KINDS = table(NOTES).column("kind").choices or ()
LONGEST = 10_000
"""Letters of a note."""


def write_note(warehouse: Warehouse, account_id: str, text: str, kind: str, by: str | None) -> None:
    """Keep a note about the account seen under this id, as learnt now.

    Raises UsageError where there is no such account or kind, or where the note is empty or too long.
    """
    said = text.strip()
    if not 0 < len(said) <= LONGEST:
        raise UsageError(
            Sentence("The note is empty or too long."),
            hint=Sentence("From 1 to {most} letters.", most=f"{LONGEST:,}"),
        )
    if kind not in KINDS:
        raise unknown("kind of note", kind, KINDS)
    source, name = _given(warehouse, account_id)
    at = datetime.now(UTC).replace(tzinfo=None)
    row = {"note_id": fresh_id(), "account_id": name, "at": at, "kind": kind, "text": said, "member": by}
    with warehouse.write() as writing, registered(writing, NOTES, [row]) as rows:
        writing.append(NOTES, rows, source=source)


def _given(warehouse: Warehouse, account_id: str) -> tuple[str, str]:
    """A source of an account and the id that it gave it, the business's own where that is one."""
    known = Knowledge(warehouse)
    rows = resolved(warehouse.records("accounts"), known.names)
    mine = rows.filter(rows.account_id == account_id).select("source", "source_id").distinct()
    found = mine.to_pyarrow().to_pylist()
    if not found:
        raise UsageError(f"There is no account {account_id!r}.")
    first = min(found, key=lambda row: (row["source"] != OWN, row["source"], row["source_id"]))
    return first["source"], first["source_id"]
