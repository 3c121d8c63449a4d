"""Declared webhooks in a workspace: kept, settled by their own time, mended, replayed, erased."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from holdfast.errors import BadInput, UsageError
from holdfast.flow import Workspace, create
from holdfast.flow.arrivals.hooking import try_out
from holdfast.flow.arrivals.loading import load
from tests.posting import NOON, delivery, post
from tests.sources.test_webhook import DESK, ticket

NOTES = """
[[rows]]
table = "notes"
[rows.columns]
note_id = "id"
account_id = "customer.id"
at = "created"
text = "title"
[rows.constants]
kind = "crm"
"""


@pytest.fixture
def space(tmp_path: Path) -> Iterator[Workspace]:
    with create(tmp_path / "space") as found:
        found.sources.declare_webhook("desk", DESK)
        yield found


def come(space: Workspace, *bodies: Any, at: datetime = NOON) -> Any:
    """Bodies that were posted to the webhook, and loaded."""
    post(space.folder, *(delivery(each, "desk", "/hooks/desk", at) for each in bodies))
    return load(space._warehouse, space.folder / "spool")


def items(*given: Any) -> dict[str, Any]:
    return {"sent_at": "2025-06-01T11:00:00Z", "items": list(given)}


def tickets(space: Workspace) -> list[dict[str, Any]]:
    rows = space.records("tickets").order_by("ticket_id").to_pyarrow().to_pylist()
    return [{name: row[name] for name in ("ticket_id", "subject", "agent_replies", "source")} for row in rows]


def test_what_is_posted_becomes_rows_and_the_latest_by_its_own_time_counts(space: Workspace) -> None:
    late = ticket() | {"title": "Newer", "updated": "2025-06-01T12:00:00Z"}
    assert come(space, items(ticket(), ticket("t2")), items(ticket())).messages == 3
    declared = DESK.replace('id = "id"\n', "", 1)
    space.sources.declare_webhook("desk", declared)
    come(space, items(late))
    come(space, items(ticket(title="Older", updated="2025-06-01T08:00:00Z")))
    assert tickets(space) == [
        {"ticket_id": "t1", "subject": "Newer", "agent_replies": 2, "source": "desk"},
        {"ticket_id": "t2", "subject": "Help", "agent_replies": 2, "source": "desk"},
    ]
    assert [each for each in space.check() if each.severity == "error"] == []


def test_what_does_not_fit_waits_and_is_taken_when_the_declaration_is_mended(space: Workspace) -> None:
    come(space, items(ticket(), ticket("t2", replies="two")))
    (waiting,) = space.rejects().to_pylist()
    assert (waiting["source"], waiting["table"], waiting["value"]) == ("desk", "tickets", "t2")
    assert waiting["problem"] == "agent_replies is not a whole number: two"
    two = '[rows.values.agent_replies]\ntwo = "2"\n[rows.values.channel]'
    mended = DESK.replace("[rows.values.channel]", two)
    taken = space.sources.declare_webhook("desk", mended, by="mina")
    assert (taken.rows["tickets"].new, taken.unused) == (1, [])
    assert [row["agent_replies"] for row in tickets(space)] == [2, 2]
    assert space.rejects().num_rows == 0
    assert [each.by for each in space.sources.all("webhook")] == ["mina"]


def test_a_mended_declaration_buries_rows_that_it_no_longer_makes(space: Workspace) -> None:
    come(space, items(ticket(), ticket("t2", title="Spam")))
    before = space.records("tickets").recorded_at.max().to_pyarrow().as_py()
    mended = DESK.replace("kind == 'ticket'", "kind == 'ticket' && title != 'Spam'")
    taken = space.sources.declare_webhook("desk", mended)
    assert taken.rows["tickets"].buried == 1
    assert [row["ticket_id"] for row in tickets(space)] == ["t1"]
    assert space.records("tickets", before).count().to_pyarrow().as_py() == 2
    others = DESK.partition("[[rows]]")[0] + NOTES
    space.sources.declare_webhook("desk", others)
    assert tickets(space) == []
    assert space.records("notes").count().to_pyarrow().as_py() == 2


def test_a_body_of_another_form_waits_and_is_read_again_later(space: Workspace) -> None:
    come(space, {"events": [ticket()]}, items(ticket("t2")))
    assert [row["ticket_id"] for row in tickets(space)] == ["t2"]
    (waiting,) = space.rejects().to_pylist()
    assert "finds no list" in waiting["problem"]
    assert space.take_again().rejected == 1
    space.sources.declare_webhook("desk", DESK.replace('each = "items[]"', 'each = "(items || events)[]"'))
    assert space.take_again().rejected == 0
    assert [row["ticket_id"] for row in tickets(space)] == ["t1", "t2"]
    assert space.rejects().num_rows == 0


def test_a_dropped_webhook_loses_nothing_that_was_posted(space: Workspace) -> None:
    space.sources.drop("webhook", "desk")
    come(space, items(ticket()))
    (waiting,) = space.rejects().to_pylist()
    assert waiting["problem"] == "no source is called 'desk' any more"
    space.sources.declare_webhook("desk", DESK)
    space.take_again()
    assert [row["ticket_id"] for row in tickets(space)] == ["t1"]


def test_an_erased_account_stays_erased(space: Workspace) -> None:
    other = ticket("t2", customer={"id": "a2"})
    come(space, items(ticket(title="Secret matter"), other))
    space.erase("account", "a1")
    space.sources.declare_webhook("desk", DESK.replace('subject = "title"', 'text = "title"'))
    kept = repr([space.records(name).to_pyarrow().to_pylist() for name in ("tickets", "source_messages")])
    assert "Secret matter" not in kept
    assert "'a1'" not in kept
    assert "t2" in kept


def test_what_names_nobody_is_emptied_by_the_rows_that_it_makes(space: Workspace) -> None:
    nobodys = DESK.replace('account = "customer.id"\n', "", 1)
    assert nobodys != DESK
    space.sources.declare_webhook("desk", nobodys)
    other = ticket("t2", customer={"id": "a2"}, title="About a1 and its plan")
    come(space, items(ticket(title="Secret matter"), other))
    assert {row["account_id"] for row in space.records("source_messages").to_pyarrow().to_pylist()} == {None}
    space.erase("account", "a1")
    come(space, items(ticket(title="Secret again", updated="2025-06-02T12:00:00Z")))
    kept = repr(space.records("source_messages").to_pyarrow().to_pylist())
    assert "Secret" not in kept
    assert "About a1 and its plan" in kept
    assert [row["ticket_id"] for row in tickets(space)][1:] == ["t2"]
    assert len(tickets(space)) == 2


def test_a_sample_is_tried_and_nothing_is_kept(space: Workspace) -> None:
    sample = b'{"items": [{"id": "t9", "kind": "ticket", "created": "soon", "updated": 1748768400}]}'
    tried = try_out("desk", DESK, sample)
    assert [each["message_id"] for each in tried.messages] == ["t9"]
    assert [each.problem for each in tried.unused] == ["created_at is not a moment in time: soon"]
    with pytest.raises(BadInput, match="finds no list"):
        try_out("desk", DESK, b"{}")
    assert tickets(space) == []


@pytest.mark.parametrize("name", ["stripe", "own", "Desk", "9lives", "a b"])
def test_names_that_cannot_be(space: Workspace, name: str) -> None:
    with pytest.raises(UsageError):
        space.sources.declare_webhook(name, DESK)


def test_a_webhook_that_is_none(space: Workspace) -> None:
    with pytest.raises(UsageError, match="'dsk'") as refused:
        space.sources.called("webhook", "dsk")
    assert refused.value.hint == "Did you mean 'desk'?"


def test_rows_are_known_to_be_whole_up_to_the_last_message(space: Workspace) -> None:
    come(space, items(ticket()))
    through = space.records("imports").through.max().to_pyarrow().as_py()
    assert through == datetime(2025, 6, 1, 10) + timedelta(microseconds=1)
