"""What the warehouse can tell is wrong without knowing a business rule.

Keys, versions, references, dates that cannot be, and phases of one subscription that overlap
or cannot follow each other. Each check reads the rows in force.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import duckdb

from holdfast.tables import TABLES, Table
from holdfast.warehouse.findings import Check, Finding, told
from holdfast.warehouse.layout import lake, listed, quote, row_key
from holdfast.warehouse.lifecycle import BEGUN, ENDED, PAID, moves

NOT_BEFORE = {
    "users": (("created_at", "email_verified_at"),),
    "subscription_phases": (("start_at", "end_at"),),
    "invoices": (("issued_at", "due_at"), ("issued_at", "paid_at")),
    "invoice_lines": (("service_start", "service_end"),),
    "tickets": (("created_at", "first_reply_at"), ("created_at", "solved_at"), ("created_at", "reopened_at")),
    "contracts": (("term_start", "term_end"),),
    "trials": (("started_at", "ends_at"), ("started_at", "ended_at"), ("started_at", "converted_at")),
    "costs": (("period_start", "period_end"),),
}
"""Per table the pairs of columns of which the second cannot lie before the first."""

HAPPENED = {
    "accounts": "created_at",
    "users": "created_at",
    "invoices": "paid_at",
    "payments": "attempted_at",
    "events": "occurred_at",
    "tickets": "created_at",
    "survey_responses": "answered_at",
}
"""Per table a column that tells of the past, so that it cannot lie after the row was recorded."""

WHOSE = {"events": ("user_id", "anonymous_id", "account_id")}
"""Per table the columns of which one has to say whose a row is, for it to be in any figure."""

ALWAYS_NEEDED = "accounts"
"""References to any other table are checked once the source brings that table at all."""

NOW = "holdfast_now"

Rows = Callable[[str], str]


def check(con: duckdb.DuckDBPyConnection, rows: Rows) -> Iterator[Finding]:
    """Every finding; `rows` gives the SQL of the rows of a table in force."""
    for table in TABLES.values():
        if not con.execute(f"select 1 from {lake(table.name)} limit 1").fetchall():
            continue
        con.execute(f"create or replace temp view {NOW} as {rows(table.name)}")
        for each in _checks(table, rows):
            if found := each.run(con):
                yield found


def _checks(table: Table, rows: Rows) -> Iterator[Check]:
    yield from _missing_values(table)
    yield _double_keys(table)
    yield _double_versions(table)
    yield from _references(table, rows)
    yield from _dates(table)
    if table.name in WHOSE:
        yield _nobody(table)
    if table.name == "subscription_phases":
        yield _overlaps(table)
        yield _illegal_moves(table)


def _missing_values(table: Table) -> Iterator[Check]:
    for column in table.columns:
        if column.required:
            name, key = column.name, column.name in table.key
            yield Check(
                Finding(
                    "null_key" if key else "missing_value",
                    "error",
                    table.name,
                    f"Rows of {table.name} have no {name}.",
                    f"Fill {name} in the file or its mapping and import it again.",
                ),
                f"select {told(table, 'n')} as example from {NOW} n where {quote(name)} is null",
            )


def _double_keys(table: Table) -> Check:
    key = listed(row_key(table), "n.")
    return Check(
        Finding(
            "duplicate_key",
            "error",
            table.name,
            f"Keys of {table.name} have more than one row in force.",
            "Restore the workspace from a backup, or import the files into a new one.",
        ),
        f"select {told(table, 'n')} as example from {NOW} n group by {key} having count(*) > 1",
    )


def _double_versions(table: Table) -> Check:
    version = listed((*row_key(table), "recorded_at"), "n.")
    return Check(
        Finding(
            "duplicate_version",
            "error",
            table.name,
            f"Versions of rows of {table.name} are stored twice.",
            "Restore the workspace from a backup, or import the files into a new one.",
        ),
        f"select {told(table, 'n', 'recorded_at')} as example from {lake(table.name)} n"
        f" group by {version} having count(*) > 1",
    )


def _references(table: Table, rows: Rows) -> Iterator[Check]:
    for column in table.columns:
        if column.references not in TABLES:
            continue
        target, name = TABLES[column.references], quote(column.name)
        known = f"(select source, {quote(target.key[0])} as id from ({rows(target.name)}))"
        brought = f"n.source in (select source from {lake(target.name)})"
        yield Check(
            Finding(
                "unknown_reference",
                "error" if column.required else "warning",
                table.name,
                f"Rows of {table.name} name in {column.name} a row of {target.name} that is not there.",
                f"Import the missing rows of {target.name}, or mend {column.name} in the mapping.",
            ),
            f"select {told(table, 'n', column.name)} as example from {NOW} n anti join {known} k"
            f" on k.source = n.source and k.id = n.{name}"
            f" where n.{name} is not null and {'true' if target.name == ALWAYS_NEEDED else brought}",
        )


def _dates(table: Table) -> Iterator[Check]:
    for first, then in NOT_BEFORE.get(table.name, ()):
        yield Check(
            Finding(
                "impossible_dates",
                "error",
                table.name,
                f"Rows of {table.name} have {then} before {first}.",
                f"Look at the date formats and the zone of the mapping, or mend {then} at the source.",
            ),
            f"select {told(table, 'n', first, then)} as example from {NOW} n"
            f" where {quote(then)} < {quote(first)}",
        )
    if column := HAPPENED.get(table.name):
        yield Check(
            Finding(
                "future_date",
                "warning",
                table.name,
                f"Rows of {table.name} have {column} more than a day after they were imported.",
                "Look at the date formats and the zone of the mapping.",
            ),
            f"select {told(table, 'n', column)} as example from {NOW} n"
            f" where {quote(column)} > recorded_at + interval 1 day",
        )


LAID_OUT = f"""
select *, row_number() over phases as place, lag(status) over phases as before,
  max(coalesce(end_at, timestamp '9999-12-31')) over earlier as taken_until,
  coalesce(bool_or(status in {PAID}) over earlier, false) as ever_paid
