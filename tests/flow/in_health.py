"""A workspace of a few accounts whose health can be worked by hand."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path

import holdfast

END = datetime(2025, 7, 1)
"""A Tuesday; records are whole until then."""

EARLIER: list[list[object]] = [
    [f"e{n}", "u1", "report", f"{END - timedelta(days=29 + 7 * n, hours=-9):%Y-%m-%dT%H:%M:%SZ}"]
    for n in range(8)
]
# fmt: off
TABLES: dict[str, list[list[object]]] = {
    "accounts": [
        ["account_id", "created_at", "name"],
        ["old", "2024-01-01T00:00:00Z", "Old"],
        ["new", "2025-06-15T00:00:00Z", "New"],
        ["quiet", "2024-01-01T00:00:00Z", "Quiet"],
        ["gone", "2024-01-01T00:00:00Z", "Gone"],
    ],
    "subscription_phases": [
        ["phase_id", "subscription_id", "account_id", "plan", "start_at", "end_at", "status", "currency",
         "unit_amount", "quantity", "interval", "cancel_requested_at"],
        ["p1", "s1", "old", "pro", "2024-01-01T00:00:00Z", "", "active", "USD", 100, 4, "month", ""],
        ["p2", "s2", "new", "pro", "2025-06-15T00:00:00Z", "", "active", "USD", 50, 1, "month", ""],
        ["p3", "s3", "quiet", "pro", "2024-01-01T00:00:00Z", "2025-08-01T00:00:00Z", "active", "USD",
         10, 1, "month", "2025-06-20T00:00:00Z"],
        ["p4", "s4", "gone", "pro", "2024-01-01T00:00:00Z", "2025-03-01T00:00:00Z", "active", "USD",
         10, 1, "month", ""],
    ],
    "users": [["user_id", "account_id"], ["u1", "old"], ["u2", "old"], ["u3", "new"], ["u4", "quiet"]],
    "events": [
        ["event_id", "user_id", "name", "occurred_at"],
        # old: a day in each of the eight earlier weeks (29 April on), then 2 of the last 4 weeks.
        *EARLIER,
        ["e20", "u1", "report", "2025-06-26T09:00:00Z"],
        ["e21", "u2", "report", "2025-06-12T09:00:00Z"],
        ["e22", "u3", "login", "2025-06-27T09:00:00Z"],
        ["e23", "u3", "report", "2025-06-28T09:00:00Z"],
        ["e24", "u4", "login", "2025-06-28T09:00:00Z"],
        ["e25", "u1", "report", "2024-02-01T09:00:00Z"],
    ],
    "tickets": [
        ["ticket_id", "account_id", "created_at", "solved_at", "agent_replies", "severity"],
        ["t1", "old", "2025-06-01T00:00:00Z", "2025-06-02T00:00:00Z", 1, "normal"],
        ["t2", "old", "2025-06-05T00:00:00Z", "2025-06-09T00:00:00Z", 3, "Urgent"],
        ["t3", "old", "2025-06-28T00:00:00Z", "", 0, "urgent"],
        ["t4", "quiet", "2025-01-01T00:00:00Z", "2025-01-02T00:00:00Z", 1, "low"],
    ],
    "survey_responses": [
        ["response_id", "survey_id", "kind", "account_id", "user_id", "answered_at", "score"],
        ["r1", "s", "nps", "old", "u1", "2025-05-01T00:00:00Z", 2],
        ["r2", "s", "nps", "old", "u1", "2025-06-01T00:00:00Z", 8],
        ["r3", "s", "nps", "quiet", "u4", "2025-01-01T12:00:00Z", 9],
    ],
    "invoices": [
        ["invoice_id", "account_id", "issued_at", "due_at", "paid_at", "currency", "total", "status"],
        ["i1", "old", "2025-06-01T00:00:00Z", "2025-06-15T00:00:00Z", "2025-06-20T00:00:00Z",
         "USD", 9, "paid"],
        ["i2", "quiet", "2025-06-01T00:00:00Z", "2025-06-15T00:00:00Z", "", "USD", 10, "open"],
    ],
    "milestones": [
        ["milestone_id", "account_id", "name", "due_at", "reached_at"],
        ["m1", "old", "first", "2025-01-01T00:00:00Z", "2025-01-01T00:00:00Z"],
        ["m2", "old", "second", "2025-06-01T00:00:00Z", ""],
    ],
}
# fmt: on


def told(folder: Path) -> Path:
    """The workspace, made below a folder."""
    with holdfast.create(folder / "space") as space:
        for table, rows in TABLES.items():
            file = folder / f"{table}.csv"
            with file.open("w", newline="") as opened:
                csv.writer(opened).writerows(rows)
            space.import_files(table, [file], through=END)
        space.set("core_events", "report")
    return folder / "space"
