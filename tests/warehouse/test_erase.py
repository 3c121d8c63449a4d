"""Nothing of an erased person is left in any file, and every figure stands."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from holdfast.errors import Busy, UsageError
from holdfast.warehouse import Warehouse
from tests.warehouse.batches import JANUARY, account, event, listed, phase, put

PERSON = "user-zahra-7781"
OTHER = "user-budi-2210"
ACCOUNT = "acct-nilufar-9912"
ELSEWHERE = "acct-garuda-1140"
VISITOR = "visitor-5c1e77"
TRACES = (PERSON, VISITOR, "zahra.k@nilufar.example", "Zahra Karimi", "wants her money back", "+98-912-555")
ACCOUNT_TRACES = (*TRACES, ACCOUNT, "Nilufar Trading", "farid@nilufar.example", "user-farid-3310")


def users() -> list[dict[str, Any]]:
    return [
        {
            "user_id": PERSON,
            "account_id": ACCOUNT,
            "email": "Zahra.K@nilufar.example",
            "name": "Zahra Karimi",
        },
        {"user_id": "user-farid-3310", "account_id": ACCOUNT, "email": "farid@nilufar.example"},
        {"user_id": OTHER, "account_id": ELSEWHERE, "email": "budi@garuda.example", "role": "admin"},
    ]


def events() -> list[dict[str, Any]]:
    hours = [JANUARY + timedelta(hours=n) for n in range(40)]
    own = [event(f"e{n}", at, user_id=PERSON, account_id=ACCOUNT) for n, at in enumerate(hours)]
    own[3] |= {"anonymous_id": VISITOR, "properties": '{"phone": "+98-912-555", "engagement_ms": 1200}'}
    own[4] |= {"anonymous_id": "shared-kiosk"}
    other = event("o1", JANUARY, user_id=OTHER, account_id=ELSEWHERE, anonymous_id="shared-kiosk")
    invited = event("o2", JANUARY, user_id=OTHER, properties='{"invited": "zahra.k@nilufar.example"}')
    return [*own, event("v1", JANUARY, anonymous_id=VISITOR), other, invited]


def fill(warehouse: Warehouse) -> None:
    put(warehouse, "accounts", [account(ACCOUNT, name="Nilufar"), account(ELSEWHERE, referred_by=ACCOUNT)])
    put(warehouse, "accounts", [account(ACCOUNT, name="Nilufar Trading", country="IR")])
    put(warehouse, "users", users())
    put(warehouse, "accounts", [account(ACCOUNT), account(ELSEWHERE)], source="crm")
    put(warehouse, "users", users(), source="crm")
    put(warehouse, "events", events())
    put(warehouse, "subscription_phases", [phase("p1", ACCOUNT, JANUARY, None)])
    ticket = {"ticket_id": "t1", "account_id": ACCOUNT, "user_id": PERSON, "created_at": JANUARY}
    put(warehouse, "tickets", [{**ticket, "text": "Zahra Karimi here", "topic": "billing"}])
    reply = {"reply_id": "r1", "ticket_id": "t1", "at": JANUARY, "by": "agent"}
    put(warehouse, "ticket_replies", [{**reply, "text": "Zahra Karimi wants her money back"}])
    note = {"note_id": "n1", "account_id": ACCOUNT, "at": JANUARY, "kind": "crm"}
    put(warehouse, "notes", [{**note, "text": "Ask zahra.k@nilufar.example again"}])
    tag = {"tag_id": "g1", "source_ref": f"users/{PERSON}", "theme": "price", "coded_at": JANUARY}
    put(warehouse, "feedback_tags", [tag])
    reject = {"reject_id": "j1", "import_id": "i1", "table": "users", "problem": "no date", "state": "open"}
    put(warehouse, "rejects", [{**reject, "row": f'{{"id": "{PERSON}", "n": 1}}', "value": "x"}])
    link = {"link_id": "l1", "link_source": "crm", "table": "users", "id": PERSON, "canonical_id": PERSON}
    put(warehouse, "links", [link])
    with warehouse.write() as writing:
        active = warehouse.records("events").select("user_id", "stamped_on").distinct()
        writing.replace_derived("activity", active, None, "1")
        countries = warehouse.records("accounts").select("country").distinct()
        writing.replace_derived("countries", countries, None, "1")


def places(folder: Path, *traces: str) -> set[str]:
    """Where a trace can be read: in the bytes of any file, or in the values of a Parquet file."""
    found = set()
    for path in (path for path in folder.rglob("*") if path.is_file()):
        texts = [path.read_bytes()]
        if path.suffix == ".parquet":
            texts.append(repr(pq.read_table(path, partitioning=None).to_pylist()).encode())
            texts.append(repr(pq.read_metadata(path).to_dict()).encode())
        for trace in traces:
            if any(trace.lower().encode() in text.lower() for text in texts):
                found.add(f"{trace} in {path.relative_to(folder).parts[-2:]}")
    return found


def counts(warehouse: Warehouse) -> dict[str, Any]:
    """Figures that must not change, now and as known at the first moment."""
    found = warehouse.records("events")
    return {
        "rows": {
            name: warehouse.history(name).count().execute()
            for name in ("accounts", "users", "events", "tickets", "notes", "links", "rejects")
        },
        "people": found.select("user_id").distinct().count().execute(),
        "of users": found.join(warehouse.records("users"), ["user_id", "source"]).count().execute(),
        "visitors": found.select("anonymous_id").distinct().count().execute(),
        "money": listed(warehouse, "subscription_phases", "unit_amount", "start_at"),
        "countries": sorted(map(str, listed(warehouse, "accounts", "country"))),
        "engagement": [p for (p,) in listed(warehouse, "events", "properties") if p and "1200" in p] != [],
    }


def test_a_user_is_gone_from_every_file_and_counts_stand(warehouse: Warehouse) -> None:
    fill(warehouse)
    before = counts(warehouse)
    seen = places(warehouse.folder, *TRACES)
    assert {trace for trace in TRACES if any(place.startswith(trace) for place in seen)} == set(TRACES)
    assert any("catalog.sqlite" in place for place in seen)
    done = warehouse.erase("user", PERSON)
    assert done.rows["events"] == 42
    assert places(warehouse.folder, *TRACES) == set()
    assert counts(warehouse) == before
    assert warehouse.check() == []
    [(token,)] = listed(warehouse, "tickets", "user_id")
    assert token.startswith("erased-")
    assert listed(warehouse, "users", "user_id", "email")[0][1] is None
    assert places(warehouse.folder, OTHER, "budi@garuda.example", "shared-kiosk")
    assert listed(warehouse, "notes", "text") == [("",)]
    assert warehouse.derived_states().get("activity") is None
    assert warehouse.derived_states().get("countries") is not None


def test_an_account_is_gone_with_its_users(warehouse: Warehouse) -> None:
    fill(warehouse)
    before = counts(warehouse)
    assert places(warehouse.folder, *ACCOUNT_TRACES)
    warehouse.erase("account", ACCOUNT)
    assert places(warehouse.folder, *ACCOUNT_TRACES) == set()
    assert counts(warehouse) == before
    assert warehouse.check() == []
    [(referrer,)] = [row for row in listed(warehouse, "accounts", "referred_by") if row[0]]
    assert (referrer,) in listed(warehouse, "accounts", "account_id")
    assert places(warehouse.folder, OTHER, ELSEWHERE)


def test_who_was_erased_does_not_come_back(warehouse: Warehouse) -> None:
    fill(warehouse)
    warehouse.erase("user", PERSON)
    before = counts(warehouse)
    done = put(warehouse, "users", users(), complete=True)
    assert (done.erased, done.unchanged, done.buried) == (1, 2, 0)
    done = put(warehouse, "events", [row for row in events() if row["event_id"] != "o2"])
    assert (done.erased, done.new, done.changed) == (41, 0, 0)
    reject = {"reject_id": "j2", "import_id": "i2", "table": "users", "problem": "no date", "state": "open"}
    assert put(warehouse, "rejects", [{**reject, "row": f'{{"id": "{PERSON}"}}'}]).erased == 1
    warehouse.compact(keep=timedelta())
    assert places(warehouse.folder, PERSON, "Zahra Karimi") == set()
    assert counts(warehouse) == before


def test_an_equal_id_of_another_source_stays_when_one_is_named(warehouse: Warehouse) -> None:
    fill(warehouse)
    warehouse.erase("user", PERSON, "crm")
    ids = listed(warehouse, "users", "source", "user_id")
    assert ("own", PERSON) in ids
    assert ("crm", PERSON) not in ids
    assert put(warehouse, "users", users()).erased == 0
    assert put(warehouse, "users", users(), source="crm").erased == 1


def test_an_erasure_that_was_stopped_is_finished_later(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(warehouse)
    with warehouse.files_lock.share(1), pytest.raises(Busy):
        warehouse.erase("user", PERSON, timeout=0.05)
    assert places(warehouse.folder, PERSON)
    assert {finding.code for finding in warehouse.check()} == {"unfinished_erasure"}
    warehouse.erase("user", PERSON)
    assert places(warehouse.folder, *TRACES) == set()
    assert warehouse.check() == []


def test_compaction_finishes_an_erasure(warehouse: Warehouse) -> None:
    fill(warehouse)
    with warehouse.files_lock.share(1), pytest.raises(Busy):
        warehouse.erase("user", PERSON, timeout=0.05)
    warehouse.compact()
    assert places(warehouse.folder, *TRACES) == set()


def test_the_key_of_the_hashes_is_private(warehouse: Warehouse) -> None:
    fill(warehouse)
    warehouse.erase("user", PERSON)
    key = warehouse.folder / "erasure.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    hashes = listed(warehouse, "erasures", "kind", "hashed_id")
    assert len(hashes) == 3
    assert all(len(hashed) == 64 for _, hashed in hashes)


def test_nobody_of_that_name(warehouse: Warehouse) -> None:
    fill(warehouse)
    with pytest.raises(UsageError, match="No user"):
        warehouse.erase("user", "nobody")
    with pytest.raises(UsageError, match="cannot be erased"):
        warehouse.erase("team", "x")


def test_ids_made_of_a_short_id_lose_it_too(warehouse: Warehouse) -> None:
    put(warehouse, "accounts", [account("7"), account("77")])
    rows = [phase(f"{n}|2025", n, JANUARY, None, subscription_id=f"S-{n}", plan="plan7") for n in ("7", "77")]
    put(warehouse, "subscription_phases", rows)
    warehouse.erase("account", "7")
    (kept, _, _), (phase_id, subscription_id, account_id) = listed(
        warehouse, "subscription_phases", "phase_id", "subscription_id", "account_id"
    )
    assert kept == "77|2025"
    assert (phase_id, subscription_id) == (f"{account_id}|2025", f"S-{account_id}")