from {NOW} where end_at is null or end_at > start_at
window phases as (partition by source, subscription_id order by start_at, phase_id),
  earlier as (partition by source, subscription_id order by start_at, phase_id
    rows between unbounded preceding and 1 preceding)
"""


def _nobody(table: Table) -> Check:
    columns = [f"n.{quote(name)}" for name in WHOSE[table.name]]
    return Check(
        Finding(
            "nobody",
            "warning",
            table.name,
            f"Rows of {table.name} say nothing of whose they are, and are in no figure.",
            f"Send or map one of {', '.join(WHOSE[table.name])} with each.",
        ),
        f"select {told(table, 'n')} as example from {NOW} n where coalesce({', '.join(columns)}) is null",
    )


def _overlaps(table: Table) -> Check:
    example = told(table, "n", "subscription_id", "start_at")
    return Check(
        Finding(
            "overlapping_phases",
            "error",
            table.name,
            "Phases begin before an earlier phase of the same subscription has ended.",
            "End a phase where the next one begins: fill end_at at the source, or say `ends` in the mapping.",
        ),
        f"select {example} as example from ({LAID_OUT}) n where start_at < taken_until",
    )


def _illegal_moves(table: Table) -> Check:
    was = f"case when place = 1 then '{BEGUN}' when start_at > taken_until then '{ENDED}' else before end"
    return Check(
        Finding(
            "illegal_move",
            "error",
            table.name,
            "Phases follow on a state of their subscription that they cannot follow.",
            "Mend status or start_at at the source; docs/rooms/warehouse.md lists the moves allowed.",
        ),
        f"select {told(table, 'm', 'subscription_id')} || ': ' || was || ' to ' || status as example"
        f" from (select *, {was} as was from ({LAID_OUT})) m"
        f" where (was, status) not in (values {moves()}) or (status = 'paused' and not ever_paid)",
    )
